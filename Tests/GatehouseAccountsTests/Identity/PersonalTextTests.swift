import GatehouseAccounts
import Testing

@Suite struct PersonalTextTests {
    @Test(arguments: [
        "User Name", "Company Name", "Engineering", "x", " ", " kept ", "Bj\u{f6}rk Gu\u{f0}mundsd\u{f3}ttir", "李小龍",
        "O'Brien; DROP TABLE users;--", "<b>\"&'</b>", "\u{1f469}\u{200d}\u{1f4bb}", "\u{645}\u{6cc}\u{200c}\u{62e}",
    ])
    func `any name that people have is kept as it is`(text: String) throws {
        #expect(try Array(PersonalText(text).text.unicodeScalars) == Array(text.unicodeScalars))
    }

    @Test(arguments: [
        "a\u{0}b", "a\nb", "a\r\nb", "a\tb", "\u{1b}[2J", "\u{7f}", "a\u{9b}b", "a\u{2028}b", "a\u{2029}b",
        "a\u{202e}b", "a\u{2066}b", "a\u{200f}b", String(repeating: "a", count: 300) + "\n",
    ])
    func `what hides or turns the text around is refused`(text: String) {
        #expect(throws: FieldFlaw.invalidFormat) { try PersonalText(text) }
    }

    @Test func `a text has 1 to 200 code points after normalization`() throws {
        #expect(throws: FieldFlaw.tooShort) { try PersonalText("") }
        let longest = String(repeating: "\u{1f600}", count: 200)
        #expect(try PersonalText(longest).text == longest)
        #expect(throws: FieldFlaw.tooLong) { try PersonalText(longest + "a") }
        let decomposed = String(repeating: "e\u{301}", count: 200)
        #expect(try PersonalText(decomposed).text.unicodeScalars.count == 200)
        #expect(throws: FieldFlaw.tooLong) { try PersonalText(decomposed + "a") }
    }
}
