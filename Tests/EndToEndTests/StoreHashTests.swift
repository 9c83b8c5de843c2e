import Testing
import TestSupport

/// Password hashes that somebody else has written into the database (security D-08).
@Suite(.scene { try AccountScene.make() })
struct StoreHashTests {
    private static let salt = "c2FsdHNhbHRzYWx0c2FsdA"
    private static let tail = "RdescudvJCsgt3ub+b5dWRWJTmaaJObGRdescudvJCs"

    @Test(arguments: [
        "$argon2id$v=19$m=4194304,t=2,p=1$\(salt)$\(tail)", "$argon2id$v=19$m=19456,t=1000000,p=1$\(salt)$\(tail)",
        "$argon2id$v=19$m=19456,t=2,p=255$\(salt)$\(tail)",
        "$argon2id$v=19$m=99999999999999999999,t=2,p=1$\(salt)$\(tail)",
        "$argon2id$v=19$m=-1,t=2,p=1$\(salt)$\(tail)", "$argon2id$v=19$m=0,t=0,p=0$\(salt)$\(tail)",
        "$argon2i$v=19$m=19456,t=2,p=1$\(salt)$\(tail)", "$2b$12$abcdefghijklmnopqrstuv", "plain text", "",
        "$argon2id$v=19$m=1024,t=1,p=1$$\(tail)", "$argon2id$v=19$m=1024,t=1,p=1$\(salt)$", "$argon2id$\u{0}",
    ])
    func `D-08: a hash that is too dear, or none, is a wrong password at once`(_ hash: String) throws {
        let client = try AccountClient.running()
        let grant = try client.newcomer()
        _ = try client.database(
            "UPDATE users SET password_hash = ? WHERE id = ?",
            [hash.replacing("\u{0}", with: ""), grant.id]
        )
        let before = client.sidecar.peakMemory
        let started = ContinuousClock.now
        for password in [AccountClient.password, hash] {
            try client.logIn(grant.name, String(password.prefix(1000)))
                .expectProblem(401, "invalid_credentials", authenticate: Challenge.plain)
        }
        // A million passes take a quarter of an hour, four GiB would be seen in the peak.
        #expect(started.duration(to: .now) < .seconds(60))
        #expect(client.sidecar.peakMemory - before < 512 * 1024)
        #expect(try client.me(grant.access).status == 200, "the token has nothing to do with it")
        #expect(client.sidecar.process.errors.contains("hash"), "the operator is told")
    }

    @Test
    func `D-08: a hash with other live parameters is good, and is replaced at the next login`() throws {
        let client = try AccountClient.running()
        let grant = try client.newcomer()
        let other = try AccountScene.make {
            $0.sections[0] = AccountsShell.accounts.replacing(
                "memory: 1MiB, iterations: 1",
                with: "memory: 2MiB, iterations: 2"
            )
        }
        try other.play { other in
            let there = AccountClient(other.sidecar)
            let stranger = try there.newcomer()
            let hash = try there.database("SELECT password_hash FROM users WHERE id = ?", [stranger.id])
            #expect(hash.contains("m=2048,t=2"))
            _ = try client.database("UPDATE users SET password_hash = ? WHERE id = ?", [hash, grant.id])
        }
        #expect(try client.logIn(grant.name).status == 200)
        let hash = try client.database("SELECT password_hash FROM users WHERE id = ?", [grant.id])
        #expect(hash.hasPrefix("$argon2id$v=19$m=1024,t=1,p=1$"))
        #expect(try client.logIn(grant.name).status == 200)
    }
}
