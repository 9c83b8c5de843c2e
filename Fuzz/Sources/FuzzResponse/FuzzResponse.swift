import FuzzDriver
import GatehouseCore
import NIOCore

@testable import GatehouseEdge

/// An answer's head and body, for a method that the last byte chooses.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var bytes = unsafe input(pointer, count)
    guard let first = bytes.popLast() else { return 0 }
    let method: Method = first & 1 == 0 ? .get : .head
    let head = ResponseHead()
    var parser = ResponseHeadParser()
    let split = Int(first >> 1) % (bytes.count + 1)
    for end in [split, bytes.count] {
        let seen = Array(bytes.prefix(end))
        switch unsafe parser.parse(seen.span.bytes, method: method, into: head) {
        case .needsMore: continue
        case .malformed: return 0
        case .complete(let length):
            check(head, length, method)
            readBody(Array(bytes[length...]), head.body)
            return 0
        }
    }
    return 0
}

private func check(_ head: ResponseHead, _ length: Int, _ method: Method) {
    promise(length == head.bytes.count, "the head is kept whole")
    promise((100...999).contains(head.status), "a status has three digits")
    promise(head.reason.upperBound <= length, "the reason is inside of the head")
    if method == .head || [204, 205, 304].contains(head.status) {
        promise(head.body == .none, "no body where none may be")
    }
    for field in head.fields {
        promise(field.valueRange.upperBound <= length && field.nameCount > 0, "fields are inside of the head")
        let value = head.bytes[field.valueRange]
        promise(!value.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }, "no value holds a control byte")
    }
}

private func readBody(_ bytes: [UInt8], _ length: BodyLength) {
    var reader = BodyReader(length, trailerLimit: 512)
    var buffer = ByteBuffer()
    var start = 0
    // Byte by byte behind the first half, so that every state of the decoder is left and entered again.
    for end in Array(Set([bytes.count / 2]).union(bytes.count / 2..<bytes.count)).sorted() + [bytes.count] {
        buffer.discardReadBytes()
        buffer.writeBytes(bytes[start..<end])
        start = end
        steps: while true {
            switch reader.next(&buffer) {
            case .body(let part): promise(part.readableBytes > 0, "no piece is empty")
            case .needsMore: break steps
            case .end, .malformed, .trailersTooLarge: return
            }
        }
    }
}

/// Where the program begins.
@_cdecl("FuzzResponse_main")
public func entry(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    unsafe fuzz(count, arguments, fuzzOne)
}
