import Glibc
import Testing
import TestSupport

/// Connections that come while the process is already on its way out.
@Suite(.blocking)
struct DrainingConnectionTests {
    private static let request = "GET /open/late HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test
    func `a connection of the drain delay whose request comes when the listener is closed is served and told to close`()
        throws
    {
        let scene = try Scene({ $0.limits = ["drain_delay": "1s", "drain_timeout": "10s"] })
        defer { scene.upstream.stop() }
        scene.sidecar.signal(SIGTERM)
        try wait(for: "readiness to fail") { try scene.sidecar.admin("/readyz").status == 503 }
        let clients = try (0..<8).map { _ in try scene.sidecar.client() }
        try wait(for: "the connections to be accepted") {
            try scene.sidecar.metric("gatehouse_connections_active") == 8
        }
        try wait(for: "new connections to be refused") { (try? Socket.connect(port: scene.sidecar.port)) == nil }
        for client in clients { try client.send(Self.request) }
        for client in clients {
            let answer = try client.answer()
            #expect(answer.status == 200 && answer.closes)
            #expect(client.ending() == (.closed, []))
        }
        #expect(try scene.sidecar.process.waitUntilExit(seconds: 15) == .exited(0))
    }

    @Test
    func `connections that were accepted in the last moment of the drain delay are served, each of them`() throws {
        // The process is stopped while clients come, so that their connections, the end of the delay and the end of listening
        // all wait for it at once.
        let scene = try Scene({ $0.limits = ["drain_delay": "500ms", "drain_timeout": "10s"] })
        defer { scene.upstream.stop() }
        let early = try (0..<8).map { _ in try scene.sidecar.client() }
        try wait(for: "the connections to be accepted") {
            try scene.sidecar.metric("gatehouse_connections_active") == 8
        }
        scene.sidecar.signal(SIGTERM)
        try wait(for: "readiness to fail") { try scene.sidecar.admin("/readyz").status == 503 }
        scene.sidecar.signal(SIGSTOP)
        let late = try (0..<8).map { _ in try scene.sidecar.client() }
        for client in early + late { try client.send(Self.request) }
        // house: the delay has to pass while the process is stopped.
        usleep(700_000)
        scene.sidecar.signal(SIGCONT)
        for client in early {
            let answer = try client.answer()
            #expect(answer.status == 200)
            #expect(client.ending() == (.closed, []))
        }
        for client in late {
            // The kernel resets what the process did not take before it closed the listener; the others are served.
            let (ending, bytes) = client.ending()
            #expect(ending != .stillOpen)
            #expect(ending == .reset || Wire.text(bytes).hasPrefix("HTTP/1.1 200 "))
        }
        #expect(try scene.sidecar.process.waitUntilExit(seconds: 15) == .exited(0))
    }

    @Test
    func `a connection of the drain delay that says nothing does not hold up the end`() throws {
        let scene = try Scene({ $0.limits = ["drain_delay": "300ms", "drain_timeout": "60s"] })
        defer { scene.upstream.stop() }
        scene.sidecar.signal(SIGTERM)
        try wait(for: "readiness to fail") { try scene.sidecar.admin("/readyz").status == 503 }
        let silent = try scene.sidecar.client()
        #expect(silent.ending(within: 20).0 != .stillOpen)
        #expect(try scene.sidecar.process.waitUntilExit(seconds: 15) == .exited(0))
    }
}
