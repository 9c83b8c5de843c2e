import GatehouseAccounts
import Testing

@Suite struct UsernameTests {
    @Test(arguments: [
        ("user", "user"), ("abc", "abc"), ("Alice", "alice"), ("a.b_c-9", "a.b_c-9"), ("007", "007"), ("...a", "...a"),
        ("ADMINA", "admina"), (String(repeating: "z", count: 32), String(repeating: "z", count: 32)),
    ])
    func `A-17 a username is shown as typed and has one form to compare`(text: String, folded: String) throws {
        for name in [try Username(text), try Username(unreserved: text)] {
            #expect(name.text == text)
            #expect(name.folded == folded)
        }
    }

    @Test(arguments: ["admin", "Admin", "ROOT", "null", "no-reply", ".well-known", "administrator"])
    func `A-17 a reserved username is for commands alone`(text: String) throws {
        #expect(throws: FieldFlaw.invalidFormat) { try Username(unreserved: text) }
        #expect(try Username(text).text == text)
    }

    @Test(arguments: [
        // Reserved, in whatever case, also where the length would be refused too.
        "admin", "Admin", "ADMIN", "me", "Me", "root", "system", "gatehouse", "Gatehouse", "api", "auth", "support",
        "security", "null", "undefined", "administrator", "postmaster", "no-reply", ".well-known",
        // Letters that look like others, or that folding would make ASCII of.
        "\u{ff41}\u{ff44}\u{ff4d}\u{ff49}\u{ff4e}", "\u{430}dmin", "admin\u{200b}", "\u{212a}elvin", "mi\u{17f}ter",
        "stra\u{df}e", "\u{131}van", "jos\u{e9}", "jose\u{301}",
        // Nothing but punctuation.
        "..", ".", "...", "---", "_._", "-",
        "user@company", "@user", "a/b/c", "a b c", " user", "user ", "a!", "a%20b", "a\\b", "a\u{0}b", "a\nbc", "a:bc",
        "a'bc", "a\"bc", "$1bc", "a;--", "a?b", "a+b", "~abc",
    ])
    func `A-17 a username of any other form is refused`(text: String) {
        #expect(throws: FieldFlaw.invalidFormat) { try Username(unreserved: text) }
    }

    @Test(arguments: [("", FieldFlaw.tooShort), ("a", .tooShort), ("ab", .tooShort), ("AB", .tooShort)])
    func `a username has at least 3 characters`(text: String, flaw: FieldFlaw) {
        #expect(throws: flaw) { try Username(text) }
    }

    @Test func `a username has at most 32 characters, and form comes before length`() {
        let long = String(repeating: "a", count: 33)
        #expect(throws: FieldFlaw.tooLong) { try Username(long) }
        #expect(throws: FieldFlaw.tooLong) { try Username(String(repeating: "a", count: 70_000)) }
        #expect(throws: FieldFlaw.invalidFormat) { try Username(long + "!") }
    }
}
