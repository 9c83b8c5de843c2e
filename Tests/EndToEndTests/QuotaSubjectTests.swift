import Testing
import TestSupport

/// Whose quota a request takes from, whatever it says about itself.
@Suite(.quotas)
struct QuotaSubjectTests {
    @Test
    func `Q-02: all addresses of an IPv6 /64 share one quota, however they are written`() throws {
        let scene = try QuotaScene.running()
        let network = "2001:db8:" + String(UInt16.random(in: 1 ... .max), radix: 16)
        let spellings = [
            "\(network):7::1", "\(network.uppercased()):0007:0:0:0:2", "\(network):7:ffff:ffff:ffff:ffff",
            "\(network):7:0:0:1::",
        ]
        #expect(try spellings.map { try scene.ask("GET /address/a", from: $0).status } == [200, 200, 200, 200])
        for _ in 0..<20 {
            let host = String(UInt16.random(in: 1 ... .max), radix: 16)
            #expect(try scene.ask("GET /address/a", from: "\(network):7:\(host)::\(host)").status == 429)
        }
        #expect(try scene.ask("GET /address/a", from: "\(network):8::1").status == 200)
    }

    @Test
    func `Q-02: an IPv4 address inside of IPv6 is that IPv4 address`() throws {
        let scene = try QuotaScene.running()
        let address = QuotaScene.address()
        let spellings = [address, "::ffff:\(address)", "::FFFF:\(address)", "0:0:0:0:0:ffff:\(address)"]
        #expect(try spellings.map { try scene.ask("GET /address/a", from: $0).status } == [200, 200, 200, 200])
        #expect(try spellings.map { try scene.ask("GET /address/a", from: $0).status } == [429, 429, 429, 429])
    }

    @Test
    func `Q-02: zones, ports and nonsense open no quota of their own`() throws {
        let scene = try QuotaScene.running()
        let statuses = try (0..<12).map { number in
            let forms = ["fe80::1%eth\(number)", "not-an-address-\(number)", "300.1.1.\(number)", "::\(number)::"]
            return try scene.ask("GET /address/a", from: forms[number % 4]).status
        }
        // Whatever cannot be read counts as the proxy itself, of which there is one.
        #expect(statuses.count { $0 == 200 } <= 4 && statuses.suffix(4).allSatisfy { $0 == 429 }, "\(statuses)")
    }

    @Test
    func `the last address that is not a trusted proxy is the client`() throws {
        let scene = try QuotaScene.running()
        let address = QuotaScene.address()
        let statuses = try (0..<6).map { number in
            try scene.ask("GET /address/a", from: "1.2.3.\(number), \(address), 127.0.0.1").status
        }
        #expect(statuses == [200, 200, 200, 200, 429, 429])
    }

    @Test
    func `nobody but a trusted proxy is believed about addresses`() throws {
        let settings = ["policies:", "  - { name: default, requests: 4, per: 1h, by: address }"]
        try QuotaGate(settings).play { gate in
            let statuses = try (0..<6).map { number in
                let fields = ["X-Forwarded-For: 10.0.0.\(number)", "X-Real-IP: 10.0.0.\(number)"]
                return try gate.sidecar.ask("GET /", fields).status
            }
            #expect(statuses == [200, 200, 200, 200, 429, 429])
        }
    }

    @Test
    func `Q-03: all tokens of a subject share one quota, and the same subject of another issuer has its own`() throws {
        let scene = try QuotaScene.running()
        let subject = QuotaScene.name()
        let statuses = try (0..<30).map { _ in
            // From everywhere, with a token that was never seen.
            try scene.ask("GET /closed/a", from: QuotaScene.address(), [scene.authorization(subject)]).status
        }
        #expect(statuses.prefix(3) == [200, 200, 200] && statuses.dropFirst(3).allSatisfy { $0 == 429 })
        let token = try scene.other.token(["sub": "\"\(subject)\""])
        let answer = try scene.ask("GET /closed/a", from: QuotaScene.address(), ["Authorization: Bearer \(token)"])
        #expect(answer.status == 200 && QuotaAnswerTests.left(answer) == ["default": 2])
    }

    @Test
    func `Q-03: bad tokens count for the address only, and a good one does not notice`() throws {
        let scene = try QuotaScene.running()
        let address = QuotaScene.address()
        let subject = QuotaScene.name()
        let good = try scene.authorization(subject)
        let bad = try scene.authorization(subject, ["aud": "\"somebody-else\""])
        #expect(try scene.ask(7, "GET /closed/a", from: address, [bad]) == [401, 401, 401, 401, 401, 429, 429])
        let answer = try scene.ask("GET /closed/a", from: address, [good])
        #expect(answer.status == 200 && QuotaAnswerTests.left(answer) == ["default": 2])
    }

    @Test
    func `a caller without a token is its address`() throws {
        let scene = try QuotaScene.running()
        let address = QuotaScene.address()
        #expect(try scene.ask(4, "GET /open/a", from: address) == [200, 200, 200, 429])
        #expect(try scene.ask("GET /open/a", from: QuotaScene.address()).status == 200)
    }

    @Test
    func `Q-04: a header is hashed whatever its length, and a policy by address applies as well`() throws {
        let scene = try QuotaScene.running()
        let value = QuotaScene.name() + String(repeating: "k", count: 10_000)
        let field = ["X-Api-Key: \(value)"]
        let statuses = try (0..<3).map { _ in
            try scene.ask("GET /key/a", from: QuotaScene.address(), field).status
        }
        #expect(statuses == [200, 200, 429])
        // The last byte makes another key.
        #expect(try scene.ask("GET /key/a", from: QuotaScene.address(), [field[0] + "x"]).status == 200)
        let address = QuotaScene.address()
        let guarded = try (0..<6).map { _ in
            try scene.ask("GET /guarded/a", from: address, ["X-Api-Key: \(QuotaScene.name())"]).status
        }
        #expect(guarded == [200, 200, 200, 200, 429, 429])
        let keys = try scene.redis.expect("KEYS", "*").members.compactMap(\.text)
        #expect(keys.allSatisfy { $0.utf8.count < 80 && $0.hasPrefix("gh:") }, "\(keys)")
        #expect(!keys.contains { $0.contains(value.prefix(8)) })
        // Nothing stays in the store for ever.
        for key in keys where key != "gh:processes" {
            #expect(try scene.redis.expect("PTTL", key).integer.map { $0 != -1 } == true, "\(key)")
        }
    }

    @Test
    func `a request without the header or the claim is its address`() throws {
        let scene = try QuotaScene.running()
        let address = QuotaScene.address()
        #expect(try scene.ask(3, "GET /key/a", from: address) == [200, 200, 429])
        let other = QuotaScene.address()
        let statuses = try (0..<3).map { _ in
            try scene.ask("GET /org/a", from: other, [scene.authorization(QuotaScene.name())]).status
        }
        #expect(statuses == [200, 200, 429])
    }

    @Test
    func `a claim is counted by its value, for all callers who have it`() throws {
        let scene = try QuotaScene.running()
        for value in ["\"\(QuotaScene.name())\"", "\(UInt32.random(in: .min ... .max))"] {
            let statuses = try (0..<3).map { _ in
                let token = try scene.authorization(QuotaScene.name(), ["app": "{\"org\":\(value)}"])
                return try scene.ask("GET /org/a", from: QuotaScene.address(), [token]).status
            }
            #expect(statuses == [200, 200, 429], "\(value)")
        }
    }

    @Test(arguments: [
        ("\"pro\"", 5), ("\"free\"", 1), ("\"Pro\"", 1), ("\"\"", 1), ("[\"pro\"]", 1), ("", 1), ("null", 1),
    ])
    func `a tier is named by its claim, and whoever names none has the first`(_ plan: String, _ requests: Int) throws {
        let scene = try QuotaScene.running()
        let token = try scene.authorization(QuotaScene.name(), ["plan": plan])
        let first = try scene.ask("GET /plan/a", from: QuotaScene.address(), [token])
        #expect(first["RateLimit-Policy"] == "\"plan\";q=\(requests);w=3600")
        let statuses = try scene.ask(requests, "GET /plan/a", from: QuotaScene.address(), [token])
        #expect(statuses == Array(repeating: 200, count: requests - 1) + [429])
    }
}
