import Foundation
import Testing
import TestSupport

/// Real servers behind the gate and real clients in front of it, over TLS.
@Suite(.blocking)
struct RealBackendTests {
    @Test(.tags(.slow))
    func `a download of 1 GB from nginx arrives intact within 80 MiB of memory`() throws {
        let nginx = try Nginx(root: Scratch("nginx"))
        defer { nginx.stop() }
        let size = 1 << 30
        let file = try nginx.root.write("www/large.bin", "", mode: 0o644)
        let handle = try #require(FileHandle(forUpdatingAtPath: file))
        for megabyte in stride(from: 0, to: size, by: 16 << 20) {
            // A sparse file with a different mark every 16 MiB, so that a block out of place is found.
            try handle.seek(toOffset: UInt64(megabyte + 12_345))
            try handle.write(contentsOf: Data("mark \(megabyte)".utf8))
        }
        try handle.truncate(atOffset: UInt64(size))
        try handle.close()
        let expected = try digest(["sha256sum", file])
        let files = try TLSFiles.shared()
        var configuration = openConfiguration("http://127.0.0.1:\(nginx.port)")
        configuration.listeners = [files.listener]
        try withSidecar(configuration) { sidecar in
            let url = "https://localhost:\(sidecar.port)/large.bin"
            let pipe = "curl --disable -sS --max-time 120 --cacert '\(files.authority)' '\(url)' | sha256sum"
            let received = try digest(["/bin/sh", "-c", pipe])
            #expect(received == expected)
            #expect(sidecar.peakMemory < 80 * 1024, "\(sidecar.peakMemory) KiB were resident")
        }
    }

    @Test(.tags(.slow), arguments: ["Content-Length", "chunked"])
    func `an upload of 50 MB reaches a Python application intact within 80 MiB of memory`(_ framing: String) throws {
        let python = try PythonServer()
        defer { python.stop() }
        let files = try TLSFiles.shared()
        let scratch = try Scratch("upload")
        var generator = SystemRandomNumberGenerator()
        let body = (0..<(50_000_000 / 8)).flatMap { _ in
            let word = generator.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
        }
        let file = try scratch.write("body", body)
        let expected = try digest(["sha256sum", file])
        var configuration = openConfiguration("http://127.0.0.1:\(python.port)")
        configuration.listeners = [files.listener]
        configuration.limits = ["request_body": "64MiB"]
        try withSidecar(configuration) { sidecar in
            let fields = framing == "chunked" ? ["-H", "Transfer-Encoding: chunked"] : []
            let command = try Curl.run(
                ["--cacert", files.authority, "--data-binary", "@" + file] + fields + [
                    "https://localhost:\(sidecar.port)/digest"
                ]
            )
            let seen = try #require(JSONValue(parsing: command.output), "\(command.errors) \(command.output)")
            #expect(seen["sha256"]?.string == expected && seen["length"]?.integer == 50_000_000)
            #expect(sidecar.peakMemory < 80 * 1024, "\(sidecar.peakMemory) KiB were resident")
        }
    }

    @Test
    func `readers that are slow do not make memory grow, and get every byte once they read`() throws {
        try Scene(script: Application.script).play { scene in
            try scene.fence()
            let before = scene.sidecar.memory
            let clients = try (0..<8).map { _ in try scene.sidecar.client(seconds: 30, receiveBuffer: 8192) }
            for client in clients { try client.send("GET /open/large HTTP/1.1\r\nHost: localhost\r\n\r\n") }
            for client in clients { #expect(try client.head().framing == .length(Application.largeSize)) }
            // Whatever the gate would hoard has been hoarded when the processes have come to rest.
            var last = -1
            try wait(for: "memory to settle") {
                defer { last = scene.sidecar.memory }
                // house: memory counts as settled when it rests for a moment.
                Thread.sleep(forTimeInterval: 0.2)
                return scene.sidecar.memory == last
            }
            let grown = scene.sidecar.memory - before
            #expect(grown < 12 * 1024, "eight stalled answers hold \(grown) KiB")
            var count = 0
            while count < Application.largeSize {
                let bytes = try clients[1].some()
                guard !bytes.isEmpty else { break }
                count += bytes.count
            }
            #expect(count == Application.largeSize)
            for client in clients { client.reset() }
        }
    }

    @Test
    func `uploads to an application that does not read do not make memory grow`() throws {
        let hoarder: ScriptedUpstream.Script = { conversation in
            guard let head = try conversation.requestHead() else { return }
            if head.target == "/open/fence" { return try conversation.answer() }
            conversation.note("head")
            try wait(for: "the test to be over", seconds: 30) { conversation.notes.contains("over") }
        }
        try Scene({ $0.limits = ["request_body": "1GiB"] }, script: hoarder).play { scene in
            try scene.fence()
            let before = scene.sidecar.memory
            let clients = try (0..<8).map { _ in try scene.sidecar.client(seconds: 0.3) }
            let piece = [UInt8](repeating: 0x75, count: 1 << 20)
            for client in clients {
                try client.send("POST /open/hoard HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000000\r\n\r\n")
                // Ends when nobody takes any more for a third of a second.
                while (try? client.send(piece)) != nil {}
            }
            #expect(scene.upstream.events.filter { $0 == "head" }.count == 8)
            let grown = scene.sidecar.memory - before
            #expect(grown < 12 * 1024, "eight stalled uploads hold \(grown) KiB")
            for client in clients { client.reset() }
            scene.upstream.note("over")
        }
    }

    @Test
    func `curl over TLS gets files of nginx, ranges and conditional requests`() throws {
        let nginx = try Nginx(root: Scratch("nginx"))
        defer { nginx.stop() }
        try nginx.root.write("www/a.txt", "hello from nginx", mode: 0o644)
        let files = try TLSFiles.shared()
        var configuration = openConfiguration("http://127.0.0.1:\(nginx.port)")
        configuration.listeners = [files.listener]
        try withSidecar(configuration) { sidecar in
            let base = ["--cacert", files.authority]
            let url = "https://localhost:\(sidecar.port)/a.txt"
            #expect(try Curl.run(base + [url]).output == "hello from nginx")
            #expect(try Curl.run(base + ["--range", "6-9", url]).output == "from")
            #expect(try Curl.status(base + ["--head", url]) == 200)
            let head = try Curl.run(base + ["--head", url]).output
            let modified = try #require(
                head.split(whereSeparator: \.isNewline).first { $0.lowercased().hasPrefix("last-modified") }
            )
            #expect(try Curl.status(base + ["-H", "If-Modified-Since" + modified.dropFirst(13), url]) == 304)
            #expect(try Curl.status(base + ["https://localhost:\(sidecar.port)/missing"]) == 404)
            let many = try Curl.run(base + [url, url, url, "--write-out", " %{num_connects}"])
            #expect(
                many.output.hasSuffix("hello from nginx 0"),
                "curl opened a connection for each request: \(many.output)"
            )
        }
    }

    @Test
    func `Python's own client keeps one connection alive through the gate`() throws {
        let python = try PythonServer()
        defer { python.stop() }
        try withSidecar(openConfiguration("http://127.0.0.1:\(python.port)")) { sidecar in
            let program = #"""
                import http.client, json, sys
                connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=10)
                for number in range(20):
                    body = b"x" * number
                    connection.request("POST", "/n%d" % number, body=body, headers={"X-Number": str(number)})
                    answer = connection.getresponse()
                    seen = json.loads(answer.read())
                    assert answer.status == 200 and seen["length"] == number and seen["target"] == "/n%d" % number, seen
                print("fine")
                """#
            let client = try Command.run(["python3", "-c", program, "\(sidecar.port)"])
            #expect(client.output == "fine\n", "\(client.errors)")
        }
    }

    private func digest(_ command: [String]) throws -> String {
        String(try Command.output(command, seconds: 150).prefix { $0 != " " })
    }
}
