internal import GatehouseCore
internal import NIOCore

/// Reads a body by its framing, whichever that is.
enum BodyReader {
    case none
    case counted(remaining: Int)
    case chunked(ChunkedDecoder)
    case untilClose

    init(_ length: BodyLength, trailerLimit: Int) {
        switch length {
        case .none: self = .none
        case .counted(let count): self = .counted(remaining: count)
        case .streamed: self = .chunked(ChunkedDecoder(trailerLimit: trailerLimit))
        case .untilClose: self = .untilClose
        }
    }

    /// How many bytes are known to be still missing; nil if that is not known.
    var remaining: Int? {
        switch self {
        case .none: 0
        case .counted(let remaining): remaining
        case .chunked, .untilClose: nil
        }
    }

    /// The trailers that were read, once the body has ended.
    var trailers: FieldSection? {
        if case .chunked(let decoder) = self, !decoder.trailers.fields.isEmpty { decoder.trailers } else { nil }
    }

    /// Reads the next event and moves the buffer's reader index past it.
    mutating func next(_ buffer: inout ByteBuffer) -> ChunkedDecoder.Step {
        switch self {
        case .none:
            return .end
        case .counted(let remaining):
            guard remaining > 0 else { return .end }
            guard buffer.readableBytes > 0 else { return .needsMore }
            let count = min(remaining, buffer.readableBytes)
            guard let slice = buffer.readSlice(length: count) else { return .needsMore }
            self = .counted(remaining: remaining - count)
            return .body(slice)
        case .chunked(var decoder):
            // Moved out and back, so that the decoder's storage is never copied.
            self = .none
            let step = decoder.next(&buffer)
            self = .chunked(decoder)
            return step
        case .untilClose:
            guard buffer.readableBytes > 0, let slice = buffer.readSlice(length: buffer.readableBytes) else {
                return .needsMore
            }
            return .body(slice)
        }
    }

    /// Whether the body is complete without another byte.
    var isComplete: Bool {
        switch self {
        case .none: true
        case .counted(let remaining): remaining == 0
        case .chunked, .untilClose: false
        }
    }
}
