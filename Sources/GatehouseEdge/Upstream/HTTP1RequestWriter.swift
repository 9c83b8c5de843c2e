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
        HTTP1FieldWriter.write(head.methodRange, of: head.bytes, to: &output)
        output.writeStaticString(" ")
        HTTP1FieldWriter.write(head.target, of: head.bytes, to: &output)
        output.writeStaticString(" HTTP/1.1\r\n")
        if head.present.contains(.host) {
            // The authority of the target is the host for everything; it equals `Host`, which passes unchanged.
        } else {
            output.writeStaticString("Host: ")
            if head.authority.isEmpty {
                output.writeBytes(authority)
            } else {
                HTTP1FieldWriter.write(head.authority, of: head.bytes, to: &output)
            }
            output.writeStaticString("\r\n")
        }
        HTTP1FieldWriter.writeKept(head.fields, of: head.bytes, to: &output)
        output.writeBytes(head.added.bytes)
        if let identity = request.identity { output.writeBytes(identity.bytes) }
        if head.acceptsTrailers { output.writeStaticString("TE: trailers\r\nConnection: TE\r\n") }
        self.writeFraming(head, to: &output)
        output.writeStaticString("\r\n")
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
