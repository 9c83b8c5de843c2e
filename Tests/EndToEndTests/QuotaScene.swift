import Testing
import TestSupport

/// A gate with policies of every kind, counted in a Redis of its own, for the suites that look at answers.
final class QuotaScene: Sendable {
    /// The scene of the suite that runs.
    @TaskLocal static var current: QuotaScene?

    /// The gate; it believes what the tests say about addresses.
    let gate: QuotaGate
    /// The store.
    let redis: RedisServer
    /// The application, which reports what it saw.
    let upstream: ScriptedUpstream
    /// Signs tokens of one issuer.
    let signer: TokenSigner
    /// Signs tokens of another one.
    let other: TokenSigner

    private static let settings = [
        "timeout: 10s", "failures: { requests: 5, per: 1h, by: address }", "policies:",
        "  - { name: default, requests: 3, per: 1h, by: caller }",
        "  - { name: address, requests: 4, per: 1h, by: address }",
        "  - { name: org, requests: 2, per: 1h, by: \"claim:app.org\" }",
        "  - { name: key, requests: 2, per: 1h, by: \"header:X-Api-Key\" }",
        "  - { name: plan, by: caller, tier: \"claim:plan\", tiers: { free: 1/1h, pro: 5/1h } }",
        "  - { name: shadow, requests: 1, per: 1h, by: address, mode: shadow }",
        "  - { name: quick, requests: 2, per: 4s, by: address }",
    ]
    private static let routes = [
        "{ name: open, path: /open/**, access: public }",
        "{ name: closed, path: /closed/**, methods: [GET, POST], access: authenticated }",
        "{ name: free, path: /free/**, access: public, rate_limits: [] }",
        "{ name: address, path: /address/**, access: public, rate_limits: [address] }",
        "{ name: org, path: /org/**, access: authenticated, rate_limits: [org] }",
        "{ name: key, path: /key/**, access: public, rate_limits: [key] }",
        "{ name: guarded, path: /guarded/**, access: public, rate_limits: [key, address] }",
        "{ name: plan, path: /plan/**, access: authenticated, rate_limits: [plan] }",
        "{ name: shadow, path: /shadow/**, access: public, rate_limits: [shadow, address] }",
        "{ name: shadowed, path: /shadowed/**, access: public, rate_limits: [shadow] }",
        "{ name: quick, path: /quick/**, access: public, rate_limits: [quick] }",
        "{ name: staff, path: /staff/**, access: { require: { roles: [staff] } }, rate_limits: [address] }",
        "{ name: several, path: /several/**, access: authenticated, rate_limits: [plan, address, default] }",
    ]
    private static let cors = """
        cors:
          origins: ["https://app.example.com"]
          methods: [GET, POST]
          headers: [Authorization]
          expose: [X-Request-Id, RateLimit, RateLimit-Policy, Retry-After]
        """

    init() throws {
        let redis = try RedisServer()
        let upstream = try EchoUpstream.start()
        let signer = try TokenSigner(.HS256)
        let other = try TokenSigner(.HS256, issuer: "https://other.test/")
        gate = try QuotaGate(["store: \(redis.url)"] + Self.settings, upstream: upstream) {
            $0.trust(signer)
            $0.trust(other, name: "other")
            $0.routes = Self.routes
            $0.workers = 2
            $0.sections = ["trusted_proxies: [127.0.0.1/32]", Self.cors]
        }
        (self.redis, self.upstream, self.signer, self.other) = (redis, upstream, signer, other)
        try gate.waitForStore()
    }

    /// The scene of the suite that runs, or a failure that says that there is none.
    static func running() throws -> QuotaScene {
        guard let current else { throw SupportFailure("this test belongs into a suite with a scene") }
        return current
    }

    /// An address that no other test has.
    static func address() -> String {
        "10.\(UInt8.random(in: 0...255)).\(UInt8.random(in: 0...255)).\(UInt8.random(in: 1...254))"
    }

    /// A name that no other test has.
    static func name() -> String { "u" + String(UInt64.random(in: .min ... .max), radix: 36) }

    /// Asks from an address.
    func ask(_ request: String, from address: String, _ fields: [String] = [], body: String = "") throws -> Answer {
        try gate.sidecar.ask(request, ["X-Forwarded-For: \(address)"] + fields, body: body)
    }

    /// Asks several times from an address and returns the statuses.
    func ask(_ count: Int, _ request: String, from address: String, _ fields: [String] = []) throws -> [Int] {
        try (0..<count).map { _ in try ask(request, from: address, fields).status }
    }

    /// The field line with a fresh token of a subject.
    func authorization(_ subject: String, _ claims: [String: String] = [:]) throws -> String {
        let fresh = ["sub": "\"\(subject)\"", "jti": "\"\(Self.name())\""]
        return "Authorization: Bearer \(try signer.token(fresh.merging(claims) { $1 }))"
    }
}

/// Gives a suite one scene, started before its first test and ended after its last.
struct QuotaSceneTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(BlockingExecutor.shared) {
            let scene = try QuotaScene()
            defer {
                scene.gate.finish(location: test.sourceLocation)
                scene.upstream.stop()
            }
            try await QuotaScene.$current.withValue(scene) { try await function() }
        }
    }
}

extension Trait where Self == QuotaSceneTrait {
    /// One gate with policies of every kind for the suite.
    static var quotas: Self { QuotaSceneTrait() }
}
