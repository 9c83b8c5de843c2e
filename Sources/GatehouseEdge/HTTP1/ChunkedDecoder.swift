internal import GatehouseCore
internal import NIOCore

/// Takes the chunked framing off a body, strictly (RFC 9112 section 7.1).
///
/// Chunk extensions are dropped and bounded, line endings are CRLF and nothing else, sizes have 1 to 8 digits, and trailer lines
/// are parsed like a head's. Pure: bytes in, events out.
struct ChunkedDecoder {
    enum Step {
        case needsMore
        /// Content, owned by the receiver.
        case body(ByteBuffer)
        /// The last chunk and the trailer section are complete; the trailers' lines are in `trailers`.
        case end
        case malformed(Malformation)
        case trailersTooLarge
    }

    private enum State {
        case size(digits: Int, value: Int)
        case extensions(value: Int)
        case sizeEnd(value: Int)
        case data(remaining: Int)
        case dataReturn
        case dataFeed
        case trailers
        case done
    }

    /// The most bytes of chunk extensions in one body (CVE-2023-39326).
    static let longestExtensions = 4096

    private var state = State.size(digits: 0, value: 0)
    private var extensionBytes = 0
    private let trailerLimit: Int
    private var fields = FieldSectionParser()
    /// The trailer section as received and its fields, for the codec that forwards them.
    private(set) var trailers = FieldSection()

    init(trailerLimit: Int) {
        self.trailerLimit = trailerLimit
    }

    /// Reads the next event and moves the buffer's reader index past it.
    mutating func next(_ buffer: inout ByteBuffer) -> Step {
        while true {
            switch self.state {
            case .done:
                return .end
            case .data(let remaining):
                guard buffer.readableBytes > 0 else { return .needsMore }
                let count = min(remaining, buffer.readableBytes)
                guard let slice = buffer.readSlice(length: count) else { return .needsMore }
                self.state = count == remaining ? .dataReturn : .data(remaining: remaining - count)
                return .body(slice)
            case .trailers:
                return self.readTrailers(&buffer)
            default:
                guard let byte = buffer.readInteger(as: UInt8.self) else { return .needsMore }
                if let flaw = self.advance(byte) { return .malformed(flaw) }
            }
        }
    }

    /// Takes one byte of the framing between two pieces of content.
    private mutating func advance(_ byte: UInt8) -> Malformation? {
        switch self.state {
        case .size(let digits, let value):
            if let digit = ChunkedDecoder.hexadecimal(byte) {
                guard digits < 8 else { return .chunk }
                self.state = .size(digits: digits + 1, value: value << 4 | digit)
                return nil
            }
            guard digits > 0 else { return .chunk }
            if byte == 0x0D {
                self.state = .sizeEnd(value: value)
            } else if byte == 0x3B {
                self.state = .extensions(value: value)
            } else {
                return .chunk
            }
        case .extensions(let value):
            self.extensionBytes += 1
            guard self.extensionBytes <= ChunkedDecoder.longestExtensions else { return .chunk }
            if byte == 0x0D {
                self.state = .sizeEnd(value: value)
            } else if byte < 0x20 ? byte != ByteScan.tab : byte == 0x7F {
                return .chunk
            }
        case .sizeEnd(let value):
            guard byte == 0x0A else { return .chunk }
            self.state = value == 0 ? .trailers : .data(remaining: value)
        case .dataReturn:
            guard byte == 0x0D else { return .chunk }
            self.state = .dataFeed
        case .dataFeed:
            guard byte == 0x0A else { return .chunk }
            self.state = .size(digits: 0, value: 0)
        case .data, .trailers, .done:
            return .chunk
        }
        return nil
    }

    private mutating func readTrailers(_ buffer: inout ByteBuffer) -> Step {
        while true {
            switch self.fields.next(buffer.readableBytesSpan) {
            case .needsMore:
                return buffer.readableBytes < self.trailerLimit ? .needsMore : .trailersTooLarge
            case .malformed:
                return .malformed(.trailer)
            case .field(let field):
                guard self.fields.position <= self.trailerLimit, self.trailers.fields.count < 100 else {
                    return .trailersTooLarge
                }
                if ChunkedDecoder.forbiddenTrailers.contains(field.name) { return .malformed(.trailer) }
                self.trailers.fields.append(field)
            case .end:
                let length = self.fields.position
                self.trailers.bytes.append(contentsOf: buffer.readableBytesSpan.extracting(0..<length))
                buffer.moveReaderIndex(forwardBy: length)
                self.state = .done
                return .end
            }
        }
    }

    /// Fields that frame, route or authenticate have no business behind a body (RFC 9110 section 6.5.1).
    private static let forbiddenTrailers: FieldNameSet = [
        .contentLength, .transferEncoding, .host, .authorization, .connection, .cookie, .te, .trailer, .upgrade,
        .expect,
        .proxyAuthorization, .keepAlive, .proxyConnection,
    ]

    private static func hexadecimal(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x46: Int(byte) - 0x37
        case 0x61...0x66: Int(byte) - 0x57
        default: nil
        }
    }
}

/// A section of field lines with the bytes they point into: trailers.
struct FieldSection {
    var bytes: [UInt8] = []
    var fields: [Field] = []
}
