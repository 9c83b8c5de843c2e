/// The body of a refresh.
struct RefreshRequest: Sendable {
    /// What the client sent as its refresh token, unchecked.
    let token: String

    init(reading body: consuming BodyReader) throws(Rejection) {
        let token = body.required("refresh_token") { $0 }
        body.refuseUnknown()
        guard let token, body.problems.isEmpty else { throw body.rejection }
        self.token = token
    }
}
