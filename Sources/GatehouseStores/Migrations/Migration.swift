/// One numbered step of the schema.
///
/// The steps are applied in the order of their numbers, each once; a step that a release has shipped is never changed. The
/// statements are such that SQLite and PostgreSQL take them alike.
struct Migration: Sendable {
    /// The number, from 1 without gaps.
    let number: Int64
    /// What it is for, for `schema_migrations`.
    let name: String
    /// The statements in their order.
    let statements: [StaticString]

    /// Every step that this version knows.
    static let all = [accounts]

    /// The number of the last step.
    static var latest: Int64 { all.last?.number ?? 0 }
}
