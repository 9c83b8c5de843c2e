/// Turns claims into the header lines that tell the app who is calling.
///
/// Runs once a verified token; the lines are safe to copy into a head whatever the token held.
struct ClaimHeaderRenderer: Sendable {
    private let headers: [(name: String, path: ClaimPath)]

    init(_ headers: [ClaimHeader]) {
        self.headers = headers.map { ($0.name, ClaimPath($0.claim)) }
    }

    /// Renders every header whose claim is there and can be one.
    func render(_ claims: JSONObject) -> ClaimHeaderLines {
        var result = ClaimHeaderLines()
        for (name, path) in self.headers {
            guard let claim = path.find(in: claims), claim != .null else { continue }
            guard let value = self.value(claim), value.count <= ClaimHeaderRenderer.maximumCount else {
                result.omitted.append(name)
                continue
            }
            result.lines.append(named: name, value: value)
        }
        return result
    }

    private func value(_ claim: JSONValue) -> [UInt8]? {
        switch claim {
        case .string(let text):
            return self.encoded([text])
        case .number(let number):
            return Array(number.text.utf8)
        case .bool(let truth):
            return Array((truth ? "true" : "false").utf8)
        case .array(let items):
            let texts = items.compactMap(\.string)
            return texts.count == items.count ? self.encoded(texts, isList: true) : nil
        case .null, .object:
            return nil
        }
    }

    /// Joins the items with commas; if any byte needs it, the whole value is percent-encoded, `%` included.
    private func encoded(_ items: [String], isList: Bool = false) -> [UInt8] {
        let isPlain = items.allSatisfy { text in
            !text.utf8.contains { self.needsEncoding($0, isList: isList) } && !self.hasOuterSpace(text)
        }
        var value: [UInt8] = []
        for (index, item) in items.enumerated() {
            if index > 0 { value.append(0x2C) }
            guard !isPlain else {
                value.append(contentsOf: item.utf8)
                continue
            }
            self.append(Array(item.utf8), isList: isList, to: &value)
        }
        return value
    }

    private func append(_ bytes: [UInt8], isList: Bool, to value: inout [UInt8]) {
        for (index, byte) in bytes.enumerated() {
            let isOuterSpace = byte == 0x20 && (index == 0 || index == bytes.count - 1)
            if byte == 0x25 || isOuterSpace || self.needsEncoding(byte, isList: isList) {
                value.append(0x25)
                value.append(ClaimHeaderRenderer.digit(byte >> 4))
                value.append(ClaimHeaderRenderer.digit(byte & 0xF))
            } else {
                value.append(byte)
            }
        }
    }

    /// Controls and non-ASCII; in a list the comma, too: an item must not become two roles on its way.
    private func needsEncoding(_ byte: UInt8, isList: Bool) -> Bool {
        byte < 0x20 || byte >= 0x7F || (isList && byte == 0x2C)
    }

    /// Parsers trim values, which would make two subjects one.
    private func hasOuterSpace(_ text: String) -> Bool {
        text.utf8.first == 0x20 || text.utf8.last == 0x20
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? 0x30 &+ nibble : 0x37 &+ nibble
    }

    /// The longest value in bytes (T-41); longer ones are left out.
    private static let maximumCount = 4096
}

/// The lines for the app and the headers that had to be left out.
struct ClaimHeaderLines {
    var lines = FieldLines()
    var omitted: [String] = []
}
