import Foundation
import Testing
import TestSupport

/// The audit lines of the accounts service, in the form of the contract.
@Suite(.blocking)
struct AccountAuditTests {
    @Test
    func `every mutation is one record with who, what, from where and the result, hung on the one before`() throws {
        let scene = try AccountScene.make()
        let client = AccountClient(scene.sidecar)
        let grant = try client.newcomer()
        let other = try client.session(of: grant.name)
        _ = try client.logIn(grant.name, "not the right one")
        _ = try client.logIn("nobody-\(grant.name.prefix(20))")
        let child = try AccountGrant(client.refresh(grant.refresh))
        _ = try client.send("PATCH /api/v1/users/me", ["full_name": "New"], token: child.access)
        _ = try client.send("DELETE /api/v1/auth/sessions/" + other.session, token: child.access)
        let change = ["current_password": AccountClient.password, "new_password": AccountClient.newPassword]
        _ = try client.send("POST /api/v1/auth/password/change", change, token: child.access)
        _ = try client.send("POST /api/v1/auth/logout", token: child.access)
        let last = try client.session(of: grant.name, AccountClient.newPassword)
        let deletion = try client.send(
            "DELETE /api/v1/users/me",
            ["password": AccountClient.newPassword],
            token: last.access
        )
        let reads = ["/api/v1/users/me", "/api/v1/auth/sessions", "/.well-known/jwks.json"]
        for path in reads { _ = try client.send("GET " + path, token: last.access) }
        let chain = try AccountChain(scene.sidecar.scratch.file("audit.jsonl"))
        scene.finish()
        chain.expectWhole()
        let wire = chain.records.filter { $0["method"] != nil }
        #expect(
            wire.map { "\($0["event"]?.string ?? "") \($0["result"]?.string ?? "") \($0["status"]?.integer ?? 0)" } == [
                "user.signup success 201", "user.login success 200", "user.login denied 401", "user.login denied 401",
                "token.refresh success 200", "user.update success 200", "session.revoke success 204",
                "user.password_change success 204", "user.logout success 204", "user.login success 200",
                "user.delete success 204",
            ]
        )
        let members = Set([
            "seq", "time", "event", "actor", "target", "client_address", "request_id", "method", "route", "path",
            "status", "result", "prev_hash", "hash",
        ])
        for record in wire {
            #expect(Set(record.names).isSubset(of: members), "\(record.names)")
            #expect(record["client_address"]?.string == "127.0.0.1" && record["request_id"]?.string?.isEmpty == false)
            #expect(["user", "anonymous"].contains(record["actor"]?["type"]?.string))
            let time = try #require(record["time"]?.string)
            #expect(time.hasSuffix("Z") && time.contains("T"))
        }
        #expect(wire.last?["request_id"]?.string == deletion["X-Request-Id"])
        #expect(wire.last?["actor"] == .object(["type": .text("user"), "id": .text(grant.id)]))
        #expect(wire.last?["path"]?.string == "/api/v1/users/me" && wire.last?["method"]?.string == "DELETE")
    }

    @Test
    func `several processes write one chain`() async throws {
        let scratch = try Scratch("chain")
        let sections = [
            AccountsShell.accounts.replacing("sqlite:accounts.db", with: "sqlite:\(scratch.file("accounts.db"))")
                .replacing("keys: keys", with: "keys: \(scratch.file("keys"))"),
            "audit: { file: \(scratch.file("audit.jsonl")) }", "rate_limits: { failures: off }",
        ]
        let scenes = try (0..<3).map { _ in try AccountScene.make { $0.sections = sections } }
        let answered = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<12 {
                group.addTask { try AccountClient(scenes[index % 3].sidecar).newcomer().id }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for scene in scenes { scene.finish() }
        let chain = try AccountChain(scratch.file("audit.jsonl"))
        chain.expectWhole()
        #expect(answered.count == 12)
        for id in answered { #expect(chain.events(of: id) == ["user.signup success 201"]) }
    }
}
