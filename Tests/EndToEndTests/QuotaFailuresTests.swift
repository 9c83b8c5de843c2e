import Testing
import TestSupport

/// Refused credentials take from their address, and guessing is over once that quota is used up.
@Suite(.quotas)
struct QuotaFailuresTests {
    @Test
    func `bad tokens are 401 until the failures are used up, then 429; good and missing ones go on`() throws {
        let scene = try QuotaScene.running()
        let address = QuotaScene.address()
        let bad = "Authorization: Bearer \(try scene.signer.token(["exp": "1"]))"
        for left in [4, 3, 2, 1, 0] {
            let answer = try scene.ask("GET /closed/a", from: address, [bad])
            #expect(answer.status == 401 && answer.code == "invalid_token")
            // Q-11: all that a 401 tells is about the address.
            #expect(QuotaAnswerTests.left(answer) == ["failures": left])
        }
        let path = "/closed/" + QuotaScene.name()
        let refused = try scene.ask("GET \(path)", from: address, [bad])
        #expect(refused.status == 429 && refused.code == "quota_exceeded" && refused["WWW-Authenticate"] == nil)
        let seconds = try #require(refused["Retry-After"].flatMap { Int($0) })
        #expect((690...720).contains(seconds))
        #expect(refused["RateLimit-Policy"] == "\"failures\";q=5;w=3600")
        #expect(try scene.gate.sidecar.record(path: path)["reason"]?.string == "failures_exceeded")
        let good = try scene.authorization(QuotaScene.name())
        #expect(try scene.ask(3, "GET /closed/a", from: address, [good]) == [200, 200, 200])
        #expect(try scene.ask("GET /closed/a", from: address).code == "missing_token")
        #expect(try scene.ask("GET /open/a", from: address).status == 200)
        #expect(try scene.ask("GET /closed/a", from: QuotaScene.address(), [bad]).status == 401)
    }

    @Test
    func `a missing token and another scheme are no failures`() throws {
        let scene = try QuotaScene.running()
        let address = QuotaScene.address()
        for fields in [[], ["Authorization: Basic YTpi"]] {
            #expect(try scene.ask(8, "GET /closed/a", from: address, fields) == Array(repeating: 401, count: 8))
        }
        let bad = "Authorization: Bearer \(try scene.signer.token(["exp": "1"]))"
        #expect(QuotaAnswerTests.left(try scene.ask("GET /closed/a", from: address, [bad])) == ["failures": 4])
    }

    @Test
    func `failures of all processes are counted together`() throws {
        let scene = try QuotaScene.running()
        let settings = [
            "store: \(scene.redis.url)", "timeout: 10s", "failures: { requests: 5, per: 1h, by: address }",
        ]
        let bad = ["Authorization: Bearer \(try scene.signer.token(["exp": "1"]))"]
        try (0..<2).map { _ in
            try QuotaGate(settings) {
                $0.trust(scene.signer)
                $0.routes = ["{ name: closed, path: /**, access: authenticated }"]
            }
        }.play { gates in
            for gate in gates { try gate.waitForStore() }
            #expect(try gates[0].ask(3, bad) == [401, 401, 401])
            #expect(try gates[1].ask(3, bad) == [401, 401, 429])
            #expect(try gates[0].ask(1, bad) == [429])
        }
    }

    @Test
    func `without a section there are 60 failures a minute, in memory`() throws {
        let scene = try Scene { $0.countsFailures = true }
        try scene.play { scene in
            let bad = "Authorization: Bearer \(try scene.signer.token(["exp": "1"]))"
            let client = try scene.sidecar.client()
            let statuses = try (0..<75).map { _ in
                try client.send("GET /closed/a HTTP/1.1\r\nHost: localhost\r\n\(bad)\r\n\r\n")
                return try client.answer().status
            }
            // One comes back every second.
            #expect(statuses.prefix(60).allSatisfy { $0 == 401 } && statuses.contains(429), "\(statuses)")
            #expect(try scene.ask(token: scene.signer.token()).status == 200)
        }
    }

    @Test
    func `failures that are off refuse nobody`() throws {
        let scene = try QuotaScene.running()
        let bad = ["Authorization: Bearer \(try scene.signer.token(["exp": "1"]))"]
        let gate = try QuotaGate(["failures: off"]) {
            $0.trust(scene.signer)
            $0.routes = ["{ name: closed, path: /**, access: authenticated }"]
        }
        try gate.play { gate in
            let statuses = try gate.ask(100, bad)
            #expect(statuses == Array(repeating: 401, count: 100))
        }
    }

    @Test
    func `Q-11: login is refused alike for accounts that exist and for others`() throws {
        let settings = [
            "failures: { requests: 6, per: 1h, by: address }", "policies:",
            "  - { name: login, requests: 20, per: 1h, by: address }",
        ]
        let gate = try QuotaGate(settings) {
            $0.sections = AccountsShell.sections + ["trusted_proxies: [127.0.0.1/32]"]
        }
        try gate.play { gate in
            try wait(for: "the accounts") { gate.readiness()?.status == 200 }
            try AccountsShell(gate.sidecar).create("known")
            let shapes = try ["known@company.test", "unknown@company.test"].map { email in
                let address = QuotaScene.address()
                return try (0..<8).map { _ in try Self.shape(Self.logIn(gate, email, from: address)) }
            }
            #expect(shapes[0] == shapes[1])
            #expect(shapes[0].prefix(6).allSatisfy { $0.hasPrefix("401 invalid_credentials") }, "\(shapes[0])")
            #expect(shapes[0].suffix(2).allSatisfy { $0.hasPrefix("429 quota_exceeded") }, "\(shapes[0])")
        }
    }

    private static func logIn(_ gate: QuotaGate, _ email: String, from address: String) throws -> Answer {
        let body = "{\"email\": \"\(email)\", \"password\": \"wrong battery horse\"}"
        let fields = [
            "X-Forwarded-For: \(address)", "Content-Type: application/json", "Content-Length: \(body.utf8.count)",
        ]
        return try gate.sidecar.ask("POST /api/v1/auth/login", fields, body: body)
    }

    /// All of an answer that must not tell accounts apart; times are left out.
    private static func shape(_ answer: Answer) -> String {
        let names = answer.fields.map { $0.name.lowercased() }.sorted().joined(separator: " ")
        let policies = answer["RateLimit-Policy"] ?? ""
        let left = QuotaAnswerTests.left(answer).sorted { $0.key < $1.key }
        let members = answer.json?.names.joined(separator: " ") ?? ""
        return "\(answer.status) \(answer.code ?? "") \(names) | \(policies) | \(left) | \(members)"
    }
}
