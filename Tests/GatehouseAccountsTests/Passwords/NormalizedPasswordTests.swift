import GatehouseAccounts
import GatehouseCrypto
import Testing

@Suite struct NormalizedPasswordTests {
    @Test func `A-02 composed and decomposed text is one password, and nothing more is folded`() {
        #expect(bytes("e\u{301}\u{1e9b}\u{323}") == Array("\u{e9}\u{1e9b}\u{323}".utf8))
        // The compatibility forms would turn these into `fi`, `2` and `A`.
        for kept in ["\u{fb01}", "\u{b2}", "\u{ff21}", "\u{a0}", " x "] { #expect(bytes(kept) == Array(kept.utf8)) }
        // The Kelvin sign and the Angstrom sign are canonical equivalents of letters.
        #expect(bytes("\u{212a}\u{212b}") == Array("K\u{c5}".utf8))
    }

    @Test func `A-02 bytes and text give the same password`() {
        let text = "e\u{301}cole buissonnie\u{300}re"
        let password = NormalizedPassword(utf8: Secret(Array(text.utf8)))
        #expect(password.secret.constantTimeEquals(NormalizedPassword(text).secret))
    }

    @Test(arguments: [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], Array("kfwqzvbnmtyr".utf8) + [0x80]])
    func `bytes that are no text are kept and refused`(bytes: [UInt8]) {
        let password = NormalizedPassword(utf8: Secret(bytes))
        #expect(!password.isText && password.byteCount == bytes.count)
        #expect(PasswordPolicy().flawWithoutOwner(of: password) == .invalidFormat)
    }

    @Test func `a password does not show in any kind of print`() {
        let password = NormalizedPassword("correct horse battery staple")
        var dumped = ""
        dump(password, to: &dumped)
        dump(["key": [password]], to: &dumped)
        let shown = "\(password) \([password]) \(String(reflecting: password)) \(Optional(password) as Any) \(dumped)"
        #expect(!shown.contains("correct") && !shown.contains("99"))
        #expect("\(password)" == "<password>" && Mirror(reflecting: password).children.isEmpty)
    }

    @Test func `a password that is over the limit says so`() {
        #expect(!NormalizedPassword(String(repeating: "k", count: 1024)).isTooLong)
        #expect(NormalizedPassword(String(repeating: "k", count: 1025)).isTooLong)
    }

    private func bytes(_ text: String) -> [UInt8] {
        NormalizedPassword(text).secret.reveal { [UInt8](copying: $0) }
    }
}
