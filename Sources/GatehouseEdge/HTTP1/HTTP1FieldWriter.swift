internal import GatehouseCore
internal import NIOCore

/// Writes field lines and numbers into a buffer without a detour.
enum HTTP1FieldWriter {
    /// Writes the fields that are not dropped; neighbouring lines are copied in one run.
    ///
    /// The first `prefix` bytes of the slab, a start line that stays as it is, go in front of them.
    static func writeKept(_ fields: [Field], of bytes: [UInt8], prefix: Int = 0, to output: inout ByteBuffer) {
        let span = unsafe bytes.span.bytes
        var runStart = 0
        var runEnd = prefix
        for field in fields where field.traits.rawValue & 1 == 0 {
            let start = Int(field.nameStart)
            if start != runEnd {
                if runEnd > runStart { output.writeBytes(span.extracting(runStart..<runEnd)) }
                runStart = start
            }
            runEnd = Int(field.lineEnd)
        }
        if runEnd > runStart { output.writeBytes(span.extracting(runStart..<runEnd)) }
    }

    /// Writes a range of a slab.
    static func write(_ range: Range<Int>, of bytes: [UInt8], to output: inout ByteBuffer) {
        guard !range.isEmpty else { return }
        unsafe output.writeBytes(bytes.span.bytes.extracting(range))
    }

    /// Writes `Content-Length`.
    static func writeLength(_ length: Int, to output: inout ByteBuffer) {
        output.writeStaticString("Content-Length: ")
        writeDecimal(length, to: &output)
        output.writeStaticString("\r\n")
    }

    /// Writes a number that is not negative, in decimal.
    static func writeDecimal(_ value: Int, to output: inout ByteBuffer) {
        var rest = UInt64(clamping: value)
        if rest >= 100_000_000 {
            // More digits than fit into one word: the leading ones first.
            let leading = rest / 100_000_000
            writeDecimal(Int(clamping: leading), to: &output)
            rest %= 100_000_000
            var divisor: UInt64 = 10_000_000
            while divisor > 0 {
                output.writeInteger(0x30 &+ UInt8(truncatingIfNeeded: rest / divisor % 10))
                divisor /= 10
            }
            return
        }
        var word: UInt64 = 0
        var count = 0
        repeat {
            word = word << 8 | (0x30 &+ rest % 10)
            rest /= 10
            count &+= 1
        } while rest > 0
        let end = output.writerIndex &+ count
        output.writeInteger(word, endianness: .little)
        output.moveWriterIndex(to: end)
    }

    /// Writes a chunk's size line.
    static func writeChunkSize(_ size: Int, to output: inout ByteBuffer) {
        var shift = 0
        while size >> (shift + 4) > 0 { shift += 4 }
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: (size >> shift) & 0xF)
            output.writeInteger(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
            shift -= 4
        }
        output.writeStaticString("\r\n")
    }
}

/// The reason phrases of the statuses that the gate itself answers with (RFC 9110 section 15).
enum ReasonPhrase {
    static func of(_ status: Int) -> StaticString {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 204: "No Content"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }
}
