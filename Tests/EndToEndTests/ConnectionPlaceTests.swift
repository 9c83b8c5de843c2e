import Glibc
import Testing
import TestSupport

/// Whatever becomes of a connection, its place among `connections` is free again.
@Suite(.blocking)
struct ConnectionPlaceTests {
    /// How many connections the sidecar takes at a time.
    private static let places = 4

    @Test(arguments: [
        "", "GET /open/a HTTP/1.1\r\nHost: localhost\r\n\r\n", "\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}\u{00}\u{01}\u{FC}",
        "\u{16}\u{03}\u{01}\u{00}\u{05}hello", "\u{15}\u{03}\u{03}\u{00}\u{02}\u{02}\u{28}", "\u{80}\u{2E}\u{01}",
    ])
    func `D-05: failed TLS handshakes, far more than there are places, leave every place free`(_ start: String) throws {
        try Self.secureScene().play { scene in
            for number in 0..<(3 * Self.places) {
                let client = try scene.sidecar.client(listener: 1)
                client.sendAsFarAsTaken(Wire.bytes(start))
                if number % 2 == 0 { client.reset() } else { client.close() }
                try wait(for: "the connection to be over") { try Self.open(scene) == 0 }
            }
            try expectEveryPlace(scene)
        }
    }

    @Test(arguments: ["-tls1_1", "-tls1_3 -groups ffdhe2048", "-alpn h2", "-tls1_2 -cipher AES128-SHA"])
    func `D-05: handshakes about which both sides do not agree leave every place free`(_ options: String) throws {
        try Self.secureScene().play { scene in
            let arguments = options.split(separator: " ").map(String.init)
            let target = "127.0.0.1:\(scene.sidecar.ports[1])"
            for _ in 0..<(2 * Self.places) {
                _ = try Command.run(["openssl", "s_client", "-connect", target] + arguments)
            }
            try wait(for: "the connections to be over") { try Self.open(scene) == 0 }
            try expectEveryPlace(scene)
        }
    }

    @Test(arguments: [0, 1])
    func `D-05: connections that are dead before they are accepted leave every place free`(_ listener: Int) throws {
        try Self.secureScene().play { scene in
            scene.sidecar.signal(SIGSTOP)
            defer { scene.sidecar.signal(SIGCONT) }
            for number in 0..<(5 * Self.places) {
                let client = try scene.sidecar.client(listener: listener)
                if number % 2 == 0 { client.sendAsFarAsTaken([0x16]) }
                client.reset()
            }
            scene.sidecar.signal(SIGCONT)
            try wait(for: "the connections to be over", seconds: 30) {
                let refused = try scene.sidecar.metric("gatehouse_connections_refused_total")
                let accepted = try scene.sidecar.metric("gatehouse_connections_accepted_total")
                return try Self.open(scene) == 0 && refused + accepted >= Double(5 * Self.places)
            }
            try expectEveryPlace(scene)
        }
    }

    private static func secureScene() throws -> Scene {
        try Scene {
            $0.listeners = [.plain, try TLSFiles.shared().listener]
            $0.limits = ["connections": "\(places)"]
        }
    }

    private static func open(_ scene: Scene) throws -> Double {
        try scene.sidecar.metric("gatehouse_connections_active")
    }

    /// Occupies every place with a connection that is served, over TLS, and finds no more than there are.
    private func expectEveryPlace(_ scene: Scene) throws {
        let files = try TLSFiles.shared()
        let clients = try (0..<Self.places).map { number in
            let client = try ChildProcess(
                [
                    "openssl", "s_client", "-quiet", "-connect", "127.0.0.1:\(scene.sidecar.ports[1])", "-CAfile",
                    files.authority, "-verify_return_error",
                ],
                input: Wire.bytes("GET /open/place-\(number) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            )
            try wait(for: "place \(number) to be served", seconds: 30) {
                guard client.status == nil else { throw SupportFailure("the client ended: \(client.errors)") }
                return client.output.hasPrefix("HTTP/1.1 200 ")
            }
            return client
        }
        let excess = try scene.sidecar.client()
        excess.sendAsFarAsTaken(Wire.bytes("GET /open/excess HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        #expect(excess.ending().0 != .stillOpen && !scene.upstream.saw("/open/excess"))
        for client in clients { #expect(client.status == nil) }
    }
}
