import Testing
import TestSupport

/// Where an upstream may be: TCP, a Unix socket, TLS.
@Suite(.blocking)
struct UpstreamTransportTests {
    @Test
    func `an upstream on a Unix socket is served, and its pool reuses connections`() throws {
        let scratch = try Scratch("unix")
        let upstream = try ScriptedUpstream(path: scratch.file("app.sock"), script: EchoUpstream.echo)
        defer { upstream.stop() }
        try withSidecar(openConfiguration("unix:" + scratch.file("app.sock"))) { sidecar in
            let client = try sidecar.client()
            for number in 0..<20 {
                try client.send("GET /unix/\(number) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try EchoUpstream.seen(client.answer()).target == "/unix/\(number)")
            }
            #expect(upstream.connectionCount <= 2)
        }
    }

    @Test
    func `an upstream on TLS is served when its authority and name are right`() throws {
        let files = try TLSFiles.shared()
        let nginx = try Nginx(root: Scratch("nginx"), tls: files)
        defer { nginx.stop() }
        try nginx.root.write("www/a.txt", "over tls", mode: 0o644)
        var configuration = openConfiguration("https://127.0.0.1:\(nginx.port)")
        configuration.upstream = ["tls: { ca: \(files.authority), server_name: localhost }"]
        try withSidecar(configuration) { sidecar in
            for _ in 0..<3 {
                let answer = try sidecar.ask("GET /a.txt")
                #expect(answer.text == "over tls")
            }
        }
    }

    @Test(arguments: ["other name", "other authority", "system's roots"])
    func `S-07: an upstream whose certificate does not fit is 502 upstream_refused, never plain`(_ kind: String) throws
    {
        let files = try TLSFiles(names: "DNS:localhost")
        let nginx = try Nginx(root: Scratch("nginx"), tls: files)
        defer { nginx.stop() }
        var configuration = openConfiguration("https://127.0.0.1:\(nginx.port)")
        let other = try TLSFiles()
        switch kind {
        case "other name": configuration.upstream = ["tls: { ca: \(files.authority), server_name: app.internal }"]
        case "other authority": configuration.upstream = ["tls: { ca: \(other.authority), server_name: localhost }"]
        default: break
        }
        try withSidecar(configuration) { sidecar in
            let answer = try sidecar.ask("GET /a.txt")
            #expect(answer.status == 502 && answer.code == "upstream_refused")
        }
    }

    @Test
    func `parallel requests share a pool whose size is that of the load`() throws {
        try Scene().play { scene in
            let clients = try (0..<10).map { _ in try scene.sidecar.client() }
            for round in 0..<10 {
                for client in clients { try client.send("GET /open/\(round) HTTP/1.1\r\nHost: localhost\r\n\r\n") }
                for client in clients { #expect(try client.answer().status == 200) }
            }
            #expect(
                scene.upstream.connectionCount <= 20,
                "100 requests used \(scene.upstream.connectionCount) connections"
            )
        }
    }

    @Test
    func `an idle upstream connection is closed after its idle timeout`() throws {
        try Scene({ $0.upstream = ["idle_timeout: 300ms"] }).play { scene in
            try scene.fence()
            #expect(scene.upstream.openCount == 1)
            try wait(for: "the idle connection to be closed") { scene.upstream.openCount == 0 }
        }
    }
}
