import Testing
import TestSupport

/// More connections than there is room for.
@Suite(.blocking)
struct DescriptorTests {
    @Test
    func `D-05: connections over the limit are closed, and the others are served`() throws {
        try Scene({ $0.limits = ["connections": "4"] }).play { scene in
            let kept = try (0..<4).map { _ in try scene.sidecar.client() }
            for client in kept { try expectService(client) }
            let excess = try (0..<3).map { _ in try scene.sidecar.client() }
            for client in excess {
                client.sendAsFarAsTaken(Wire.bytes(request))
                let (ending, bytes) = client.ending()
                #expect(ending != .stillOpen)
                #expect(bytes.isEmpty || Wire.text(bytes).hasPrefix("HTTP/1.1 503 "))
            }
            for client in kept { try expectService(client) }
            for client in kept { client.close() }
            try wait(for: "a place to be free again") { (try? scene.sidecar.ask("GET /open/again").status) == 200 }
            #expect(try scene.sidecar.admin("/livez").status == 200)
        }
    }

    @Test(.tags(.slow))
    func `D-05: the soft limit of descriptors is raised to the hard one`() throws {
        try Scene({ $0.limits = ["connections": "200"] }, wrapper: limited("ulimit -Sn 64")).play { scene in
            let clients = try (0..<120).map { _ in try scene.sidecar.client() }
            for client in clients { try expectService(client) }
        }
    }

    @Test(.tags(.slow))
    func `D-05: without descriptors the process neither ends nor spins, and recovers`() throws {
        try Scene(wrapper: limited("ulimit -n 64")).play { scene in
            var clients = try (0..<150).map { _ in try scene.sidecar.client() }
            for client in clients { client.sendAsFarAsTaken(Wire.bytes(request)) }
            let before = scene.sidecar.processorTime
            _ = clients[0].ending(within: 1.5)
            let used = scene.sidecar.processorTime - before
            #expect(used < 0.75, "\(used) s of processor time in 1.5 s of waiting")
            #expect(scene.sidecar.process.status == nil)
            #expect(try scene.sidecar.admin("/livez").status == 200, "no descriptor was spared for the admin listener")
            for client in clients { client.close() }
            clients = []
            try wait(for: "the process to serve again") { (try? scene.sidecar.ask("GET /open/again").status) == 200 }
        }
    }

    @Test
    func `after many refusals and aborts the descriptors are back at their start`() throws {
        try Scene().play { scene in
            try scene.fence()
            let start = scene.sidecar.descriptorCount
            for number in 0..<100 {
                let client = try scene.sidecar.client()
                client.sendAsFarAsTaken(
                    Wire.bytes(
                        number % 2 == 0
                            ? "BAD\r\n\r\n" : "POST /open/x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab"
                    )
                )
                if number % 3 == 0 { client.reset() } else { client.close() }
            }
            try wait(for: "the descriptors to be closed") { scene.sidecar.descriptorCount <= start + 2 }
            for gauge in ["http_server_active_requests", "gatehouse_connections_active"] {
                try wait(for: "the gauge \(gauge) to be zero") { try scene.sidecar.metric(gauge) == 0 }
            }
        }
    }

    private let request = "GET /open/x HTTP/1.1\r\nHost: localhost\r\n\r\n"

    private func limited(_ command: String) -> [String] { ["/bin/sh", "-c", command + #" && exec "$@""#, "sh"] }

    private func expectService(_ client: RawClient) throws {
        try client.send(request)
        #expect(try client.answer().status == 200)
    }
}
