import Foundation
import Glibc
import Testing
import TestSupport

/// A full disk under the database or the audit log.
@Suite(.blocking, .serialized)
struct StoreDiskTests {
    @Test(.enabled(if: StoreDisk.isPossible, "this machine lets nobody mount a file system"))
    func `a full disk under the database is 503 for mutations, loses nothing answered, and recovers`()
        throws
    {
        let disk = try StoreDisk()
        let accounts = AccountsShell.accounts.replacing(
            "sqlite:accounts.db",
            with: "sqlite:\(disk.file("accounts.db"))"
        )
        try play(disk, "database_unavailable", [accounts, AccountsShell.audit]) { scene, _ in
            try AccountChain(scene.sidecar.scratch.file("audit.jsonl")).expectWhole()
        }
    }

    @Test(.enabled(if: StoreDisk.isPossible, "this machine lets nobody mount a file system"))
    func `D-13: a full disk under the audit log is 503 for mutations, and reads go on`() throws {
        let disk = try StoreDisk()
        let sections = [AccountsShell.accounts, "audit: { file: \(disk.file("audit.jsonl")) }"]
        try play(disk, "audit_unavailable", sections) { _, answered in
            let chain = try AccountChain(disk.file("audit.jsonl"))
            chain.expectWhole()
            for grant in answered { #expect(chain.events(of: grant.id).first == "user.signup success 201") }
        }
    }

    @Test
    func `D-13: an audit log that cannot be written refuses every mutation and no read`() throws {
        let scene = try AccountScene.make()
        let client = AccountClient(scene.sidecar)
        let grant = try client.newcomer()
        scene.finish()
        let file = scene.sidecar.scratch.file("proxy.conf")
        let text = Scratch.text(at: file).replacing("file: audit.jsonl", with: "file: /dev/full")
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let process = try ChildProcess([GatehouseBinary.path(), "serve", "--config", file])
        defer { process.signal(SIGKILL) }
        try wait(for: "the gate to be ready", seconds: 60) { (try? scene.sidecar.admin("/livez").status) == 200 }
        let password = ["password": AccountClient.password]
        let change = ["current_password": AccountClient.password, "new_password": AccountClient.newPassword]
        let answers = [
            try client.signUp(AccountClient.name()), try client.logIn(grant.name),
            try client.logIn(grant.name, "wrong"),
            try client.refresh(grant.refresh), try client.send("POST /api/v1/auth/logout", token: grant.access),
            try client.send("POST /api/v1/auth/password/change", change, token: grant.access),
            try client.send("PATCH /api/v1/users/me", ["full_name": "New"], token: grant.access),
            try client.send("DELETE /api/v1/auth/sessions/" + grant.session, token: grant.access),
            try client.send("DELETE /api/v1/users/me", password, token: grant.access),
        ]
        for answer in answers { answer.expectProblem(503, "audit_unavailable") }
        #expect(try client.me(grant.access).json == grant.user)
        #expect(try client.sessions(grant.access).count == 1)
        #expect(try client.database("SELECT count(*) FROM users") == "1")
        #expect(try client.database("SELECT count(*) FROM refresh_tokens WHERE used_at IS NOT NULL") == "0")
    }

    /// Fills and frees the disk three times; `check` gets whoever was answered 201.
    private func play(
        _ disk: StoreDisk,
        _ code: String,
        _ sections: [String],
        _ check: (Scene, [AccountGrant]) throws -> Void
    ) throws {
        let scene = try AccountScene.make { $0.sections = sections + ["rate_limits: { failures: off }"] }
        try scene.play { scene in
            let client = AccountClient(scene.sidecar)
            var answered = [try client.newcomer()]
            for _ in 0..<3 {
                let grant = answered[0]
                try disk.fill()
                // What was allocated before may still take some.
                var refused: Answer?
                try wait(for: "the disk to be full", seconds: 60) {
                    let answer = try client.signUp(AccountClient.name())
                    guard answer.status == 201 else {
                        refused = answer
                        return true
                    }
                    answered.append(try AccountGrant(answer, status: 201))
                    try disk.fill()
                    return false
                }
                refused?.expectProblem(503, code)
                #expect(try client.me(grant.access).status == 200)
                #expect(try client.send("GET /closed/a", token: grant.access).status == 200)
                try disk.free()
                try expectRecovery(client, grant)
                answered.append(try client.newcomer())
            }
            for grant in answered {
                #expect(try client.logIn(grant.name).status == 200)
                #expect(try client.me(grant.access).json == grant.user)
            }
            try check(scene, answered)
        }
    }

    private func expectRecovery(_ client: AccountClient, _ grant: AccountGrant) throws {
        try wait(for: "the accounts to be back", seconds: 60) {
            try client.signUp(AccountClient.name()).status == 201 && client.sidecar.admin("/readyz").status == 200
        }
        #expect(try client.logIn(grant.name).status == 200 && client.me(grant.access).status == 200)
    }
}
