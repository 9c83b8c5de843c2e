internal import GatehouseCore

/// What the codec needs to know of an HTTP/1.1 answer beyond its neutral head.
struct ResponseFraming {
    /// Whether the connection may carry another request after the body.
    var keepsAlive = true
    /// Whether the app said that it closes, which wins over whatever else it said.
    var saysClose = false
    /// Whether `Transfer-Encoding: chunked` frames the body.
    var isChunked = false
}

/// Parses the head of an upstream's answer, as strictly as a request's (RFC 9112 section 4).
struct ResponseHeadParser {
    enum Step {
        case needsMore
        /// The head is complete and has so many bytes.
        case complete(Int)
        case malformed
    }

    /// The largest head taken from an app, in bytes.
    static let longestHead = 64 * 1024
    /// The most field lines taken from an app.
    static let mostFields = 256

    private var fields = FieldSectionParser()
    private var sawStatusLine = false
    private var isHTTP10 = false
    private(set) var framing = ResponseFraming()

    /// Goes on parsing; `bytes` begin with the head's first byte.
    ///
    /// `method` is that of the request, on which the body depends.
    mutating func parse(_ bytes: RawSpan, method: Method, into head: ResponseHead) -> Step {
        if !self.sawStatusLine {
            switch self.parseStatusLine(bytes, head) {
            case true?: break
            case false?: return bytes.byteCount < ResponseHeadParser.longestHead ? .needsMore : .malformed
            case nil: return .malformed
            }
        }
        guard let isComplete = self.parseFields(bytes, head) else { return .malformed }
        guard isComplete else { return bytes.byteCount < ResponseHeadParser.longestHead ? .needsMore : .malformed }
        head.bytes.append(contentsOf: bytes.extracting(0..<self.fields.position))
        return self.interpret(bytes, method, head) ? .complete(self.fields.position) : .malformed
    }

    /// Reads field lines until the section ends; false while it is not complete, nil if it is malformed.
    ///
    /// The head's table is moved out for the time, as in the request's parser.
    private mutating func parseFields(_ bytes: RawSpan, _ head: ResponseHead) -> Bool? {
        var fields = head.fields
        var present = head.present
        head.fields = []
        defer {
            head.fields = fields
            head.present = present
        }
        while true {
            switch self.fields.next(bytes) {
            case .needsMore:
                return false
            case .malformed:
                return nil
            case .field(let field):
                guard
                    self.fields.position <= ResponseHeadParser.longestHead,
                    fields.count < ResponseHeadParser.mostFields
                else { return nil }
                fields.append(field)
                present.insert(field.name)
            case .end:
                return self.fields.position <= ResponseHeadParser.longestHead ? true : nil
            }
        }
    }

    /// Reads `HTTP/1.x SP 3DIGIT [SP reason] CRLF`; false while it is incomplete, nil if it is malformed.
    private mutating func parseStatusLine(_ bytes: RawSpan, _ head: ResponseHead) -> Bool? {
        let form: StaticString = "HTTP/1.0 000"
        let count = bytes.byteCount
        var status = 0
        for offset in 0..<form.utf8CodeUnitCount {
            guard offset < count else { return false }
            let byte = ByteScan.byte(bytes, offset)
            switch offset {
            case 7:
                guard byte == 0x30 || byte == 0x31 else { return nil }
                self.isHTTP10 = byte == 0x30
            case 9...11:
                guard byte &- 0x30 < 10 else { return nil }
                status = status * 10 + Int(byte &- 0x30)
            default:
                guard unsafe byte == form.utf8Start[offset] else { return nil }
            }
        }
        guard status >= 100 else { return nil }
        let start = form.utf8CodeUnitCount
        let end = ByteScan.firstControl(bytes, from: start, to: count)
        guard end + 1 < count else { return end < count && ByteScan.byte(bytes, end) != 0x0D ? nil : false }
        guard ByteScan.byte(bytes, end) == 0x0D, ByteScan.byte(bytes, end + 1) == 0x0A else { return nil }
        guard end == start || ByteScan.byte(bytes, start) == ByteScan.space else { return nil }
        head.status = status
        head.reason = end > start ? (start + 1)..<end : end..<end
        self.fields.position = end + 2
        self.sawStatusLine = true
        return true
    }

    /// Works out the body's framing and marks hop-by-hop fields as dropped; false if the framing is ambiguous.
    private mutating func interpret(_ bytes: RawSpan, _ method: Method, _ head: ResponseHead) -> Bool {
        self.framing.keepsAlive = !self.isHTTP10
        var length: Int?
        var fields = head.fields
        head.fields = []
        defer { head.fields = fields }
        for index in fields.indices {
            let field = fields[index]
            switch field.name {
            case .contentLength:
                guard length == nil, let value = ByteScan.decimal(bytes, field.valueRange) else { return false }
                length = value
            case .transferEncoding:
                guard !self.framing.isChunked, !self.isHTTP10, ByteScan.equals(bytes, field.valueRange, "chunked")
                else {
                    return false
                }
                self.framing.isChunked = true
            case .connection:
                self.readConnection(bytes, field.valueRange, &fields)
            case .keepAlive, .proxyConnection, .upgrade, .te, .http2Settings:
                break
            default:
                continue
            }
            fields[index].drop()
        }
        if length != nil, self.framing.isChunked { return false }
        self.setBody(length, method, head)
        return true
    }

    private func setBody(_ length: Int?, _ method: Method, _ head: ResponseHead) {
        // These have no body whatever they claim (RFC 9112 section 6.3); 205 is treated likewise (RFC 9110 section 15.3.6).
        let status = head.status
        if method == .head || status < 200 || status == 204 || status == 205 || status == 304 {
            head.body = .none
            if status >= 200, status != 204, status != 205 { head.announcedLength = length }
        } else if self.framing.isChunked {
            head.body = .streamed
        } else if let length {
            head.body = length > 0 ? .counted(length) : .none
            head.announcedLength = length
        } else {
            head.body = .untilClose
        }
    }

    private mutating func readConnection(_ bytes: RawSpan, _ range: Range<Int>, _ fields: inout [Field]) {
        var keepsAlive = self.framing.keepsAlive
        var saysClose = self.framing.saysClose
        ByteScan.forEachElement(bytes, range) { (element: Range<Int>) in
            if ByteScan.equals(bytes, element, "close") {
                saysClose = true
            } else if ByteScan.equals(bytes, element, "keep-alive") {
                if self.isHTTP10 { keepsAlive = true }
            } else {
                let name = FieldName.intern(bytes.extracting(element))
                // An app cannot name its framing away.
                guard name != .contentLength, name != .transferEncoding else { return }
                for index in fields.indices where fields[index].name == name {
                    if name != .other || ByteScan.equalsFolded(bytes, element, fields[index].nameRange) {
                        fields[index].drop()
                    }
                }
            }
        }
        self.framing.keepsAlive = keepsAlive && !saysClose
        self.framing.saysClose = saysClose
    }
}
