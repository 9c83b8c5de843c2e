extension StrictJSON {
    /// Reads a string, from quote to quote.
    mutating func string() throws(JSONFlaw) -> String {
        self.position += 1
        let start = self.position
        try self.skipPlain()
        if self.take(0x22) {
            return String(decoding: self.bytes[start..<(self.position - 1)], as: UTF8.self)
        }
        var text = Array(self.bytes[start..<self.position])
        while !self.take(0x22) {
            self.position += 1
            try self.escape(into: &text)
            let run = self.position
            try self.skipPlain()
            text.append(contentsOf: self.bytes[run..<self.position])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Steps to the next quote or backslash.
    private mutating func skipPlain() throws(JSONFlaw) {
        while let byte = self.peek {
            if byte == 0x22 || byte == 0x5C { return }
            guard byte >= 0x20 else { throw self.flaw(.controlCharacter) }
            self.position += 1
        }
        throw self.flaw(.unexpectedEnd)
    }

    /// Reads what follows a backslash (RFC 8259 section 7).
    private mutating func escape(into text: inout [UInt8]) throws(JSONFlaw) {
        guard let byte = self.peek else { throw self.flaw(.unexpectedEnd) }
        self.position += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: text.append(byte)
        case 0x62: text.append(0x08)
        case 0x66: text.append(0x0C)
        case 0x6E: text.append(0x0A)
        case 0x72: text.append(0x0D)
        case 0x74: text.append(0x09)
        case 0x75: text.append(contentsOf: String(try self.escapedScalar()).utf8)
        default: throw self.flaw(.badEscape)
        }
    }

    /// Reads the digits behind `\u`, and a whole pair where they are the first half of one.
    private mutating func escapedScalar() throws(JSONFlaw) -> Unicode.Scalar {
        let unit = try self.fourDigits()
        guard unit != 0 else { throw self.flaw(.escapedNUL) }
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00, self.take(0x5C), self.take(0x75) else { throw self.flaw(.loneSurrogate) }
        let second = try self.fourDigits()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + ((unit & 0x3FF) << 10) + (second & 0x3FF))
        else { throw self.flaw(.loneSurrogate) }
        return scalar
    }

    private mutating func fourDigits() throws(JSONFlaw) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = self.peek else { throw self.flaw(.unexpectedEnd) }
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(byte - 0x37)
            case 0x61...0x66: value = value << 4 | UInt32(byte - 0x57)
            default: throw self.flaw(.badEscape)
            }
            self.position += 1
        }
        return value
    }

    /// Reads a number of the grammar of RFC 8259 section 6, of any size.
    mutating func number() throws(JSONFlaw) -> JSONNumber {
        let start = self.position
        _ = self.take(0x2D)
        if !self.take(0x30) { try self.digits() }
        if self.take(0x2E) { try self.digits() }
        if self.take(0x65) || self.take(0x45) {
            if !self.take(0x2B) { _ = self.take(0x2D) }
            try self.digits()
        }
        // A second leading zero or a letter would otherwise be reported as a missing comma.
        if let next = self.peek, (0x30...0x39).contains(next) || next == 0x2E { throw self.flaw(.badNumber) }
        return JSONNumber(checked: String(decoding: self.bytes[start..<self.position], as: UTF8.self))
    }

    /// Steps over digits, at least one.
    private mutating func digits() throws(JSONFlaw) {
        let start = self.position
        while let byte = self.peek, (0x30...0x39).contains(byte) {
            self.position += 1
        }
        guard self.position > start else { throw self.flaw(.badNumber) }
    }
}
