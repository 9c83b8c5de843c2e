internal import GatehouseCore

extension RequestFraming {
    /// Works out what the fields of a complete head say about the message and the connection.
    ///
    /// Sets the head's target, authority, body and expectation, and marks the hop-by-hop fields as dropped (RFC 9110 section
    /// 7.6.1), so that nobody behind the codec sees HTTP/1.1. `bytes` are the head's own.
    static func interpret(_ bytes: RawSpan, _ head: RequestHead, isHTTP10: Bool) throws(Refusal) -> RequestFraming {
        var framing = RequestFraming()
        framing.isHTTP10 = isHTTP10
        framing.keepsAlive = !isHTTP10
        var length: Int?
        var host: Range<Int>?
        if head.count(of: .origin) > 1 { throw .malformed(.origin) }
        // Moved out for the time, so that changing it in place costs no check at run time.
        var fields = head.fields
        head.fields = []
        defer { head.fields = fields }
        for index in fields.indices {
            let field = fields[index]
            switch field.name {
            case .other:
                continue
            case .contentLength:
                guard length == nil, let value = ByteScan.decimal(bytes, field.valueRange) else {
                    throw .malformed(.contentLength)
                }
                length = value
            case .transferEncoding:
                guard !framing.isChunked, !isHTTP10, ByteScan.equals(bytes, field.valueRange, "chunked") else {
                    throw .malformed(.transferEncoding)
                }
                framing.isChunked = true
            case .host:
                guard host == nil else { throw .malformed(.host) }
                host = field.valueRange
                continue
            case .connection:
                try framing.readConnection(bytes, field.valueRange, &fields)
            case .expect:
                try framing.readExpect(bytes, field.valueRange, head)
            case .te:
                if ByteScan.listHolds(bytes, field.valueRange, "trailers") { head.acceptsTrailers = true }
            case .keepAlive, .proxyConnection, .upgrade, .http2Settings, .trailer, .proxyAuthenticate:
                break
            default:
                continue
            }
            fields[index].drop()
        }
        guard length == nil || !framing.isChunked else { throw .malformed(.transferEncoding) }
        try framing.resolveTarget(bytes, head, host: host)
        head.body = framing.isChunked ? .streamed : (length ?? 0) > 0 ? .counted(length ?? 0) : .none
        if head.body == .none || isHTTP10 { head.expectsContinue = false }
        return framing
    }

    /// Obeys `Connection`: what it names goes no further; naming framing or credentials is an attack (security N-01).
    private mutating func readConnection(
        _ bytes: RawSpan,
        _ range: Range<Int>,
        _ fields: inout [Field]
    ) throws(Refusal) {
        try ByteScan.forEachElement(bytes, range) { (element) throws(Refusal) in
            if ByteScan.equals(bytes, element, "close") {
                self.keepsAlive = false
                self.saysKeepAlive = false
                self.saysClose = true
                return
            }
            if ByteScan.equals(bytes, element, "keep-alive") {
                guard self.isHTTP10, !self.saysClose else { return }
                self.keepsAlive = true
                self.saysKeepAlive = true
                return
            }
            let name = FieldName.intern(bytes.extracting(element))
            if RequestFraming.unnameable.contains(name) { throw .malformed(.connection) }
            for index in fields.indices where fields[index].name == name {
                if name != .other || ByteScan.equalsFolded(bytes, element, fields[index].nameRange) {
                    fields[index].drop()
                }
            }
        }
    }

    private mutating func readExpect(_ bytes: RawSpan, _ range: Range<Int>, _ head: RequestHead) throws(Refusal) {
        if ByteScan.equals(bytes, range, "100-continue") {
            head.expectsContinue = true
        } else if !range.isEmpty {
            head.hasUnknownExpectation = true
        }
    }

    private static let unnameable: FieldNameSet = [.host, .contentLength, .transferEncoding, .authorization, .cookie]

    /// Finds path, query and authority in the target's form (RFC 9112 section 3.2).
    private func resolveTarget(_ bytes: RawSpan, _ head: RequestHead, host: Range<Int>?) throws(Refusal) {
        if let host {
            guard Authority.isValid(bytes, host) else { throw .malformed(.host) }
        } else if !self.isHTTP10 {
            throw .malformed(.host)
        }
        head.authority = host ?? 0..<0
        let target = head.target
        let first = ByteScan.byte(bytes, target.lowerBound)
        if head.method == .connect, first != 0x2F {
            guard Authority.isValid(bytes, target), Authority.hasPort(bytes, target) else { throw .malformed(.target) }
            head.target = 0..<0
        } else if first != 0x2F {
            try self.resolveAbsolute(bytes, head, host: host)
        }
        // A target without a path has bytes of its own in the slab, and its path is their first.
        head.path =
            head.target.upperBound <= bytes.byteCount
            ? ByteScan.prefix(bytes, head.target, upTo: 0x3F)
            : head.target.lowerBound..<(head.target.lowerBound + 1)
    }

    /// The absolute form: its authority is the host for everything, and must be the `Host` (security H-23).
    private func resolveAbsolute(_ bytes: RawSpan, _ head: RequestHead, host: Range<Int>?) throws(Refusal) {
        let target = head.target
        let scheme: StaticString = head.isSecure ? "https://" : "http://"
        let schemeEnd = target.lowerBound + scheme.utf8CodeUnitCount
        guard schemeEnd < target.upperBound, ByteScan.equals(bytes, target.lowerBound..<schemeEnd, scheme) else {
            throw .malformed(.target)
        }
        var end = schemeEnd
        while end < target.upperBound, ByteScan.byte(bytes, end) != 0x2F, ByteScan.byte(bytes, end) != 0x3F { end += 1 }
        let authority = schemeEnd..<end
        guard Authority.isValid(bytes, authority) else { throw .malformed(.target) }
        if let host {
            guard Authority.areEqual(bytes, authority, host, defaultPort: head.isSecure ? 443 : 80) else {
                throw .malformed(.host)
            }
        }
        head.authority = authority
        if end < target.upperBound, ByteScan.byte(bytes, end) == 0x2F {
            head.target = end..<target.upperBound
            return
        }
        // The target has no path: what goes on is "/" and the query, for which the slab has no contiguous bytes yet.
        let start = head.bytes.count
        head.bytes.append(0x2F)
        head.bytes.append(contentsOf: bytes.extracting(end..<target.upperBound))
        head.target = start..<head.bytes.count
    }
}
