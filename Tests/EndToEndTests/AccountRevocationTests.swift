import Foundation
import Glibc
import Testing
import TestSupport

/// Tokens that end before their time, in the process that ended them and in another one on the same accounts.
@Suite(.blocking)
struct AccountRevocationTests {
    @Test
    func `T-50: what one process ends the other refuses soon, though it had verified the token before`() throws {
        try withTwoGates { here, there in
            for end in Self.ends {
                let grant = try here.newcomer()
                let other = try here.session(of: grant.name)
                // Twice each, so that the tokens come out of the cache of verified ones.
                for token in [grant.access, other.access] {
                    #expect(try there.me(token).status == 200 && there.me(token).status == 200)
                    #expect(try Self.app(there, token) == 200 && Self.app(there, token) == 200)
                }
                let answer = try here.send(end.request, end.body, token: grant.access)
                #expect(answer.status == 204, "\(end.request) \(answer.text)")
                let ended = (end.endsOwn ? [grant] : []) + (end.endsOther ? [other] : [])
                for token in ended.map(\.access) {
                    #expect(try here.me(token).status == 401 && Self.app(here, token) == 401, "\(end.request)")
                    // Half a second on a machine that has nothing else to do; this one runs every test at once.
                    try wait(for: "the other process to refuse", seconds: 10) {
                        try Self.app(there, token) == 401
                    }
                    try there.me(token).expectProblem(401, "invalid_token", authenticate: Challenge.token)
                }
                for grant in [grant, other] where !ended.contains(where: { $0.access == grant.access }) {
                    #expect(try there.me(grant.access).status == 200, "\(end.request)")
                }
            }
        }
    }

    @Test
    func `T-50: reuse of a refresh token in one process ends the family in the other`() throws {
        try withTwoGates { here, there in
            let first = try here.newcomer()
            let second = try AccountGrant(there.refresh(first.refresh))
            let third = try AccountGrant(here.refresh(second.refresh))
            #expect(try there.me(third.access).status == 200)
            #expect(try there.refresh(first.refresh).status == 401)
            #expect(try there.me(third.access).status == 401)
            try wait(for: "the other process to refuse", seconds: 10) { try Self.app(here, third.access) == 401 }
        }
    }

    @Test
    func `A-09: parent and child are exchanged alike in every process on the same accounts`() throws {
        try withTwoGates { here, there in
            let first = try here.newcomer()
            let children = try [here, there, here, there].map { try AccountGrant($0.refresh(first.refresh)).refresh }
            #expect(Set(children).count == 1)
        }
    }

    @Test
    func `T-50: a verified token is refused as soon as its time is over`() throws {
        let scene = try AccountScene.make {
            $0.tokens = ["leeway: 0s"]
            $0.sections[0] = AccountScene.accounts("access_token_lifetime: 3s")
        }
        try scene.play { scene in
            let client = AccountClient(scene.sidecar)
            let grant = try client.newcomer()
            let expiry = try #require(grant.claims["exp"]?.double)
            #expect(grant.lifetime == 3)
            var late: [Int] = []
            repeat {
                let asked = Date().timeIntervalSince1970
                let status = try client.me(grant.access).status
                if asked >= expiry { late.append(status) }
                if Date().timeIntervalSince1970 < expiry { #expect(status == 200) }
                // house: asks until the clock has passed the token's end, without asking all the time.
                usleep(20_000)
            } while late.count < 3
            #expect(late == [401, 401, 401])
            #expect(try client.refresh(grant.refresh).status == 200)
        }
    }

    @Test
    func `what was ended stays ended after a restart`() throws {
        let scene = try AccountScene.make()
        let client = AccountClient(scene.sidecar)
        let grant = try client.newcomer()
        #expect(try client.send("POST /api/v1/auth/logout", token: grant.access).status == 204)
        scene.finish()
        let file = scene.sidecar.scratch.file("proxy.conf")
        let process = try ChildProcess([GatehouseBinary.path(), "serve", "--config", file])
        defer { process.signal(SIGKILL) }
        try wait(for: "the gate to be ready", seconds: 60) { (try? scene.sidecar.admin("/readyz").status) == 200 }
        #expect(try client.me(grant.access).status == 401)
        #expect(try client.session(of: grant.name).name == grant.name)
    }

    private struct End {
        let request: String
        let body: String?
        let endsOwn: Bool
        let endsOther: Bool
    }

    private static let ends: [End] = {
        let password = AccountClient.password
        let change = #"{"current_password": "\#(password)", "new_password": "\#(AccountClient.newPassword)"}"#
        let deletion = #"{"password": "\#(password)"}"#
        let others = #"{"scope": "others"}"#
        return [
            End(request: "POST /api/v1/auth/logout", body: nil, endsOwn: true, endsOther: false),
            End(request: "POST /api/v1/auth/logout", body: others, endsOwn: false, endsOther: true),
            End(request: "POST /api/v1/auth/logout", body: #"{"scope": "all"}"#, endsOwn: true, endsOther: true),
            End(request: "POST /api/v1/auth/password/change", body: change, endsOwn: false, endsOther: true),
            End(request: "DELETE /api/v1/users/me", body: deletion, endsOwn: true, endsOther: true),
        ]
    }()

    private static func app(_ client: AccountClient, _ token: String) throws -> Int {
        try client.send("GET /closed/a", token: token).status
    }

    private func withTwoGates(_ test: (AccountClient, AccountClient) throws -> Void) throws {
        let scratch = try Scratch("shared")
        let accounts = AccountsShell.accounts
            .replacing("sqlite:accounts.db", with: "sqlite:\(scratch.file("accounts.db"))")
            .replacing("keys: keys", with: "keys: \(scratch.file("keys"))")
        let make = {
            try AccountScene.make { [folder = scratch.path] in
                $0.sections = [
                    accounts, "audit: { file: \(folder)/audit.jsonl }", "rate_limits: { failures: off }",
                ]
            }
        }
        try make().play { here in
            try make().play { there in
                try test(AccountClient(here.sidecar), AccountClient(there.sidecar))
            }
        }
        try AccountChain(scratch.file("audit.jsonl")).expectWhole()
    }
}
