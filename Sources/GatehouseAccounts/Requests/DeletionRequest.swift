/// The body of the deletion of one's own account.
struct DeletionRequest: Sendable {
    /// The password, as proof that it is the owner who asks.
    let password: NormalizedPassword

    init(reading body: consuming BodyReader) throws(Rejection) {
        let password = body.required("password") { NormalizedPassword($0) }
        body.refuseUnknown()
        guard let password, body.problems.isEmpty else { throw body.rejection }
        self.password = password
    }
}
