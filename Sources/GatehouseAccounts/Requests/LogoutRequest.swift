/// The body of a logout, which may be left out.
struct LogoutRequest: Sendable {
    /// Which sessions end.
    let scope: Scope

    init(reading body: consuming BodyReader) throws(Rejection) {
        let scope = body.optional("scope") { text throws(FieldFlaw) in
            guard let scope = Scope(rawValue: text) else { throw .invalidFormat }
            return scope
        }
        body.refuseUnknown()
        guard body.problems.isEmpty else { throw body.rejection }
        self.scope = scope ?? .this
    }

    /// Which sessions of the caller end.
    enum Scope: String, Sendable, CaseIterable {
        case this, others, all
    }
}
