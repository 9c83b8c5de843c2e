import GatehouseCore
import GatehouseCrypto
import Testing

@Suite struct TokenHeaderTests {
    private let verifier = TokenVerifier.trusting()

    private func flaw(_ members: String) -> TokenFlaw? {
        self.verifier.flaw(Forge.token(header: "{\"alg\":\"ES256\"\(members)}"))
    }

    @Test func `T-06: a key in the header is refused, a trusted one too`() {
        for key in [SigningKeys.otherP256, SigningKeys.p256] {
            let header = "{\"alg\":\"ES256\",\"jwk\":\(PublicParts.jwkText(of: key))}"
            #expect(self.verifier.flaw(Forge.token(header: header, key: key)) == .headerNotAllowed)
        }
    }

    @Test(arguments: [
        ",\"jku\":\"http://127.0.0.1:1/keys\"", ",\"jku\":\"file:///etc/passwd\"",
        ",\"x5u\":\"https://id.example.com/c\"",
        ",\"x5c\":[\"MIIB\"]", ",\"jku\":null", ",\"x5c\":1",
    ])
    func `T-07: addresses of keys and chains are refused`(members: String) {
        #expect(self.flaw(members) == .headerNotAllowed)
    }

    @Test(arguments: [",\"x5t\":\"AAAA\"", ",\"x5t#S256\":\"AAAA\"", ",\"cty\":\"JWT\"", ",\"anything\":{\"a\":[1]}"])
    func `T-07: thumbprints and unknown members are ignored`(members: String) {
        #expect(self.flaw(members) == nil)
    }

    @Test(arguments: ["../../dev/null", "' OR 1=1--", "", "a\\nb", "\\u202e"])
    func `T-08: a key name is looked up in a table and nowhere else`(name: String) throws {
        #expect(self.flaw(",\"kid\":\"\(name)\"") == nil)
        let set = try JWKSet.parse(Array("{\"keys\":[\(PublicParts.jwkText(of: SigningKeys.p256, kid: "a"))]}".utf8))
        let token = Forge.token(header: "{\"alg\":\"ES256\",\"kid\":\"\(name)\"}")
        #expect(TokenVerifier.trusting(set: set).flaw(token) == .unknownKey)
        let known = Forge.token(header: "{\"alg\":\"ES256\",\"kid\":\"a\"}")
        #expect(TokenVerifier.trusting(set: set).flaw(known) == nil)
    }

    @Test(arguments: ["1", "{}", "null", "[\"a\"]", "\"a\\u0000\""])
    func `T-08: a key name that is no string is refused`(name: String) {
        #expect(self.flaw(",\"kid\":\(name)") == .malformed)
    }

    @Test func `T-08: a key name of ten kilobytes is too large`() {
        #expect(self.flaw(",\"kid\":\"\(String(repeating: "k", count: 10_000))\"") == .tooLarge)
    }

    @Test(arguments: [
        ",\"b64\":false", ",\"b64\":true", ",\"crit\":[\"exp\"],\"exp\":1", ",\"crit\":[\"b64\"],\"b64\":false",
        ",\"crit\":[\"x\"]", ",\"crit\":[]", ",\"crit\":\"exp\"", ",\"crit\":[\"exp\",\"exp\"],\"exp\":1",
        ",\"crit\":null",
    ])
    func `T-22: extensions are refused`(members: String) {
        #expect(self.flaw(members) == .headerNotAllowed)
    }

    @Test(arguments: [",\"zip\":\"DEF\"", ",\"enc\":\"A256GCM\""])
    func `T-24: compression and encryption are refused`(members: String) {
        #expect(self.flaw(members) == .headerNotAllowed)
    }

    @Test func `T-24: only the compact form is read`() {
        let token = Forge.token()
        let parts = Forge.parts(token).map { String(decoding: $0, as: UTF8.self) }
        let flattened = "{\"payload\":\"\(parts[1])\",\"protected\":\"\(parts[0])\",\"signature\":\"\(parts[2])\"}"
        let signature = "{\"protected\":\"\(parts[0])\",\"signature\":\"\(parts[2])\"}"
        let general = "{\"payload\":\"\(parts[1])\",\"signatures\":[\(signature)]}"
        let text = String(decoding: token, as: UTF8.self)
        let glued = "{\"\(text)\":1}"
        for other in [flattened, general, glued, text + "." + parts[0] + "." + parts[1], text + ".", "." + text] {
            #expect(self.verifier.flaw(Array(other.utf8)) == .malformed)
        }
    }

    @Test(arguments: ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"])
    func `T-28: the types of access tokens are accepted`(type: String) {
        #expect(self.flaw(",\"typ\":\"\(type)\"") == nil)
    }

    @Test(arguments: ["dpop+jwt", "logout+jwt", "secevent+jwt", "mfa+jwt", "", "at+jwt ", "JWS", "\\u212aWT"])
    func `T-28: T-43: tokens for other purposes are refused`(type: String) {
        #expect(self.flaw(",\"typ\":\"\(type)\"") == .typeNotAllowed)
    }

    @Test func `T-28: a type may be missing but must be a string`() {
        #expect(self.flaw("") == nil)
        #expect(self.flaw(",\"typ\":1") == .malformed)
    }
}
