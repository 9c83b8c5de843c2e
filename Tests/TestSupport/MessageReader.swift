/// Reads HTTP/1.1 messages from a socket and refuses whatever RFC 9112 does not allow.
///
/// It is the tests' own parser, strict on purpose: what the product writes must be readable by the most literal reader.
/// Used from one thread.
package final class MessageReader {
    private let socket: Socket
    private let observe: ([UInt8]) -> Void
    private var buffer: [UInt8] = []

    /// Makes a reader; `observe` sees every byte once, as it arrives.
    package init(_ socket: Socket, observe: @escaping ([UInt8]) -> Void = { _ in }) {
        self.socket = socket
        self.observe = observe
    }

    /// The bytes that arrived and were not read yet.
    package var unread: [UInt8] { buffer }

    /// Reads more bytes into the buffer; false at the orderly end of the stream.
    package func fill(within deadline: Deadline) throws -> Bool {
        let bytes = try socket.receive(within: deadline)
        observe(bytes)
        buffer += bytes
        return !bytes.isEmpty
    }

    /// Reads one line and returns it without its CR LF; nil at the end of the stream with nothing before it.
    package func line(within deadline: Deadline) throws -> String? {
        var searched = 0
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                guard end > 0, buffer[end - 1] == 0x0D else { throw malformed("a line ended by a bare LF") }
                let text = Wire.text(buffer[..<(end - 1)])
                buffer.removeFirst(end + 1)
                guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 || $0.value == 9 }) else {
                    throw malformed("a control byte in the line '\(text)'")
                }
                return text
            }
            searched = buffer.count
            if try !fill(within: deadline) {
                guard buffer.isEmpty else { throw malformed("the stream ended within a line") }
                return nil
            }
        }
    }

    /// Reads header or trailer lines up to and including the empty line.
    package func fields(within deadline: Deadline) throws -> [MessageField] {
        var fields: [MessageField] = []
        while true {
            guard let line = try line(within: deadline) else { throw malformed("the stream ended within the head") }
            if line.isEmpty { return fields }
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = parts.first, !name.isEmpty, !name.contains(where: { " \t".contains($0) })
            else { throw malformed("the field line '\(line)'") }
            fields.append(MessageField(name: String(name), value: parts[1].trimmingBlanks))
        }
    }

    /// Reads exactly `count` bytes.
    package func bytes(_ count: Int, within deadline: Deadline) throws -> [UInt8] {
        while buffer.count < count {
            guard try fill(within: deadline) else {
                throw malformed("the stream ended \(count - buffer.count) bytes before the end of a body")
            }
        }
        let bytes = Array(buffer.prefix(count))
        buffer.removeFirst(count)
        return bytes
    }

    /// Reads everything up to the orderly end of the stream.
    package func rest(within deadline: Deadline) throws -> [UInt8] {
        while try fill(within: deadline) {}
        defer { buffer = [] }
        return buffer
    }

    /// Reads a chunked body and its trailers.
    package func chunked(within deadline: Deadline) throws -> (body: [UInt8], trailers: [MessageField]) {
        var body: [UInt8] = []
        while true {
            guard let line = try line(within: deadline) else {
                throw malformed("the stream ended before the last chunk")
            }
            let digits = line.prefix { $0 != ";" }
            guard !digits.isEmpty, digits.count <= 8, digits.allSatisfy(\.isHexDigit),
                let size = Int(digits, radix: 16)
            else { throw malformed("the chunk size '\(line)'") }
            if size == 0 { return (body, try fields(within: deadline)) }
            body += try bytes(size, within: deadline)
            guard try bytes(2, within: deadline) == [0x0D, 0x0A] else { throw malformed("a chunk not ended by CR LF") }
        }
    }

    private func malformed(_ what: String) -> SupportFailure {
        SupportFailure("\(what); next: \(Wire.printable(buffer, limit: 120))")
    }
}
