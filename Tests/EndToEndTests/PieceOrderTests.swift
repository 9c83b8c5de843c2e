import Testing
import TestSupport

/// Pieces of an answer that cross the connection's high-water mark while they are written.
struct PieceOrderTests {
    /// Sizes of chunks that arrive in one read and exceed the mark within or behind one of them.
    @Test(arguments: [
        [20_000, 20_000, 24_500, 300, 200], [20_000, 20_000, 25_150, 200], [60_000, 5_000, 400], [30_000, 36_000, 1],
        [16_384, 16_384, 16_384, 16_384, 17], [17_000, 17_000, 17_000, 14_000, 90],
    ])
    func `chunks keep their order and their framing when the client's connection fills up`(_ sizes: [Int]) throws {
        let warm = [UInt8](repeating: 0x77, count: 8_000_000)
        let scene = try Scene(script: { conversation in
            while let request = try conversation.request() {
                if request.target.hasSuffix("warm") {
                    // Makes the buffer of the gate's next read as large as it gets.
                    try conversation.send("HTTP/1.1 200 OK\r\nContent-Length: \(warm.count)\r\n\r\n")
                    try conversation.send(warm)
                    continue
                }
                var bytes = Wire.bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                for (index, size) in sizes.enumerated() {
                    bytes += Wire.bytes(String(size, radix: 16) + "\r\n")
                    bytes += [UInt8](repeating: 0x41 + UInt8(index), count: size)
                    bytes += Wire.bytes("\r\n")
                }
                try conversation.send(bytes + Wire.bytes("0\r\n\r\n"))
            }
        })
        let expected = sizes.enumerated().flatMap { [UInt8](repeating: 0x41 + UInt8($0), count: $1) }
        try scene.play { scene in
            let client = try scene.sidecar.client()
            for _ in 0..<5 {
                try client.send("GET /open/warm HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try client.answer().body.count == warm.count)
                // Two at once: the second begins behind the first, wherever that ends.
                let request = "GET /open/chunks HTTP/1.1\r\nHost: localhost\r\n\r\n"
                try client.send(request + request)
                #expect(try client.answer().body == expected)
                #expect(try client.answer().body == expected)
            }
        }
    }
}
