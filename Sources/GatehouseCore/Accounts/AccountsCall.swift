/// A request that may go to the accounts service; only a permit makes one, so whoever carries it has been authorised.
///
/// Owns its values, so that it can leave the loop.
package struct AccountsCall: Sendable {
    /// What is asked for.
    package let endpoint: AccountsEndpoint
    /// The caller's token, or nil on an endpoint that is open.
    package let token: VerifiedToken?
    /// The method's token as it was sent.
    package let method: String
    /// The path without the query.
    package let path: String
    /// What the pattern's `*` stands for, or the empty string.
    package let parameter: String
    /// The values of all `Content-Type` lines.
    package let contentTypes: [String]
    /// The client's address as text; empty for a Unix socket.
    package let clientAddress: String
    /// The value of `User-Agent`, cut to 256 bytes, or nil.
    package let userAgent: String?
    /// The request id, for the audit record.
    package let requestID: String
    /// The wall clock in whole seconds since 1970.
    package let now: Int64

    /// Uses the permit up.
    package init(
        _ endpoint: AccountsEndpoint,
        request: RequestContext,
        under permit: consuming Permit,
        record: borrowing AccessRecord
    ) {
        let head = request.head
        var id: [UInt8] = []
        record.requestID.write(to: &id)
        self.endpoint = endpoint
        self.token = permit.token
        self.method = head.text(head.methodRange)
        self.path = head.text(head.path)
        let segments = self.path.utf8.split(separator: 0x2F)
        self.parameter = endpoint == .sessionEnd ? segments.last.flatMap { String($0) } ?? "" : ""
        self.contentTypes = head.fields.filter { $0.name == .contentType }.map { head.text($0.valueRange) }
        self.clientAddress = String(decoding: record.clientAddress, as: UTF8.self)
        self.userAgent = head.firstValue(.userAgent).map { value in
            head.text(value.lowerBound..<min(value.upperBound, value.lowerBound + 256))
        }
        self.requestID = String(decoding: id, as: UTF8.self)
        self.now = request.wallSeconds
    }
}

/// What the accounts service says to a call.
package enum AccountsReply: Sendable {
    /// An answer of its own.
    case answer(LocalAnswer)
    /// A refusal, with what was wrong with each field of the body.
    case refused(Refusal, [FieldProblem])
    /// A refused credential: it also takes from the quota of failures.
    ///
    /// With `isToken`, a refused refresh token is treated as a bad access token is: 429 once the quota is used up.
    case failed(Refusal, isToken: Bool)
}

/// What is wrong with one field of a body (an item of `errors` in a 422).
package struct FieldProblem: Sendable, Equatable {
    /// The place in the body (RFC 6901); empty for the body itself.
    package let pointer: String
    /// The stable code.
    package let code: String
    /// One sentence for people; never holds the value.
    package let detail: String

    /// Makes an item.
    package init(pointer: String, code: String, detail: String) {
        self.pointer = pointer
        self.code = code
        self.detail = detail
    }
}
