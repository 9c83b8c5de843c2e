/// A request that may go to the app: the only thing that an upstream accepts.
///
/// Only hygiene makes one, and only from a permit, so whatever carries it has been authorised and cleaned. It stays valid for a
/// replay until its head is reset.
package struct OutboundRequest {
    /// The cleaned head: fields with the trait `dropped` do not go on, `head.added` does.
    package let head: RequestHead
    /// The index of the upstream to send it to.
    package let upstream: Int
    /// The claim headers of the caller, rendered once a token.
    package let identity: FieldLines?

    fileprivate init(head: RequestHead, upstream: Int, identity: FieldLines?) {
        self.head = head
        self.upstream = upstream
        self.identity = identity
    }
}

/// The rules that make a request safe to forward (CONTRACT "To the app").
///
/// Strips every field by which a client could pose as somebody else, then sets ours; on public routes, too. Immutable.
package struct Hygiene: Sendable {
    /// The headers that claims are forwarded in; stripped on every route whether a claim fills them or not.
    package let claimHeaders: [ClaimHeader]
    /// Whether the credential goes on to the app.
    package let forwardsToken: Bool
    private let stripped: StrippedNames

    /// Makes the rules for the configured claim headers.
    package init(claimHeaders: [ClaimHeader], forwardsToken: Bool) {
        self.claimHeaders = claimHeaders
        self.forwardsToken = forwardsToken
        self.stripped = StrippedNames(claimHeaders: claimHeaders)
    }

    /// Cleans the head and adds our own lines to it; uses the permit up.
    ///
    /// After it `head.added` holds `X-Forwarded-For`, `-Proto`, `-Host`, `X-Request-Id` and `traceparent`.
    package func prepare(
        _ request: RequestContext,
        for upstream: Int,
        under permit: consuming Permit,
        record: borrowing AccessRecord
    ) -> OutboundRequest {
        let head = request.head
        // Read before it is dropped: a trusted proxy tells by it how the client itself is connected.
        let isSecure = Hygiene.isSecure(request)
        self.strip(head, isOpen: permit.token == nil)
        Hygiene.addLines(to: head, isSecure: isSecure, record: record)
        return OutboundRequest(head: head, upstream: upstream, identity: permit.token?.identity)
    }

    private func strip(_ head: RequestHead, isOpen: Bool) {
        let bytes = head.bytes
        let span = unsafe bytes.span.bytes
        // Taken out of the object for the loop, so that its accesses are not checked one by one.
        var fields: [Field] = []
        swap(&fields, &head.fields)
        for index in fields.indices {
            let field = fields[index]
            guard !field.isDropped else { continue }
            let isStripped =
                field.name == .authorization
                ? self.stripsCredential(field, bytes, isOpen: isOpen)
                : self.stripped.contains(field, span)
            if isStripped { fields[index].drop() }
        }
        swap(&fields, &head.fields)
    }

    /// On a public route schemes other than Bearer are the app's own business.
    private func stripsCredential(_ field: Field, _ bytes: [UInt8], isOpen: Bool) -> Bool {
        if self.forwardsToken { return false }
        return !isOpen || Authenticator.isBearer(bytes, field.valueRange)
    }

    private static func addLines(to head: RequestHead, isSecure: Bool, record: borrowing AccessRecord) {
        let bytes = head.bytes
        let authority = head.authority.clamped(to: bytes.indices)
        let client = record.clientAddress
        let requestID = record.requestID
        let trace = record.trace
        var lines = FieldLines()
        swap(&lines, &head.added)
        if !client.isEmpty {
            lines.append(.xForwardedFor) { $0.append(contentsOf: client) }
        }
        lines.append(.xForwardedProto, isSecure ? "https" : "http" as StaticString)
        if !authority.isEmpty {
            lines.append(.xForwardedHost) { $0.append(contentsOf: bytes[authority]) }
        }
        lines.append(.xRequestID) { requestID.write(to: &$0) }
        lines.append(.traceparent) { trace.write(to: &$0) }
        swap(&lines, &head.added)
    }

    private static func isSecure(_ request: RequestContext) -> Bool {
        let head = request.head
        guard request.peer.isTrusted, let range = head.firstValue(.xForwardedProto),
            head.count(of: .xForwardedProto) == 1
        else { return head.isSecure }
        let bytes = head.bytes
        let value = unsafe bytes.span.bytes.extracting(range.clamped(to: bytes.indices))
        return value.spells("https") || (head.isSecure && !value.spells("http"))
    }
}

/// A header that carries a claim to the app.
package struct ClaimHeader: Sendable, Equatable {
    /// The header's name as it is sent.
    package let name: String
    /// The claim: the exact top-level member, else a dotted path.
    package let claim: String

    /// Makes a claim header; configuration has checked the name.
    package init(name: String, claim: String) {
        self.name = name
        self.claim = claim
    }
}
