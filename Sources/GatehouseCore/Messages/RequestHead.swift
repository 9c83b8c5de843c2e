/// The head of a request, independent of the protocol that carried it.
///
/// A slab of bytes and a table of ranges into it. The codec that received the request fills it, having refused everything that two
/// parsers could read differently and taken out the hop-by-hop fields (their `dropped` trait is set). Stages read it; hygiene
/// marks what does not go on. Not `Sendable`: a head belongs to one event loop, and to one exchange at a time; its storage
/// is used again for the next request of the connection.
package final class RequestHead {
    /// The bytes of the head as received, and whatever a codec had to append to them.
    package var bytes: [UInt8] = []
    /// The field lines in the order received.
    package var fields: [Field] = []
    /// The names that occur, dropped ones included.
    package var present = FieldNameSet()
    /// The method; `.other` methods are spelled in `methodRange`.
    package var method = Method.other
    /// The method's bytes.
    package var methodRange = 0..<0
    /// The path as the client sent it, without the query; begins with `/`.
    package var path = 0..<0
    /// Path and query as they go to the upstream app.
    package var target = 0..<0
    /// The host and port that the request is for, or empty if an HTTP/1.0 client named none.
    package var authority = 0..<0
    /// Whether the request came over TLS.
    package var isSecure = false
    /// How long the body is.
    package var body = BodyLength.none
    /// Whether the client waits for `100 Continue` before it sends the body.
    package var expectsContinue = false
    /// Whether `Expect` held anything else (RFC 9110 section 10.1.1).
    package var hasUnknownExpectation = false
    /// Whether the client accepts trailers (`TE: trailers`).
    package var acceptsTrailers = false
    /// Lines that the gate adds on the way to the app.
    package var added = FieldLines()

    /// Makes an empty head.
    package init() {}

    /// Empties the head and keeps its storage.
    package func reset() {
        self.bytes.removeAll(keepingCapacity: true)
        self.fields.removeAll(keepingCapacity: true)
        self.added.removeAll()
        self.present.removeAll()
        self.method = .other
        self.methodRange = 0..<0
        self.path = 0..<0
        self.target = 0..<0
        self.authority = 0..<0
        self.isSecure = false
        self.body = .none
        self.expectsContinue = false
        self.hasUnknownExpectation = false
        self.acceptsTrailers = false
    }

    /// The range of the value of the first field of that name, or nil.
    package func firstValue(_ name: FieldName) -> Range<Int>? {
        guard self.present.contains(name) else { return nil }
        for field in self.fields where field.name == name {
            return field.valueRange
        }
        return nil
    }

    /// The range of the value of the first field of a name that is spelled out, in any case of its letters, or nil.
    package func firstValue(named name: String) -> Range<Int>? {
        let name = Array(name.utf8)
        for field in self.fields where Int(field.nameCount) == name.count {
            let spelled = self.bytes[field.nameRange.clamped(to: self.bytes.indices)]
            if zip(spelled, name).allSatisfy({ Byte.lowerCase($0) == Byte.lowerCase($1) }) {
                return field.valueRange.clamped(to: self.bytes.indices)
            }
        }
        return nil
    }

    /// How many lines have that name.
    package func count(of name: FieldName) -> Int {
        guard self.present.contains(name) else { return 0 }
        return self.fields.reduce(into: 0) { $0 += $1.name == name ? 1 : 0 }
    }

    /// The bytes of a range as text, invalid UTF-8 repaired; for records and messages only.
    package func text(_ range: Range<Int>) -> String {
        String(decoding: self.bytes[range.clamped(to: 0..<self.bytes.count)], as: UTF8.self)
    }
}

/// How the length of a body is known.
package enum BodyLength: Sendable, Equatable {
    /// There is no body.
    case none
    /// The body has exactly so many bytes, at least one.
    case counted(Int)
    /// The body ends where its framing says so (chunked, END_STREAM).
    case streamed
    /// The body ends with the connection; answers of HTTP/1 only (RFC 9112 section 6.3).
    case untilClose
}
