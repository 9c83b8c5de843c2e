import GatehouseCore
import NIOCore

@testable import GatehouseEdge

/// What a reader makes of the bytes of a body.
struct ReadBody: Equatable {
    enum Ending: Equatable {
        case needsMore
        case end
        case malformed(Malformation)
        case trailersTooLarge
    }

    var content: [UInt8] = []
    var ending = Ending.needsMore
    var trailers: [String] = []
    /// How many bytes were not read.
    var rest = 0

    /// Reads bytes that arrive in pieces of the sizes given, the last of them with all that is left.
    init(_ bytes: [UInt8], _ length: BodyLength, pieces: [Int] = [], trailerLimit: Int = 1024) {
        var reader = BodyReader(length, trailerLimit: trailerLimit)
        var input = ByteBuffer()
        var start = 0
        for size in pieces + [bytes.count] {
            let end = min(start + size, bytes.count)
            input.discardReadBytes()
            input.writeBytes(bytes[start..<end])
            start = end
            guard self.read(&reader, &input) else { break }
        }
        self.rest = input.readableBytes + bytes.count - start
    }

    /// Reads on; false once the body has ended.
    private mutating func read(_ reader: inout BodyReader, _ input: inout ByteBuffer) -> Bool {
        while true {
            switch reader.next(&input) {
            case .needsMore:
                self.ending = .needsMore
                return true
            case .body(let buffer):
                self.content.append(contentsOf: buffer.readableBytesView)
            case .end:
                self.ending = .end
                let section = reader.trailers ?? FieldSection()
                self.trailers = section.fields.map {
                    wireText(section.bytes[$0.nameRange]) + "=" + wireText(section.bytes[$0.valueRange])
                }
                return false
            case .malformed(let flaw):
                self.ending = .malformed(flaw)
                return false
            case .trailersTooLarge:
                self.ending = .trailersTooLarge
                return false
            }
        }
    }

    init(chunked text: String, trailerLimit: Int = 1024) {
        self.init(wire(text), .streamed, trailerLimit: trailerLimit)
    }
}
