import GatehouseCore
import NIOCore
import Testing

@testable import GatehouseEdge

@Suite struct FieldWriterTests {
    @Test func `every pattern of dropped lines leaves the others in order`() {
        let lines = ["A: 1\r\n", "B: two\r\n", "C:\r\n", "D: 4\r\n", "E: 5\r\n", "F: 6\r\n"]
        let head = RequestHead()
        var parser = RequestHeadParser(limits: ParsedRequest.limits)
        let bytes = wire("GET / HTTP/1.0\r\n" + lines.joined() + "\r\n")
        guard case .complete = unsafe parser.parse(bytes.span.bytes, into: head) else {
            Issue.record("refused")
            return
        }
        for pattern in 0..<64 {
            for index in lines.indices {
                head.fields[index].traits = pattern & (1 << index) == 0 ? [] : .dropped
            }
            var output = ByteBuffer()
            HTTP1FieldWriter.writeKept(head.fields, of: head.bytes, to: &output)
            let expected = lines.indices.filter { pattern & (1 << $0) == 0 }.map { lines[$0] }.joined()
            #expect(wireText(output.readableBytesView) == expected)
        }
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, 65_535, 1_000_000, Int.max])
    func `numbers are written in decimal`(value: Int) {
        var output = ByteBuffer()
        HTTP1FieldWriter.writeDecimal(value, to: &output)
        #expect(wireText(output.readableBytesView) == String(value))
    }

    @Test(arguments: [1, 9, 10, 15, 16, 17, 255, 256, 65_535, 65_536, 0xFFFF_FFFF])
    func `chunk sizes are written in hexadecimal`(value: Int) {
        var output = ByteBuffer()
        HTTP1FieldWriter.writeChunkSize(value, to: &output)
        #expect(wireText(output.readableBytesView) == String(value, radix: 16) + "\r\n")
    }
}
