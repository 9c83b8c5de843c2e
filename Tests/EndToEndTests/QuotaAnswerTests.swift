import Testing
import TestSupport

/// What clients are told of their quotas, on answers of every kind.
@Suite(.quotas)
struct QuotaAnswerTests {
    private static let type = "https://iana.org/assignments/http-problem-types#quota-exceeded"

    @Test
    func `an allowed answer tells the policy, what is left, and when there is one more`() throws {
        let scene = try QuotaScene.running()
        let address = QuotaScene.address()
        for left in [3, 2, 1, 0] {
            let answer = try scene.ask("GET /address/a", from: address)
            #expect(answer.status == 200)
            #expect(answer.fields.values("RateLimit-Policy") == ["\"address\";q=4;w=3600"])
            // The first one was taken at most a few seconds ago, and one comes back every quarter of an hour.
            let fields = answer.fields.values("RateLimit")
            #expect((880...900).contains { fields == ["\"address\";r=\(left);t=\($0)"] }, "\(fields)")
        }
    }

    @Test
    func `a refused answer is 429 with the problem, and the application does not hear of it`() throws {
        let scene = try QuotaScene.running()
        let address = QuotaScene.address()
        #expect(try scene.ask(4, "GET /address/a", from: address) == [200, 200, 200, 200])
        let path = "/address/" + QuotaScene.name()
        let answer = try scene.ask("GET \(path)", from: address)
        #expect(answer.status == 429 && answer.code == "quota_exceeded")
        let problem = try #require(answer.json)
        #expect(problem["type"]?.string == Self.type && problem["status"]?.integer == 429)
        #expect(problem["title"]?.string?.isEmpty == false && problem["detail"]?.string?.isEmpty == false)
        #expect(problem["request_id"]?.string == answer["X-Request-Id"])
        let seconds = try #require(answer["Retry-After"].flatMap { Int($0) })
        #expect((880...900).contains(seconds))
        #expect(answer["RateLimit"] == "\"address\";r=0;t=\(seconds)")
        #expect(answer["RateLimit-Policy"] == "\"address\";q=4;w=3600")
        #expect(answer["X-Frame-Options"] == "DENY")
        let record = try scene.gate.sidecar.record(path: path)
        #expect(record["reason"]?.string == "quota_exceeded" && record["decision"]?.string == "refuse")
        #expect(record["status"]?.integer == 429 && record["route"]?.string == "address")
        #expect(record["client_address"]?.string == address)
        #expect(!scene.upstream.saw(path))
    }

    @Test
    func `several quotas are told in the order of the route, and what one took is not given back`() throws {
        let scene = try QuotaScene.running()
        let address = QuotaScene.address()
        let token = try scene.authorization(QuotaScene.name(), ["plan": "\"pro\""])
        let first = try scene.ask("GET /several/a", from: address, [token])
        #expect(first.status == 200)
        #expect(first["RateLimit-Policy"] == "\"plan\";q=5;w=3600, \"address\";q=4;w=3600, \"default\";q=3;w=3600")
        #expect(Self.left(first) == ["plan": 4, "address": 3, "default": 2])
        #expect(try scene.ask(2, "GET /several/a", from: address, [token]) == [200, 200])
        // `default` is used up; the two others go on taking.
        let refused = try scene.ask("GET /several/a", from: address, [token])
        #expect(refused.status == 429)
        #expect(Self.left(refused) == ["plan": 1, "address": 0, "default": 0])
        // The longest wait is told.
        let seconds = try #require(refused["Retry-After"].flatMap { Int($0) })
        #expect((1180...1200).contains(seconds))
        #expect(try scene.ask("GET /address/a", from: address).status == 429)
    }

    @Test
    func `a policy in shadow refuses nobody, is not told, and is counted`() throws {
        let scene = try QuotaScene.running()
        let address = QuotaScene.address()
        let before = try ["allow", "shadow_deny", "deny"].map { try scene.gate.decisions("shadow", $0) }
        for left in [3, 2, 1] {
            let answer = try scene.ask("GET /shadow/a", from: address)
            #expect(answer.status == 200 && answer["RateLimit-Policy"] == "\"address\";q=4;w=3600")
            #expect(Self.left(answer) == ["address": left])
        }
        let alone = try scene.ask("GET /shadowed/a", from: address)
        #expect(alone.status == 200 && alone["RateLimit"] == nil && alone["RateLimit-Policy"] == nil)
        let after = try ["allow", "shadow_deny", "deny"].map { try scene.gate.decisions("shadow", $0) }
        #expect(zip(after, before).map { $0 - $1 } == [1, 3, 0])
    }

    @Test
    func `a route without quotas takes and tells none`() throws {
        let scene = try QuotaScene.running()
        for _ in 0..<10 {
            let answer = try scene.ask("GET /free/a", from: QuotaScene.address())
            #expect(answer.status == 200 && answer["RateLimit"] == nil && answer["RateLimit-Policy"] == nil)
        }
    }

    @Test
    func `a route that names no quota takes from default`() throws {
        let scene = try QuotaScene.running()
        let answer = try scene.ask("GET /open/a", from: QuotaScene.address())
        #expect(answer["RateLimit-Policy"] == "\"default\";q=3;w=3600")
    }

    @Test
    func `HEAD and POST take, a preflight does not`() throws {
        let scene = try QuotaScene.running()
        let address = QuotaScene.address()
        let preflight = ["Origin: https://app.example.com", "Access-Control-Request-Method: GET"]
        for _ in 0..<8 {
            let answer = try scene.ask("OPTIONS /open/a", from: address, preflight)
            #expect(answer.status == 204 && answer["RateLimit"] == nil && answer["Access-Control-Allow-Origin"] != nil)
        }
        #expect(Self.left(try scene.ask("HEAD /open/a", from: address)) == ["default": 2])
        let post = try scene.ask("POST /open/a", from: address, ["Content-Length: 2"], body: "hi")
        #expect(post.status == 200 && Self.left(post) == ["default": 1])
        #expect(Self.left(try scene.ask("GET /open/a", from: address)) == ["default": 0])
        let refused = try scene.ask("HEAD /open/a", from: address)
        #expect(refused.status == 429 && refused.body == [] && Self.left(refused) == ["default": 0])
        #expect(try scene.ask("OPTIONS /open/a", from: address, preflight).status == 204)
    }

    @Test
    func `pages of other origins may read the quotas, on a refusal too`() throws {
        let scene = try QuotaScene.running()
        let address = QuotaScene.address()
        for status in [200, 200, 200, 429] {
            let answer = try scene.ask("GET /open/a", from: address, ["Origin: https://app.example.com"])
            #expect(answer.status == status && answer["RateLimit"] != nil)
            #expect(answer["Access-Control-Allow-Origin"] == "https://app.example.com")
            let exposed = answer["Access-Control-Expose-Headers"] ?? ""
            #expect(exposed.contains("RateLimit") && exposed.contains("Retry-After"))
        }
    }

    @Test
    func `what is refused before its quotas takes nothing from them`() throws {
        let scene = try QuotaScene.running()
        let address = QuotaScene.address()
        let token = try scene.authorization(QuotaScene.name())
        #expect(try scene.ask("GET /staff/a", from: address, [token]).status == 403)
        #expect(try scene.ask("GET /staff/a", from: address).status == 401)
        #expect(try scene.ask("PUT /closed/a", from: address, [token]).status == 405)
        #expect(try scene.ask("GET /nowhere", from: address).status == 404)
        #expect(try scene.ask("GET /address//a", from: address).status == 400)
        #expect(Self.left(try scene.ask("GET /address/a", from: address)) == ["address": 3])
        #expect(Self.left(try scene.ask("GET /closed/a", from: address, [token])) == ["default": 2])
    }

    @Test
    func `after Retry-After a request is let in again`() throws {
        let scene = try QuotaScene.running()
        let address = QuotaScene.address()
        let start = ContinuousClock.now
        #expect(try scene.ask(2, "GET /quick/a", from: address) == [200, 200])
        let refused = try scene.ask("GET /quick/a", from: address)
        guard start.duration(to: .now).seconds < 1.5, refused.status == 429 else { return }
        let seconds = try #require(refused["Retry-After"].flatMap { Double($0) })
        #expect((1...2).contains(seconds))
        let told = ContinuousClock.now
        try wait(for: "a request to be let in") { try scene.ask("GET /quick/a", from: address).status == 200 }
        let waited = start.duration(to: .now).seconds
        #expect(waited >= 1.99, "one more after \(waited) s, though one comes back every 2 s")
        #expect(told.duration(to: .now).seconds < seconds + 2)
    }

    @Test
    func `the metrics count what each policy decided`() throws {
        let scene = try QuotaScene.running()
        let names = ["allow", "deny", "degraded"]
        let before = try names.map { try scene.gate.decisions("key", $0) }
        let fields = ["X-Api-Key: \(QuotaScene.name())"]
        #expect(try scene.ask(5, "GET /key/a", from: QuotaScene.address(), fields) == [200, 200, 429, 429, 429])
        let after = try names.map { try scene.gate.decisions("key", $0) }
        // Other tests of this suite may run at the same time, and use the policy too.
        let differences = zip(after, before).map { $0 - $1 }
        #expect(differences[0] >= 2 && differences[1] >= 3 && differences[2] == 0, "\(differences)")
    }

    /// What `RateLimit` says is left, by policy.
    static func left(_ answer: Answer) -> [String: Int] {
        var left: [String: Int] = [:]
        for item in (answer["RateLimit"] ?? "").split(separator: ",") {
            let parts = item.split(separator: ";").map { $0.trimmingBlanks }
            guard parts.count == 3, parts[1].hasPrefix("r=") else { continue }
            left[parts[0].filter { $0 != "\"" }] = Int(parts[1].dropFirst(2))
        }
        return left
    }
}
