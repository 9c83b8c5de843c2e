/// What is wrong with one scalar, without its place.
struct ScalarFlaw: Error {
    let message: String
    let hint: String?
    /// Whether the message holds a part of the scalar, so that it must not be shown for a secret.
    let quotesScalar: Bool

    init(_ message: String, hint: String? = nil, quotesScalar: Bool = true) {
        self.message = message
        self.hint = hint
        self.quotesScalar = quotesScalar
    }
}
