/// The JSON reader for everything that others sign or send: RFC 8259 to the letter, and one reading only.
///
/// Two readers must not see different documents, so what the usual ones disagree on is refused: duplicate members at every
/// depth, compared after unescaping (RFC 7515 section 4, RFC 7519 section 4), a byte order mark, invalid UTF-8, halves of
/// surrogate pairs, escaped NUL, and anything behind the value. Depth and members are bounded; no input traps.
package struct StrictJSON {
    let bytes: [UInt8]
    let limits: Limits
    var position = 0
    private var depth = 0

    /// The bounds of a document.
    package struct Limits: Sendable {
        /// How deep arrays and objects may be nested; the reader recurses this deep at most.
        package let depth: Int
        /// How many members one object may have.
        package let members: Int

        /// The bounds for tokens, unless told otherwise.
        package init(depth: Int = 16, members: Int = 256) {
            self.depth = depth
            self.members = members
        }
    }

    /// Reads one document; the caller has bounded its length.
    package static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(JSONFlaw) -> JSONValue {
        guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { throw JSONFlaw(reason: .byteOrderMark, offset: 0) }
        guard (try? UTF8Span(validating: bytes.span)) != nil else { throw JSONFlaw(reason: .invalidUTF8, offset: 0) }
        var reader = StrictJSON(bytes: bytes, limits: limits)
        reader.skipWhiteSpace()
        let value = try reader.value()
        reader.skipWhiteSpace()
        guard reader.position == bytes.count else { throw reader.flaw(.trailingBytes) }
        return value
    }

    /// Reads one document that must be an object, which a token's parts are.
    package static func parseObject(_ bytes: [UInt8], limits: Limits = Limits()) throws(JSONFlaw) -> JSONObject {
        guard let object = try self.parse(bytes, limits: limits).object else {
            throw JSONFlaw(reason: .unexpectedByte, offset: 0)
        }
        return object
    }

    private init(bytes: [UInt8], limits: Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    private mutating func value() throws(JSONFlaw) -> JSONValue {
        guard let first = self.peek else { throw self.flaw(.unexpectedEnd) }
        switch first {
        case 0x7B: return .object(try self.object())
        case 0x5B: return .array(try self.array())
        case 0x22: return .string(try self.string())
        case 0x74: return try self.literal("true", .bool(true))
        case 0x66: return try self.literal("false", .bool(false))
        case 0x6E: return try self.literal("null", .null)
        case 0x2D, 0x30...0x39: return .number(try self.number())
        default: throw self.flaw(.unexpectedByte)
        }
    }

    private mutating func object() throws(JSONFlaw) -> JSONObject {
        try self.descend()
        var members: [JSONObject.Member] = []
        var names = SeenNames()
        self.skipWhiteSpace()
        if self.take(0x7D) {
            self.depth -= 1
            return JSONObject()
        }
        repeat {
            self.skipWhiteSpace()
            guard self.peek == 0x22 else { throw self.flaw(self.peek == nil ? .unexpectedEnd : .unexpectedByte) }
            guard members.count < self.limits.members else { throw self.flaw(.tooManyMembers) }
            let start = self.position
            let name = try self.string()
            guard names.insert(name, after: members) else { throw JSONFlaw(reason: .duplicateMember, offset: start) }
            self.skipWhiteSpace()
            try self.expect(0x3A)
            self.skipWhiteSpace()
            members.append(JSONObject.Member(name: name, value: try self.value()))
            self.skipWhiteSpace()
        } while self.take(0x2C)
        try self.expect(0x7D)
        self.depth -= 1
        return JSONObject(distinct: members)
    }

    private mutating func array() throws(JSONFlaw) -> [JSONValue] {
        try self.descend()
        var items: [JSONValue] = []
        self.skipWhiteSpace()
        if self.take(0x5D) {
            self.depth -= 1
            return items
        }
        repeat {
            self.skipWhiteSpace()
            items.append(try self.value())
            self.skipWhiteSpace()
        } while self.take(0x2C)
        try self.expect(0x5D)
        self.depth -= 1
        return items
    }

    /// Steps over the bracket and into what it opens.
    private mutating func descend() throws(JSONFlaw) {
        guard self.depth < self.limits.depth else { throw self.flaw(.tooDeep) }
        self.depth += 1
        self.position += 1
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONFlaw) -> JSONValue {
        for expected in text.description.utf8 {
            try self.expect(expected)
        }
        return value
    }
}

extension StrictJSON {
    /// The byte at the position, or nil at the end.
    var peek: UInt8? {
        self.position < self.bytes.count ? self.bytes[self.position] : nil
    }

    /// The flaw at the position.
    func flaw(_ reason: JSONFlaw.Reason) -> JSONFlaw {
        JSONFlaw(reason: reason, offset: self.position)
    }

    /// Steps over the byte if it is next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard self.peek == byte else { return false }
        self.position += 1
        return true
    }

    /// Steps over the byte, which must be next.
    mutating func expect(_ byte: UInt8) throws(JSONFlaw) {
        guard self.take(byte) else { throw self.flaw(self.peek == nil ? .unexpectedEnd : .unexpectedByte) }
    }

    /// Steps over the four kinds of white space of RFC 8259 section 2.
    mutating func skipWhiteSpace() {
        while let byte = self.peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            self.position += 1
        }
    }
}

/// The names of an object so far.
///
/// Up to a dozen are compared one by one. From there on fingerprints come first, so that hundreds of names of one length, which
/// only an attacker sends, cost microseconds.
private struct SeenNames {
    private var prints: [UInt64] = []

    /// Notes a name, unless it is one of the members'.
    mutating func insert(_ name: String, after members: [JSONObject.Member]) -> Bool {
        guard members.count >= 12 else {
            return !members.contains { sameBytes($0.name, name) }
        }
        if self.prints.isEmpty { self.prints = members.map { SeenNames.print(of: $0.name) } }
        let print = SeenNames.print(of: name)
        for index in self.prints.indices where self.prints[index] == print {
            if sameBytes(members[index].name, name) { return false }
        }
        self.prints.append(print)
        return true
    }

    private static func print(of name: String) -> UInt64 {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 {
            value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return value
    }
}
