import Testing
import TestSupport

/// What the access log and the metrics say of the accounts API.
@Suite(.scene { try AccountScene.make() })
struct AccountRecordTests {
    @Test
    func `an answer of the accounts API is a record without a route, with who asked`() throws {
        let client = try AccountClient.running()
        let signup = try client.signUp(AccountClient.name())
        let grant = try AccountGrant(signup, status: 201)
        let me = try client.me(grant.access)
        let made = try record(of: signup)
        #expect(made["decision"]?.string == "answer" && made["status"]?.integer == 201)
        #expect(made["method"]?.string == "POST" && made["path"]?.string == "/api/v1/auth/signup")
        #expect(made["route"] == nil && made["reason"] == nil && made["upstream"] == nil)
        #expect(made["bytes_out"]?.integer == signup.body.count)
        let seen = try record(of: me)
        #expect(seen["decision"]?.string == "answer" && seen["route"] == nil)
        #expect(seen["subject"]?.string == grant.id && seen["issuer"]?.string == "accounts")
    }

    @Test
    func `each refusal has a reason of its own in the log`() throws {
        let client = try AccountClient.running()
        let grant = try client.newcomer()
        let answers = [
            (try client.logIn(grant.name, "not the right one"), "credentials_rejected"),
            (try client.refresh("nonsense"), "refresh_token_rejected"),
            (try client.signUp(grant.name), "email_taken"),
            (try client.signUp(grant.name, ["email": "\(AccountClient.name())@a.test"]), "username_taken"),
            (try client.send("POST /api/v1/auth/login", "{}"), "validation_failed"),
            (try client.send("POST /api/v1/auth/login", "{"), "malformed_json"),
            (try client.send("POST /api/v1/auth/login", "{}", type: "text/plain"), "unsupported_media_type"),
            (try client.send("GET /api/v1/users/me"), "token_missing"),
            (try client.send("DELETE /api/v1/auth/sessions/x", token: grant.access), "resource_unknown"),
        ]
        for (answer, reason) in answers {
            let record = try record(of: answer)
            #expect(record["decision"]?.string == "refuse" && record["reason"]?.string == reason, "\(record)")
            #expect(record["status"]?.integer == answer.status && record["route"] == nil)
        }
    }

    @Test
    func `the metrics have nothing of a client in their labels`() throws {
        let client = try AccountClient.running()
        let grant = try client.newcomer()
        _ = try client.send("DELETE /api/v1/auth/sessions/\(grant.session)", token: grant.access)
        let page = try client.sidecar.admin("/metrics").text
        for text in [grant.name, grant.id, grant.session, "127.0.0.1"] { #expect(!page.contains(text), "\(text)") }
    }

    private func record(of answer: Answer) throws -> JSONValue {
        let id = answer["X-Request-Id"] ?? ""
        return try Scene.running().sidecar.record("request \(id)") { $0["request_id"]?.string == id }
    }
}
