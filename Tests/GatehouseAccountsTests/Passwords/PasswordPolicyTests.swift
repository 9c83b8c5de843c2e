import GatehouseAccounts
import Testing

@Suite struct PasswordPolicyTests {
    private let policy = PasswordPolicy()
    private let strong = 60.0

    @Test func `the documented example passes`() throws {
        let owner = try PasswordOwner(
            email: EmailAddress("user@company.com"),
            username: Username("user"),
            names: [PersonalText("User Name"), PersonalText("Company Name"), PersonalText("Engineering")]
        )
        #expect(policy.flaw(of: NormalizedPassword("securepassword"), for: owner, strengthBits: 11.8) == nil)
    }

    @Test(arguments: [
        (String(repeating: "k", count: 11), FieldFlaw?.some(.passwordTooShort)),
        (String(repeating: "k", count: 12), nil),
        // 12 code points that are 48 bytes; 6 that are 24.
        (String(repeating: "\u{1f600}", count: 12), nil),
        (String(repeating: "\u{1f600}", count: 6), .passwordTooShort),
        // Code points, not what a reader sees as one character; but after composition.
        (String(repeating: "e\u{301}", count: 6), .passwordTooShort),
        (String(repeating: "e\u{301}", count: 11), .passwordTooShort),
        (String(repeating: "e\u{301}", count: 12), nil),
        (String(repeating: "\u{1f469}\u{200d}\u{1f4bb}", count: 4), nil),
        ("", .passwordTooShort),
        (String(repeating: "k", count: 1024), nil),
        (String(repeating: "k", count: 1025), .passwordTooLong),
        (String(repeating: "\u{1f600}", count: 256), nil),
        (String(repeating: "\u{1f600}", count: 256) + "k", .passwordTooLong),
        // 1,536 bytes as typed, 1,024 when composed.
        (String(repeating: "e\u{301}", count: 512), nil),
        (String(repeating: "e\u{301}", count: 513), .passwordTooLong),
    ])
    func `A-01 the minimum counts code points and the maximum bytes, after composition`(
        text: String,
        flaw: FieldFlaw?
    ) throws {
        #expect(try judge(text, strengthBits: strong) == flaw)
    }

    @Test func `A-01 the minimum is the configured one`() throws {
        let policy = PasswordPolicy(minimumLength: 16, minimumStrength: 0)
        let owner = try Self.owner()
        let short = NormalizedPassword("kfwqzvbnmtyr963")
        #expect(policy.flaw(of: short, for: owner, strengthBits: 0) == .passwordTooShort)
        #expect(policy.flaw(of: NormalizedPassword("kfwqzvbnmtyr9631"), for: owner, strengthBits: 0) == nil)
    }

    @Test(arguments: [
        "  kfwqzvbnmtyr", "kfwqzvbnmtyr  ", "kfwq zvbn mtyr", "            ", "\u{a0}kfwqzvbnmtyr",
        "\u{3000}kfwqzvbnmtyr", "kfwqzvbnmty\u{200b}",
    ])
    func `A-02 spaces of every kind are kept`(text: String) throws {
        #expect(try judge(text, strengthBits: strong) == nil)
        #expect(NormalizedPassword(text).byteCount == text.utf8.count)
    }

    @Test(arguments: [
        "kfwq\u{0}zvbnmtyr", "\u{0}kfwqzvbnmtyr", "kfwqzvbnmtyr\u{0}", "kfwq\tzvbnmtyr", "kfwqzvbnmtyr\n", "\r\n",
        "\u{1b}",
        "kfwq\u{7f}zvbnmtyr", "kfwq\u{80}zvbnmtyr", "kfwq\u{9f}zvbnmtyr", String(repeating: "k", count: 2000) + "\u{0}",
    ])
    func `A-02 controls are refused before anything else`(text: String) throws {
        #expect(try judge(text, strengthBits: 0) == .invalidFormat)
    }

    @Test(arguments: ["\u{a0}", "\u{bf}", "\u{100}", "\u{2080}", "\u{c80}"])
    func `A-02 what only shares a byte with a control is none`(text: String) throws {
        #expect(try judge("kfwqzvbnmtyr" + text, strengthBits: strong) == nil)
    }

    @Test(arguments: [
        "password1234", "PASSWORD1234", "Password1234", "qwertyuiop123", "1234567890123", "friend of emily",
        "administrator", "christopher1", "1234567890-=",
    ])
    func `A-03 a common password is refused in any case`(text: String) throws {
        #expect(try judge(text, strengthBits: strong) == .passwordTooCommon)
    }

    @Test func `A-03 a password that is easy to guess is refused`() throws {
        #expect(try judge("kfwqzvbnmtyr", strengthBits: 9.99) == .passwordTooCommon)
        #expect(try judge("kfwqzvbnmtyr", strengthBits: 10) == nil)
        #expect(try judge("kfwqzvbnmtyr", strengthBits: nil) == nil)
    }

    @Test(arguments: [
        "xx-jane.doe@company.com-9", "XX-JANE.DOE@COMPANY.COM-9", "8jane.doe8qkz", "8JANE.DOE8QKZ", "qkzmjanedoe77",
        "QKZMJaneDoe77", "gatehouse9qkz", "qkzGATEHOUSE9", "\u{212a}ate-janedoe-77",
    ])
    func `A-03 a password that contains the identity is refused in any case`(text: String) throws {
        let owner = try Self.owner(email: "Jane.Doe@Company.com", username: "JaneDoe")
        let flaw = policy.flaw(of: NormalizedPassword(text), for: owner, strengthBits: strong)
        #expect(flaw == .passwordContainsIdentity)
    }

    @Test(arguments: [
        ("Stra\u{df}e@example.com", "qkz-STRASSE-7741"), ("e\u{301}lan@example.com", "qkz-\u{c9}LAN-774163"),
        ("user.x@b\u{fc}cher.example", "q user.x@xn--bcher-kva.example"),
    ])
    func `A-03 the identity is compared folded and composed`(email: String, text: String) throws {
        let owner = try Self.owner(email: email, username: "qqqq-not-there")
        let flaw = policy.flaw(of: NormalizedPassword(text), for: owner, strengthBits: strong)
        #expect(flaw == .passwordContainsIdentity)
    }

    @Test(arguments: ["kfwq-bob-zvbn", "kfwqjoezvbnm", "kfwqcompany.comz"])
    func `A-03 parts under 4 characters and the domain do not count`(text: String) throws {
        let owner = try Self.owner(email: "bob@company.com", username: "joe")
        #expect(policy.flaw(of: NormalizedPassword(text), for: owner, strengthBits: strong) == nil)
    }

    @Test func `A-03 a part of 4 characters counts`() throws {
        let owner = try Self.owner(email: "u@company.com", username: "user")
        let flaw = policy.flaw(of: NormalizedPassword("my-user-is-kfwq"), for: owner, strengthBits: strong)
        #expect(flaw == .passwordContainsIdentity)
    }

    @Test func `the first flaw that fits is the answer`() throws {
        let long = String(repeating: "gatehouse", count: 200)
        #expect(try judge("gatehouse\u{0}", strengthBits: 0) == .invalidFormat)
        #expect(try judge("gatehouse", strengthBits: 0) == .passwordTooShort)
        #expect(try judge(long, strengthBits: 0) == .passwordTooLong)
        #expect(try judge("gatehouse1234", strengthBits: 0) == .passwordTooCommon)
        #expect(try judge("gatehouse1234", strengthBits: strong) == .passwordContainsIdentity)
    }

    @Test func `an owner without e-mail and username is judged all the same`() {
        let owner = PasswordOwner(email: nil, username: nil, names: [])
        #expect(owner.words.isEmpty)
        let flaw = policy.flaw(of: NormalizedPassword("kfwqzvbnmtyr"), for: owner, strengthBits: strong)
        #expect(flaw == nil)
    }

    private func judge(_ text: String, strengthBits: Double?) throws -> FieldFlaw? {
        policy.flaw(of: NormalizedPassword(text), for: try Self.owner(), strengthBits: strengthBits)
    }

    private static func owner(email: String = "qux@example.com", username: String = "quux") throws -> PasswordOwner {
        try PasswordOwner(email: EmailAddress(email), username: Username(username), names: [])
    }
}
