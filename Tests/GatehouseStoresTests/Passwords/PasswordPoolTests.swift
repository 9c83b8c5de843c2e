import GatehouseAccounts
import Testing

@testable import GatehouseStores

@Suite struct PasswordPoolTests {
    private let password = NormalizedPassword("kfwq zvbn mtyr 77")

    @Test func `a hash is matched by its password and by no other`() async throws {
        let pool = try PasswordPool(.cheap)
        let phc = try await pool.hash(password)
        #expect(phc.hasPrefix("$argon2id$v=19$m=64,t=1,p=1$"))
        #expect(try await pool.verify(password, against: phc) == PasswordVerdict(matches: true, needsRehash: false))
        for other in ["kfwq zvbn mtyr 78", "kfwq zvbn mtyr 77 ", " kfwq zvbn mtyr 77", "KFWQ zvbn mtyr 77", ""] {
            #expect(try await pool.verify(NormalizedPassword(other), against: phc) == .mismatch)
        }
        #expect(pool.figures.done == 7 && pool.figures.refused == 0 && pool.figures.inFlight == 0)
    }

    @Test func `A-02 a password matches in either normalization form`() async throws {
        let pool = try PasswordPool(.cheap)
        let phc = try await pool.hash(NormalizedPassword("\u{e9}cole buissonni\u{e8}re"))
        let typed = NormalizedPassword("e\u{301}cole buissonnie\u{300}re")
        #expect(try await pool.verify(typed, against: phc).matches)
        let wide = NormalizedPassword("\u{e9}cole\u{a0}buissonni\u{e8}re")
        #expect(try await !pool.verify(wide, against: phc).matches)
    }

    @Test func `a hash of other parameters asks to be made anew, if the password is right`() async throws {
        let pool = try PasswordPool(.cheap)
        let old = try PasswordPool(.cheap(memoryKibibytes: 128))
        let phc = try await old.hash(password)
        #expect(try await pool.verify(password, against: phc) == PasswordVerdict(matches: true, needsRehash: true))
        #expect(try await pool.verify(NormalizedPassword("other"), against: phc) == .mismatch)
        // Another length of salt is another way of making it.
        let short = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
        let verdict = try await pool.verify(NormalizedPassword("password"), against: short)
        #expect(verdict == PasswordVerdict(matches: true, needsRehash: true))
    }

    @Test func `an unknown account is work that never matches`() async throws {
        let pool = try PasswordPool(.cheap)
        #expect(try await pool.verify(password, against: nil) == .mismatch)
        #expect(try await pool.verify(NormalizedPassword(""), against: nil) == .mismatch)
        #expect(pool.figures.done == 2)
    }

    @Test func `A-04 what an unknown account is compared with costs what a live hash costs`() throws {
        for cost in [Argon2Cost.standard, PasswordPool.Settings.cheap.cost] {
            let decoy = Argon2Hash.decoy(cost: cost)
            #expect(decoy.isMade(like: cost))
            #expect(decoy != Argon2Hash.decoy(cost: cost))
        }
    }

    @Test func `D-07 a password over 1024 bytes is refused unhashed`() async throws {
        let pool = try PasswordPool(.cheap)
        let long = NormalizedPassword(String(repeating: "k", count: 1025))
        #expect(try await pool.verify(long, against: nil) == .mismatch)
        #expect(try await pool.verify(long, against: "no hash") == .mismatch)
        #expect(pool.figures.done == 0)
    }

    @Test(arguments: HostileHash.all)
    func `D-08 a corrupt hash is a fault after the usual work`(_ row: HostileHash) async throws {
        let pool = try PasswordPool(.cheap)
        await #expect(throws: PasswordFault.corruptHash) { try await pool.verify(password, against: row.text) }
        #expect(pool.figures.done == 1)
    }

    @Test func `a new password is judged and hashed in one turn`() async throws {
        let pool = try PasswordPool(.cheap)
        let owner = try PasswordOwner(
            email: EmailAddress("user@company.com"),
            username: Username("user"),
            names: [PersonalText("User Name"), PersonalText("Company Name"), PersonalText("Engineering")]
        )
        let example = NormalizedPassword("securepassword")
        let judgement = try await pool.judgeAndHash(example, by: PasswordPolicy(), for: owner)
        guard case .accepted(let phc) = judgement else {
            Issue.record("the documented example was not accepted: \(judgement)")
            return
        }
        #expect(pool.figures.done == 1)
        #expect(try await pool.verify(example, against: phc).matches)
    }

    @Test(arguments: [
        ("short", FieldFlaw.passwordTooShort, UInt64(0)), ("password1234", .passwordTooCommon, 0),
        ("kfwq\tzvbn mtyr 77", .invalidFormat, 0), ("aaaaaaaaaaaaaaaa", .passwordTooCommon, 1),
        ("kfwq-user-zvbn-77", .passwordContainsIdentity, 1), ("user@company.com", .passwordTooCommon, 1),
    ])
    func `a new password is refused with the first flaw that fits`(
        text: String,
        flaw: FieldFlaw,
        turns: UInt64
    ) async throws {
        let pool = try PasswordPool(.cheap)
        let owner = try PasswordOwner(email: EmailAddress("user@company.com"), username: Username("user"), names: [])
        let judgement = try await pool.judgeAndHash(NormalizedPassword(text), by: PasswordPolicy(), for: owner)
        #expect(judgement == .refused(flaw))
        #expect(pool.figures.done == turns)
    }

    @Test func `strength is measured on the pool`() async throws {
        let pool = try PasswordPool(.cheap)
        #expect(try await pool.strengthBits(of: password, told: []) == PasswordStrength.bits(of: password, told: []))
        #expect(pool.figures.done == 1)
    }
}
