internal import GatehouseCore
internal import NIOCore

/// Writes answers in HTTP/1.1, with one framing of ours (RFC 9112 section 6).
///
/// Pure: told what to write, appends bytes. Lines that stay as they are are copied in runs.
struct HTTP1AnswerWriter {
    /// Content up to this size is copied behind what is already gathered: one record and one write in place of several.
    static let copyLimit = 16 * 1024

    enum Framing {
        case none
        case counted
        case chunked
        case untilClose
    }

    /// Trailers to send behind the last chunk.
    var trailers: FieldSection?
    /// Whether the content under way ends with the connection.
    var endsWithConnection: Bool {
        if case .untilClose = self.framing { true } else { false }
    }

    private var isHTTP10 = false
    private var isHead = false
    private var framing = Framing.none

    /// Prepares for the answer to the next request.
    mutating func start(isHTTP10: Bool, isHead: Bool) {
        self.isHTTP10 = isHTTP10
        self.isHead = isHead
        self.framing = .none
        self.trailers = nil
    }

    /// Writes the head of an app's answer; returns whether the connection has to close behind it.
    mutating func write(
        _ head: ResponseHead,
        adding lines: FieldLines,
        closes: Bool,
        saysKeepAlive: Bool,
        date: [UInt8],
        to output: inout ByteBuffer
    ) -> Bool {
        var closes = closes
        HTTP1AnswerWriter.writeStatusAndKept(head, to: &output)
        switch head.body {
        case .none:
            self.framing = .none
            if let length = head.announcedLength {
                HTTP1FieldWriter.writeLength(length, to: &output)
            } else if !self.isHead, head.status != 204, head.status != 304 {
                HTTP1FieldWriter.writeLength(0, to: &output)
            }
        case .counted(let length):
            self.framing = .counted
            HTTP1FieldWriter.writeLength(length, to: &output)
        case .streamed, .untilClose:
            if self.isHTTP10 {
                self.framing = .untilClose
                closes = true
            } else {
                self.framing = .chunked
                output.writeStaticString("Transfer-Encoding: chunked\r\n")
            }
        }
        output.writeBytes(lines.bytes)
        self.finishHead(closes, saysKeepAlive, date: head.present.contains(.date) ? nil : date, to: &output)
        return closes
    }

    /// Writes an answer of our own, whole; a `HEAD` gets the head only.
    mutating func write(
        _ answer: LocalAnswer,
        lines: FieldLines,
        closes: Bool,
        saysKeepAlive: Bool,
        date: [UInt8],
        to output: inout ByteBuffer
    ) {
        self.framing = .none
        output.writeStaticString("HTTP/1.1 ")
        HTTP1FieldWriter.writeDecimal(answer.status, to: &output)
        output.writeStaticString(" ")
        output.writeStaticString(ReasonPhrase.of(answer.status))
        output.writeStaticString("\r\n")
        if answer.status != 204 { HTTP1FieldWriter.writeLength(answer.content.count, to: &output) }
        output.writeBytes(lines.bytes)
        self.finishHead(closes, saysKeepAlive, date: date, to: &output)
        if !self.isHead { output.writeBytes(answer.content) }
    }

    /// Writes an interim answer; nothing of ours belongs on it.
    static func writeInformational(_ head: ResponseHead, to output: inout ByteBuffer) {
        HTTP1AnswerWriter.writeStatusAndKept(head, to: &output)
        output.writeStaticString("\r\n")
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
        guard case .chunked = self.framing else { return }
        HTTP1FieldWriter.writeChunkSize(body.readableBytes, to: &output)
    }

    /// Writes what stands behind a piece of content.
    func writeSuffix(to output: inout ByteBuffer) {
        guard case .chunked = self.framing else { return }
        output.writeStaticString("\r\n")
    }

    /// Writes what ends the content.
    mutating func writeEnd(to output: inout ByteBuffer) {
        guard case .chunked = self.framing else { return }
        output.writeStaticString("0\r\n")
        if let trailers = self.trailers {
            HTTP1FieldWriter.writeKept(trailers.fields, of: trailers.bytes, to: &output)
        }
        output.writeStaticString("\r\n")
        self.framing = .none
    }

    /// Writes the status line and the fields that stay; a status line that says HTTP/1.1 is copied with them.
    private static func writeStatusAndKept(_ head: ResponseHead, to output: inout ByteBuffer) {
        let bytes = head.bytes
        if bytes.count > 12, bytes[7] == 0x31, bytes[12] == ByteScan.space {
            HTTP1FieldWriter.writeKept(head.fields, of: bytes, prefix: head.reason.upperBound &+ 2, to: &output)
            return
        }
        output.writeStaticString("HTTP/1.1 ")
        HTTP1FieldWriter.writeDecimal(head.status, to: &output)
        output.writeStaticString(" ")
        HTTP1FieldWriter.write(head.reason, of: bytes, to: &output)
        output.writeStaticString("\r\n")
        HTTP1FieldWriter.writeKept(head.fields, of: bytes, to: &output)
    }

    private func finishHead(_ closes: Bool, _ saysKeepAlive: Bool, date: [UInt8]?, to output: inout ByteBuffer) {
        if let date {
            output.writeStaticString("Date: ")
            output.writeBytes(date)
            output.writeStaticString("\r\n")
        }
        if closes {
            output.writeStaticString("Connection: close\r\n")
        } else if saysKeepAlive {
            output.writeStaticString("Connection: keep-alive\r\n")
        }
        output.writeStaticString("\r\n")
    }
}
