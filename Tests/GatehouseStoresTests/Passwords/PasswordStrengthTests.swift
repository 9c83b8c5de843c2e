import GatehouseAccounts
import GatehouseStores
import Testing

@Suite struct PasswordStrengthTests {
    private let owner = try? PasswordOwner(
        email: EmailAddress("user@company.com"),
        username: Username("user"),
        names: [PersonalText("User Name"), PersonalText("Company Name"), PersonalText("Engineering")]
    )

    @Test func `the documented example is strong enough and common passwords are not`() throws {
        let words = try #require(owner).words
        #expect(PasswordStrength.bits(of: NormalizedPassword("securepassword"), told: words) >= 10)
        #expect(PasswordStrength.bits(of: NormalizedPassword("password1234"), told: words) < 10)
        #expect(PasswordStrength.bits(of: NormalizedPassword("aaaaaaaaaaaaaaaa"), told: words) < 10)
        #expect(PasswordStrength.bits(of: NormalizedPassword("            "), told: words) < 10)
        #expect(PasswordStrength.bits(of: NormalizedPassword("kfw9 Qzv!bn mtyr"), told: words) > 40)
    }

    @Test func `A-03 what it is told makes a password weak`() {
        let password = NormalizedPassword("thornebergvik")
        let untold = PasswordStrength.bits(of: password, told: [])
        #expect(untold > 20)
        #expect(PasswordStrength.bits(of: password, told: ["Thornebergvik"]) < 10)
        #expect(PasswordStrength.bits(of: password, told: ["other", "", "a\u{0}b"]) == untold)
    }

    @Test(arguments: ["k", "\u{e9}", "\u{1f600}"])
    func `only the first 100 characters count, whole ones`(character: String) {
        let head = (0..<100).map { index in index.isMultiple(of: 3) ? character : "\(index % 10)" }.joined()
        let bits = PasswordStrength.bits(of: NormalizedPassword(head), told: [])
        #expect(bits > 0)
        #expect(PasswordStrength.bits(of: NormalizedPassword(head + "qzvw!77" + character), told: []) == bits)
        #expect(PasswordStrength.bits(of: NormalizedPassword(String(head.dropLast())), told: []) != bits)
    }

    @Test func `nothing at all has no strength`() {
        #expect(PasswordStrength.bits(of: NormalizedPassword(""), told: []) == 0)
        #expect(PasswordStrength.bits(of: NormalizedPassword("\u{0}kfwqzvbnmtyr"), told: []) == 0)
    }
}
