import TestSupport
import Testing

/// What the gate takes for a public path, a real server must not take for a protected one.
@Suite(.blocking)
struct MutatedTargetTests {
    @Test(.tags(.slow), arguments: [16, 17])
    func `P-16: mutated targets never reach nginx as a protected path without a token`(_ seed: UInt64) throws {
        let nginx = try Nginx(root: Scratch("nginx"), lines: ["location / { return 200 \"$uri\"; }"])
        defer { nginx.stop() }
        try expectNoBypass(seed: seed, count: 8000, port: nginx.port) { $0.text }
    }

    @Test(.tags(.slow))
    func `P-16: mutated targets never reach a Python application as a protected path without a token`() throws {
        let python = try PythonServer()
        defer { python.stop() }
        try expectNoBypass(seed: 18, count: 4000, port: python.port) { $0.json?["path"]?.string ?? "" }
    }

    /// Sends many targets without a token; `path` reads the path that the server saw from its answer.
    private func expectNoBypass(seed: UInt64, count: Int, port: Int, path: (Answer) -> String) throws {
        let signer = try TokenSigner(.HS256)
        var configuration = ProxyConfiguration(target: "http://127.0.0.1:\(port)")
        configuration.trust(signer)
        configuration.routes = [
            "{ name: admin, path: /admin/**, access: authenticated }", "{ name: rest, path: /**, access: public }",
        ]
        var statuses: [Int: Int] = [:]
        try withSidecar(configuration) { sidecar in
            var mutations = Mutations(seed: seed)
            var client = try sidecar.client()
            for _ in 0..<count {
                let target = mutations.target()
                try client.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                let answer = try client.answer()
                statuses[answer.status, default: 0] += 1
                if answer.status == 200 {
                    let seen = path(answer)
                    #expect(
                        seen != "/admin" && !seen.hasPrefix("/admin/"),
                        "\(target) reached the application as \(seen)"
                    )
                }
                if answer.closes { client = try sidecar.client() }
            }
        }
        // The table is worth something only if all three doors were tried often.
        for status in [200, 400, 401] { #expect((statuses[status] ?? 0) > count / 100, "\(statuses)") }
    }
}
