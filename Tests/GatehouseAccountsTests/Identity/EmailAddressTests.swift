import GatehouseAccounts
import Testing

@Suite struct EmailAddressTests {
    @Test(arguments: [
        ("user@company.com", "user@company.com", "user@company.com"),
        ("User.Name+tag@Company.COM", "User.Name+tag@company.com", "user.name+tag@company.com"),
        ("o'brien!#$%&*=?^_`{|}~/-@example.org", nil, nil),
        ("root@localhost", nil, nil),
        ("a@b", nil, nil),
        ("a..b@example.com", nil, nil),
        // The domain goes to ASCII, without the transitional rules that made `ss` of a sharp s.
        ("user@B\u{fc}cher.example", "user@xn--bcher-kva.example", "user@xn--bcher-kva.example"),
        ("user@stra\u{df}e.example", "user@xn--strae-oqa.example", "user@xn--strae-oqa.example"),
        ("user@\u{ff25}xample.com", "user@example.com", "user@example.com"),
        // The local part folds in full: sharp s, the Kelvin sign, the final sigma.
        ("stra\u{df}e@example.com", "stra\u{df}e@example.com", "strasse@example.com"),
        ("\u{212a}elvin@example.com", "Kelvin@example.com", "kelvin@example.com"),
        ("\u{3c3}\u{3c2}@example.com", nil, "\u{3c3}\u{3c3}@example.com"),
        // No language is asked: the dotless i stays, and the dotted one keeps its dot.
        ("\u{131}@example.com", nil, "\u{131}@example.com"),
        ("\u{130}@example.com", nil, "i\u{307}@example.com"),
        // Decomposed becomes composed.
        ("e\u{301}@example.com", "\u{e9}@example.com", "\u{e9}@example.com"),
        ("E\u{301}@example.com", "\u{c9}@example.com", "\u{e9}@example.com"),
    ])
    func `A-15 an address has one canonical and one folded form`(
        text: String,
        canonical: String?,
        folded: String?
    ) throws {
        let address = try EmailAddress(text)
        #expect(scalars(address.text) == scalars(text))
        #expect(scalars(address.canonical) == scalars(canonical ?? text))
        #expect(scalars(address.folded) == scalars(folded ?? text))
    }

    @Test(arguments: [
        ("Straße@example.com", "STRASSE@EXAMPLE.COM"),
        ("user@company.com", "USER@Company.Com"),
        ("\u{212a}im@example.com", "kim@example.com"),
        ("e\u{301}ric@example.com", "\u{c9}RIC@example.com"),
        ("a@B\u{fc}cher.example", "A@xn--bcher-kva.example"),
        ("\u{3b1}\u{345}\u{301}@example.com", "\u{3b1}\u{301}\u{345}@example.com"),
    ])
    func `A-15 spellings of one address are one account`(first: String, second: String) throws {
        #expect(try scalars(EmailAddress(first).folded) == scalars(EmailAddress(second).folded))
    }

    @Test(arguments: [
        ("\u{131}smail@example.com", "ismail@example.com"),
        ("\u{430}dmin@example.com", "admin@example.com"),
        ("a.b@example.com", "ab@example.com"),
        ("a+b@example.com", "a@example.com"),
    ])
    func `A-15 addresses that only look alike are two accounts`(first: String, second: String) throws {
        #expect(try scalars(EmailAddress(first).folded) != scalars(EmailAddress(second).folded))
    }

    @Test(arguments: [
        "", "@", "user", "user@", "@company.com", "a@b@c", "a@@c",
        "a@[127.0.0.1]", "a@[IPv6:::1]", "a@127.0.0.1", "a@1", "a@example.com.", "a@.example.com", "a@b..c", "a@-b.c",
        "a@b-.c", "a@b_c.d", "a@ex/ample.com", "a@exa%6dple.com", "a@xn--a.example",
        "a b@c.d", " a@c.d", "a@c.d ", "a@c .d", "a@c.d\n", "a\r\nBcc: b@c.d", "a@c.d\r\nBcc:", "a\u{0}@c.d",
        "a@c\u{0}.d",
        "a\t@c.d", "a\u{7f}@c.d", "a\u{85}@c.d",
        "a\u{200b}@c.d", "a@c\u{200b}.d", "a\u{200d}@c.d", "a\u{feff}@c.d", "a\u{ad}@c.d", "a\u{202e}@c.d",
        "a@\u{202e}c.d",
        "a\u{2066}@c.d", "a\u{a0}@c.d", "a\u{3000}@c.d", "a\u{2028}@c.d", "a\u{3164}@c.d", "a\u{e000}@c.d",
        "\"a\"@c.d", "a(b)@c.d", "<a>@c.d", "a,b@c.d", "a;b@c.d", "a:b@c.d", "a\\b@c.d", "a\u{ff20}b.c",
        "a@b\u{ff20}c.d", "a@c,d",
    ])
    func `A-15 what has not the form of an address is refused`(text: String) {
        #expect(throws: FieldFlaw.invalidFormat) { try EmailAddress(text) }
    }

    @Test func `A-15 an address has at most 254 bytes, typed and canonical`() throws {
        let domain = "@example.com"
        let longest = String(repeating: "a", count: 254 - domain.utf8.count) + domain
        #expect(try EmailAddress(longest).canonical == longest)
        #expect(throws: FieldFlaw.tooLong) { try EmailAddress("a" + longest) }
        #expect(throws: FieldFlaw.tooLong) { try EmailAddress("\u{e9}" + longest.dropFirst()) }
        // 255 bytes as typed, 254 when composed.
        #expect(throws: FieldFlaw.tooLong) { try EmailAddress("e\u{301}" + longest.dropFirst(2)) }
        #expect(try EmailAddress("e\u{301}" + longest.dropFirst(3)).canonical.utf8.count == 253)
        // Four letters and a hyphen a label, of which the ASCII form is longer than 254 bytes.
        let labels = [String](repeating: "\u{fc}\u{e9}\u{e0}\u{f4}", count: 20).joined(separator: ".")
        #expect("a@\(labels).com".utf8.count < 254)
        #expect(throws: FieldFlaw.self) { try EmailAddress("a@\(labels).com") }
    }

    @Test(arguments: [63, 64, 250, 1000, 1100, 70_000])
    func `A-15 a long domain costs nothing and is refused`(count: Int) throws {
        let text = "a@" + String(repeating: "d", count: count) + ".com"
        switch count {
        case ...63: #expect(try EmailAddress(text).text == text)
        case ...249: #expect(throws: FieldFlaw.invalidFormat) { try EmailAddress(text) }
        default: #expect(throws: FieldFlaw.tooLong) { try EmailAddress(text) }
        }
    }

    @Test func `form comes before length`() {
        let long = String(repeating: "a", count: 300)
        #expect(throws: FieldFlaw.invalidFormat) { try EmailAddress(long) }
        #expect(throws: FieldFlaw.invalidFormat) { try EmailAddress("\(long) @example.com") }
        #expect(throws: FieldFlaw.tooLong) { try EmailAddress("\(long)@example.com") }
    }

    @Test func `the local part is what stands before the at sign`() throws {
        #expect(try EmailAddress("User.Name@Company.com").localPart == "User.Name")
    }

    // `==` of strings would call composed and decomposed equal.
    private func scalars(_ text: String) -> [Unicode.Scalar] { Array(text.unicodeScalars) }
}
