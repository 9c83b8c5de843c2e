import GatehouseAccounts
import GatehouseStores
import Testing

@Suite struct Argon2HashTests {
    /// The known answers that the reference implementation publishes for Argon2id, version 1.3.
    @Test(arguments: [
        (2, 256, 1, "password", "somesalt", "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"),
        (2, 256, 2, "password", "somesalt", "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"),
        (1, 65536, 1, "password", "somesalt", "f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98"),
        (2, 65536, 1, "password", "somesalt", "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"),
        (2, 65536, 1, "password", "diffsalt", "bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c"),
        (
            2, 65536, 1, "differentpassword", "somesalt",
            "0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde"
        ),
    ])
    func `the tag of a published example is the published one`(
        iterations: Int,
        memory: Int,
        parallelism: Int,
        password: String,
        salt: String,
        tag: String
    ) throws {
        let cost = try #require(
            Argon2Cost(memoryKibibytes: memory, iterations: iterations, parallelism: parallelism)
        )
        let result = try Argon2.tag(
            of: NormalizedPassword(password),
            salt: Array(salt.utf8),
            cost: cost,
            count: 32
        )
        #expect(result.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == tag)
    }

    @Test func `a published PHC string is read, written and compared`() throws {
        let text = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
        let hash = try Argon2Hash(phc: text)
        #expect(hash.phc == text)
        #expect(try hash.matches(NormalizedPassword("password")))
        #expect(try !hash.matches(NormalizedPassword("passwore")))
        #expect(try !hash.matches(NormalizedPassword("")))
    }

    @Test func `a new hash has a salt of its own and the parameters it was asked for`() throws {
        let cost = try #require(Argon2Cost(memoryKibibytes: 64, iterations: 3, parallelism: 2))
        let password = NormalizedPassword("kfwqzvbnmtyr")
        let first = try Argon2Hash(of: password, cost: cost)
        let second = try Argon2Hash(of: password, cost: cost)
        #expect(first.salt.count == 16 && first.tag.count == 32 && first.cost == cost)
        #expect(first.salt != second.salt && first.tag != second.tag)
        #expect(first.phc.hasPrefix("$argon2id$v=19$m=64,t=3,p=2$"))
        #expect(try Argon2Hash(phc: first.phc) == first)
        #expect(try first.matches(password))
    }

    @Test func `the standard cost is 19 MiB, two passes and one lane`() {
        #expect(Argon2Cost.standard == Argon2Cost(memoryKibibytes: 19456, iterations: 2, parallelism: 1))
    }

    @Test(arguments: [
        (8, 1, 1, true), (7, 1, 1, false), (16, 1, 2, true), (15, 1, 2, false), (1 << 20, 16, 16, true),
        (1 << 20 + 1, 1, 1, false), (64, 17, 1, false), (512, 1, 17, false), (64, 0, 1, false), (64, 1, 0, false),
        (-1, 1, 1, false), (64, -1, 1, false), (Int.max, Int.max, Int.max, false), (64, 1, Int.min, false),
    ])
    func `D-08 a cost outside of the limits cannot be made`(
        memory: Int,
        iterations: Int,
        parallelism: Int,
        isAccepted: Bool
    ) {
        let cost = Argon2Cost(memoryKibibytes: memory, iterations: iterations, parallelism: parallelism)
        #expect((cost != nil) == isAccepted)
    }

    @Test(arguments: HostileHash.all)
    func `D-08 a stored hash of any other form or cost is corrupt`(_ row: HostileHash) {
        #expect(throws: PasswordFault.corruptHash) { try Argon2Hash(phc: row.text) }
    }

    @Test func `D-08 the largest cost is read`() throws {
        let hash = try Argon2Hash(phc: HostileHash.text(parameters: "m=1048576,t=16,p=16"))
        #expect(hash.cost == Argon2Cost(memoryKibibytes: 1 << 20, iterations: 16, parallelism: 16))
    }
}
