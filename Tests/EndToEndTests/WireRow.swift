import Testing
import TestSupport

/// One row of an attack table: bytes that must be refused, or must not.
///
/// A second request is sent behind it unless it is open-ended. In the text one scalar is one byte, `MARK` becomes a text that is unique to the row, and `HOST` the usual field line.
struct WireRow: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let status: Int
    let closes: Bool
    let isOpenEnded: Bool

    init(_ name: String, _ text: String, status: Int = 400, closes: Bool = true, isOpenEnded: Bool = false) {
        self.name = name
        self.text = text
        self.status = status
        self.closes = closes
        self.isOpenEnded = isOpenEnded
    }

    var testDescription: String { name }

    /// The bytes to send, with the mark of this run in them.
    func bytes(mark: String) -> [UInt8] {
        let host = "Host: localhost\r\n"
        return Wire.bytes(Self.replacing("MARK", by: mark, in: Self.replacing("HOST", by: host, in: text)))
    }

    /// Swift counts CR LF as one character, so the text is searched as scalars.
    private static func replacing(_ old: String, by new: String, in text: String) -> String {
        let bytes = Wire.bytes(text)
        var result: [UInt8] = []
        var start = 0
        while let found = Wire.index(of: Wire.bytes(old), in: bytes, from: start) {
            result += bytes[start..<found] + Wire.bytes(new)
            start = found + old.utf8.count
        }
        return Wire.text(result + bytes[start...])
    }
}

extension Scene {
    /// Sends a row and a second request behind it, and expects exactly one refusal, the end of the connection where the
    /// row says so, and an upstream that saw nothing of either.
    func expectRefusal(_ row: WireRow, location: SourceLocation = #_sourceLocation) throws {
        let mark = "m" + String(UInt64.random(in: .min ... .max), radix: 36)
        let client = try sidecar.client(seconds: 8)
        let second = "GET /open/second-\(mark) HTTP/1.1\r\nHost: localhost\r\n\r\n"
        client.sendAsFarAsTaken(row.bytes(mark: mark) + (row.closes && !row.isOpenEnded ? Wire.bytes(second) : []))
        let answer: Answer
        do {
            answer = try client.answer()
        } catch {
            Issue.record("no answer to \(Wire.printable(row.bytes(mark: mark))): \(error)", sourceLocation: location)
            return
        }
        let sent = Comment(rawValue: Wire.printable(row.bytes(mark: mark)))
        #expect(answer.status == row.status, sent, sourceLocation: location)
        #expect(answer["Content-Type"] == "application/problem+json", sent, sourceLocation: location)
        #expect(answer["X-Content-Type-Options"] == "nosniff", sent, sourceLocation: location)
        if row.status == 400 { #expect(answer.code == "bad_request", sent, sourceLocation: location) }
        if row.closes {
            #expect(answer.closes, sent, sourceLocation: location)
            let (ending, bytes) = client.ending()
            #expect(ending != .stillOpen, sent, sourceLocation: location)
            let extra = Comment(rawValue: "after the refusal came: " + Wire.printable(bytes))
            #expect(bytes.isEmpty, extra, sourceLocation: location)
        }
        try fence()
        #expect(!upstream.saw(mark), "the upstream saw \(row.name)", sourceLocation: location)
    }
}
