import FuzzDriver
import GatehouseCore
import NIOCore

@testable import GatehouseEdge

/// A request's head and body: no input traps, pieces do not matter, and what is accepted keeps its promises.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe input(pointer, count)
    let whole = Reading(bytes, splitAt: nil)
    let split = bytes.isEmpty ? 0 : Int(bytes[bytes.count / 2]) % (bytes.count + 1)
    // Past the limits the reason may depend on what was seen first; that it is a refusal may not.
    let pieces = Reading(bytes, splitAt: split)
    promise(whole.isAccepted == pieces.isAccepted, "a head in pieces is the same head")
    if whole.isAccepted {
        promise(whole == pieces, "a message in pieces is the same message")
    }
    return 0
}

/// What was read.
private struct Reading: Equatable {
    var isAccepted = false
    var head: [UInt8] = []
    var target = 0..<0
    var path = 0..<0
    var authority = 0..<0
    var body = BodyLength.none
    var content: [UInt8] = []
    var end = 0

    init(_ bytes: [UInt8], splitAt split: Int?) {
        let head = RequestHead()
        var parser = RequestHeadParser(limits: .init(headBytes: 4096, fieldCount: 32))
        for end in [split ?? 0, bytes.count] {
            let seen = Array(bytes.prefix(end))
            switch unsafe parser.parse(seen.span.bytes, into: head) {
            case .needsMore: continue
            case .refused: return
            case .complete(let count):
                self.check(head, count, of: bytes)
                self.readBody(Array(bytes[count...]), splitAt: split)
                return
            }
        }
    }

    private mutating func check(_ head: RequestHead, _ count: Int, of bytes: [UInt8]) {
        self.isAccepted = true
        self.head = head.bytes
        self.target = head.target
        self.path = head.path
        self.authority = head.authority
        self.body = head.body
        promise(count <= 4096 && head.fields.count <= 32, "limits hold")
        promise(head.target.upperBound <= head.bytes.count, "the target is inside of the head")
        promise(head.path.upperBound <= head.bytes.count, "the path is inside of the head")
        promise(head.authority.upperBound <= count, "the authority is inside of the head")
        if head.method != .connect { promise(head.bytes[head.path].first == 0x2F, "a path begins with a slash") }
        promise(!head.bytes[head.path].contains(0x3F), "a path has no query")
        for field in head.fields {
            let value = head.bytes[field.valueRange]
            promise(!value.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }, "no value holds a control byte")
            promise(!head.bytes[field.nameRange].isEmpty, "every line has a name")
        }
        let framings = head.fields.filter { $0.name == .contentLength || $0.name == .transferEncoding }
        promise(framings.count < 2 && framings.allSatisfy { $0.traits.contains(.dropped) }, "one framing, and ours")
    }

    private mutating func readBody(_ bytes: [UInt8], splitAt split: Int?) {
        var reader = BodyReader(self.body, trailerLimit: 512)
        var buffer = ByteBuffer()
        var start = 0
        for end in [min(split ?? 0, bytes.count), bytes.count] {
            buffer.writeBytes(bytes[start..<end])
            start = end
            steps: while true {
                switch reader.next(&buffer) {
                case .body(let part): self.content.append(contentsOf: part.readableBytesView)
                case .needsMore: break steps
                case .end:
                    self.end = 1
                    return
                case .malformed, .trailersTooLarge:
                    self.end = 2
                    return
                }
            }
        }
    }
}

/// Where the program begins.
@_cdecl("FuzzRequest_main")
public func entry(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    unsafe fuzz(count, arguments, fuzzOne)
}
