@testable import GatehouseAccounts
@testable import GatehouseCore

/// A call in the making: what a client sends to an endpoint.
struct CallDraft {
    let endpoint: AccountsEndpoint
    var content: [UInt8] = []
    var contentType: String? = "application/json"
    var parameter = ""
    var address = "192.0.2.1"
    var userAgent: String? = "test/1"
    var token: VerifiedToken?
    var fields: [(String, String)] = []

    init(_ endpoint: AccountsEndpoint, _ body: String? = nil, token: VerifiedToken? = nil) {
        self.endpoint = endpoint
        self.content = body.map { Array($0.utf8) } ?? []
        self.contentType = body == nil ? nil : "application/json"
        self.token = token
    }

    /// The call, made from a head and a permit as the gate makes it.
    func call(now: Int64) throws -> AccountsCall {
        let head = self.head
        let route = Route(
            index: 0,
            name: "accounts",
            pattern: try PathPattern(self.endpoint.path),
            access: self.endpoint.isOpen ? .open : .authenticated,
            destination: .accounts(self.endpoint),
            decorations: Decorations(securityHeaders: .off, crossOrigin: nil)
        )
        let peer = Peer(address: Array(self.address.utf8), isTrusted: false)
        let context = RequestContext(head: head, peer: peer, tokens: VerifiedTokenCache(), wallSeconds: now)
        var record = AccessRecord()
        record.clientAddress = Array(self.address.utf8)
        if let token = self.token {
            return AccountsCall(
                self.endpoint,
                request: context,
                under: try Permit.authorize(token, on: route),
                record: record
            )
        }
        guard let permit = Permit.open(route) else { throw Refusal.tokenMissing }
        return AccountsCall(self.endpoint, request: context, under: permit, record: record)
    }

    private var head: RequestHead {
        let head = RequestHead()
        head.method = self.endpoint.method
        head.methodRange = head.take(self.endpoint.method.token.description)
        let segments = self.endpoint.path.split(separator: "*", omittingEmptySubsequences: false)
        head.path = head.take(segments.joined(separator: self.parameter))
        head.target = head.path
        var fields = self.fields
        if let contentType { fields.append(("Content-Type", contentType)) }
        if let userAgent { fields.append(("User-Agent", userAgent)) }
        for (name, value) in fields {
            let nameRange = head.take(name)
            let valueRange = head.take(value)
            let interned = FieldName.intern(name)
            head.present.insert(interned)
            head.fields.append(
                Field(
                    name: interned,
                    nameStart: nameRange.lowerBound,
                    nameCount: nameRange.count,
                    valueStart: valueRange.lowerBound,
                    valueCount: valueRange.count,
                    lineEnd: head.bytes.count
                )
            )
        }
        return head
    }
}

extension RequestHead {
    fileprivate func take(_ text: String) -> Range<Int> {
        let start = self.bytes.count
        self.bytes.append(contentsOf: text.utf8)
        return start..<self.bytes.count
    }
}
