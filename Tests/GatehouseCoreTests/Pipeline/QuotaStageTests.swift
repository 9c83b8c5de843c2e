import GatehouseCrypto
import Testing

@testable import GatehouseCore

@Suite struct QuotaStageTests {
    private static let minute: Int64 = 60_000_000_000

    private static func policy(
        _ name: String,
        _ subject: QuotaPolicy.Subject,
        _ requests: Int = 2,
        isShadow: Bool = false
    ) -> QuotaPolicy {
        QuotaPolicy(
            name: name,
            subject: subject,
            limits: [QuotaLimit(requests: requests, periodNanoseconds: self.minute)],
            isShadow: isShadow
        )
    }

    private static func world(_ policies: [QuotaPolicy], failures: Int? = nil) throws -> World {
        var world = try World()
        let table = QuotaTable(
            policies: policies,
            failures: failures.map { QuotaLimit(requests: $0, periodNanoseconds: self.minute) }
        )
        let memory = MemoryQuotas(table: table)
        world.quotas = table
        world.store = { memory.take($0, now: 1_000_000_000_000) }
        try world.add("/closed", nil, .authenticated, quotas: Array(policies.indices))
        try world.add("/open", quotas: Array(policies.indices))
        return world
    }

    private static func request(_ token: String?, _ path: String = "/closed") -> HeadDraft {
        HeadDraft("GET", path, token.map { ["Authorization": "Bearer \($0)"] } ?? [:])
    }

    @Test func `a request over the quota is refused with the fields of the draft`() throws {
        let world = try Self.world([Self.policy("default", .caller)])
        let token = try world.token()
        for left in [1, 0] {
            let outcome = world.decide(Self.request(token))
            #expect(outcome.isForwarded)
            #expect(outcome.lines.values("RateLimit-Policy") == [#""default";q=2;w=60"#])
            #expect(outcome.lines.values("RateLimit") == [#""default";r=\#(left);t=30"#])
        }
        let refused = world.decide(Self.request(token))
        #expect(refused.status == 429)
        #expect(refused.record.refusal == .quotaExceeded(seconds: 30))
        #expect(refused.lines.values("Retry-After") == ["30"])
        #expect(refused.lines.values("RateLimit") == [#""default";r=0;t=30"#])
        let body = String(decoding: refused.answer?.content ?? [], as: UTF8.self)
        #expect(body.contains(#""type":"https://iana.org/assignments/http-problem-types#quota-exceeded""#))
        #expect(body.contains(#""code":"quota_exceeded""#))
    }

    @Test func `Q-03 tokens of one subject share a quota, and a caller without one goes by the address`() throws {
        let world = try Self.world([Self.policy("default", .caller)])
        for _ in 0..<2 { #expect(world.decide(Self.request(try world.token(scope: "a"))).isForwarded) }
        #expect(world.decide(Self.request(try world.token(scope: "b"))).status == 429)
        // The address is another subject.
        #expect(world.decide(Self.request(nil, "/open")).isForwarded)
    }

    @Test func `Q-02 addresses of one IPv6 network share a quota, and an IPv4 address has one form`() throws {
        var world = try Self.world([Self.policy("address", .address)])
        for (address, expected) in [
            ("2001:db8::1", nil), ("2001:DB8:0:0:ffff::2", nil), ("2001:db8::3", 429), ("2001:db8:0:1::1", nil),
            ("192.0.2.7", nil), ("::ffff:192.0.2.7", nil), ("192.0.2.7", 429), ("192.0.2.8", nil),
        ] as [(String, Int?)] {
            world.peer = Peer(address: Array(address.utf8), isTrusted: false)
            #expect(world.decide(Self.request(nil, "/open")).status == expected, "\(address)")
        }
    }

    @Test func `a shadow policy counts, refuses nothing and is not told`() throws {
        let world = try Self.world([Self.policy("plan", .address, 1, isShadow: true)])
        for _ in 0..<3 {
            let outcome = world.decide(Self.request(nil, "/open"))
            #expect(outcome.isForwarded)
            #expect(outcome.lines.values("RateLimit") == [])
            #expect(outcome.taken?.charges.count == 1)
        }
    }

    @Test func `a caller gets the tier that the claim names, and the first one otherwise`() throws {
        let limits = [10, 600].map { QuotaLimit(requests: $0, periodNanoseconds: Self.minute) }
        let policy = QuotaPolicy(
            name: "plan",
            subject: .caller,
            limits: limits,
            tier: QuotaPolicy.Tier(claim: "plan", names: ["free", "pro"])
        )
        let world = try Self.world([policy])
        for (plan, expected) in [("pro", 600), ("free", 10), ("gold", 10)] {
            var claims = JSONObject()
            claims["plan"] = .string(plan)
            let token = try world.mint.mint(TokenMint.Request(subject: plan, claims: claims), now: World.now)
            let outcome = world.decide(Self.request(token))
            #expect(outcome.lines.values("RateLimit-Policy") == [#""plan";q=\#(expected);w=60"#])
        }
    }

    @Test func `Q-04 a policy by header keys by its value and by the address where it is missing`() throws {
        let world = try Self.world([Self.policy("key", .header("X-Api-Key"), 1)])
        func ask(_ fields: KeyValuePairs<String, String>) -> Int? {
            world.decide(HeadDraft("GET", "/open", fields)).status
        }
        #expect(ask(["X-Api-Key": "one"]) == nil)
        #expect(ask(["x-api-key": "one"]) == 429)
        #expect(ask(["X-Api-Key": String(repeating: "x", count: 10_000)]) == nil)
        #expect(ask([:]) == nil)
        #expect(ask([:]) == 429)
    }

    @Test func `refused tokens take from the failures, and only bad tokens notice`() throws {
        let world = try Self.world([], failures: 2)
        let token = try world.token()
        #expect(world.decide(Self.request("junk")).status == 401)
        #expect(world.decide(Self.request("junk")).status == 401)
        let refused = world.decide(Self.request("junk"))
        #expect(refused.status == 429)
        #expect(refused.record.refusal == .failuresExceeded(seconds: 30))
        #expect(world.decide(Self.request(nil)).status == 401)
        #expect(world.decide(Self.request(token)).isForwarded)
    }

    @Test func `a login takes a failure beforehand, tells it only in a refusal, and can give it back`() throws {
        var world = try Self.world([Self.policy("login", .address, 5)], failures: 1)
        world.own = AccountsEndpoint.routes(
            from: world.routes.count,
            login: 0,
            others: nil,
            decorations: Decorations(securityHeaders: .strict, crossOrigin: nil)
        )
        let login = HeadDraft("POST", "/api/v1/auth/login")
        let first = world.decide(login)
        #expect(first.call != nil)
        #expect(first.lines.values("RateLimit") == [#""login";r=4;t=12"#])
        let second = world.decide(login)
        #expect(second.record.refusal == .failuresExceeded(seconds: 60))
        #expect(second.lines.values("RateLimit") == [#""failures";r=0;t=60, "login";r=3;t=12"#])
        #expect(second.taken.flatMap { world.quotas.failureRefund($0) } == nil)
        let refund = try #require(first.taken.flatMap { world.quotas.failureRefund($0) })
        _ = world.store(refund.charges)
        #expect(world.decide(login).call != nil)
        // Signing up checks no password.
        #expect(world.decide(HeadDraft("POST", "/api/v1/auth/signup")).call != nil)
    }

    @Test func `without the failures a bad token is refused as ever`() throws {
        let world = try Self.world([])
        for _ in 0..<5 { #expect(world.decide(Self.request("junk")).status == 401) }
    }

    @Test(
        arguments: [
            (QuotaOutcome.Source.denied, 503), (QuotaOutcome.Source.allowedUnseen, nil),
            (QuotaOutcome.Source.share, nil),
        ] as [(QuotaOutcome.Source, Int?)]
    )
    func `a store that is away refuses or lets pass as configured`(source: QuotaOutcome.Source, expected: Int?) throws {
        var world = try Self.world([Self.policy("default", .address)])
        world.store = { _ in QuotaOutcome(source) }
        let outcome = world.decide(Self.request(nil, "/open"))
        #expect(outcome.status == expected)
        if source == .denied {
            #expect(outcome.record.refusal == .quotaUnavailable)
            #expect(outcome.lines.values("Retry-After") == ["1"])
        }
    }

    @Test func `a bad token stays a bad token while the store is away`() throws {
        var world = try Self.world([], failures: 1)
        world.store = { _ in QuotaOutcome(.denied) }
        #expect(world.decide(Self.request("junk")).status == 401)
    }

    @Test func `a refused request is not charged`() throws {
        var world = try Self.world([Self.policy("default", .address)])
        world.store = { _ in
            Issue.record("a quota was asked")
            return QuotaOutcome(.store)
        }
        #expect(world.decide(Self.request(nil)).status == 401)
        #expect(world.decide(HeadDraft("GET", "/nowhere")).status == 404)
    }
}
