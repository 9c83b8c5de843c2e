internal import GatehouseCore
internal import NIOCore

/// Writes requests to an app in HTTP/1.1, with one framing of ours.
///
/// The head is written from its parsed parts: whatever two parsers could have read differently has been refused before. Lines that
/// stay as they are are copied in runs.
struct HTTP1RequestWriter {
    private var isChunked = false

    /// Writes the head of a request.
    mutating func write(_ request: OutboundRequest, authority: [UInt8], to output: inout ByteBuffer) {
        let head = request.head
        let bytes = head.bytes
        let target = head.target
        let isUnchanged = HTTP1RequestWriter.isUnchanged(bytes, head.methodRange, target)
        if !isUnchanged {
            HTTP1FieldWriter.write(head.methodRange, of: bytes, to: &output)
            output.writeStaticString(" ")
            HTTP1FieldWriter.write(target, of: bytes, to: &output)
            output.writeStaticString(" HTTP/1.1\r\n")
        }
        // The authority of the target is the host for everything; where there is a `Host`, it equals that, and passes unchanged.
        HTTP1FieldWriter.writeKept(
            head.fields,
            of: bytes,
            prefix: isUnchanged ? target.upperBound &+ 11 : 0,
            to: &output
        )
        if !head.present.contains(.host) {
            output.writeStaticString("Host: ")
            if head.authority.isEmpty {
                output.writeBytes(authority)
            } else {
                HTTP1FieldWriter.write(head.authority, of: bytes, to: &output)
            }
            output.writeStaticString("\r\n")
        }
        output.writeBytes(head.added.bytes)
        if let identity = request.identity { output.writeBytes(identity.bytes) }
        if head.acceptsTrailers { output.writeStaticString("TE: trailers\r\nConnection: TE\r\n") }
        self.writeFraming(head, to: &output)
        output.writeStaticString("\r\n")
    }

    /// Whether the slab begins with the very request line that goes on: `method SP target SP HTTP/1.1 CRLF`.
    private static func isUnchanged(_ bytes: [UInt8], _ method: Range<Int>, _ target: Range<Int>) -> Bool {
        guard method.lowerBound == 0, target.lowerBound == method.upperBound &+ 1 else { return false }
        let end = target.upperBound
        return bytes.count >= end &+ 11 && bytes[end] == ByteScan.space && bytes[end &+ 8] == 0x31
            && bytes[end &+ 10] == ByteScan.lineFeed
    }

    private mutating func writeFraming(_ head: RequestHead, to output: inout ByteBuffer) {
        self.isChunked = false
        switch head.body {
        case .none:
            // A method that expects content says that there is none (RFC 9110 section 8.6).
            switch head.method {
            case .post, .put, .patch: HTTP1FieldWriter.writeLength(0, to: &output)
            default: break
            }
        case .counted(let length):
            HTTP1FieldWriter.writeLength(length, to: &output)
        case .streamed, .untilClose:
            self.isChunked = true
            output.writeStaticString("Transfer-Encoding: chunked\r\n")
        }
    }

    /// Writes content by copying it, framing included.
    func writeSmall(_ body: ByteBuffer, to output: inout ByteBuffer) {
        guard body.readableBytes > 0 else { return }
        self.writePrefix(of: body, to: &output)
        output.writeImmutableBuffer(body)
        self.writeSuffix(to: &output)
    }

    /// Writes what stands before a piece of content.
    func writePrefix(of body: ByteBuffer, to output: inout ByteBuffer) {
        guard self.isChunked else { return }
        HTTP1FieldWriter.writeChunkSize(body.readableBytes, to: &output)
    }

    /// Writes what stands behind a piece of content.
    func writeSuffix(to output: inout ByteBuffer) {
        guard self.isChunked else { return }
        output.writeStaticString("\r\n")
    }

    /// Writes what ends the content.
    func writeEnd(to output: inout ByteBuffer) {
        guard self.isChunked else { return }
        output.writeStaticString("0\r\n\r\n")
    }
}
