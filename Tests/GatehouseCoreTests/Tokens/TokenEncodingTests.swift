import GatehouseCore
import GatehouseCrypto
import Testing

@Suite struct TokenEncodingTests {
    private let verifier = TokenVerifier.trusting(SigningKeys.hmac, algorithms: [.hs256])

    private func token(header: String? = nil, payload: String = Forge.payload()) -> [UInt8] {
        Forge.token(header: header, payload: payload, algorithm: .hs256)
    }

    /// The token with a part replaced and signed again, as an issuer with a sloppy encoder would do it.
    private func signed(_ parts: [[UInt8]]) -> [UInt8] {
        let message = parts[0] + [0x2E] + parts[1]
        return message + [0x2E] + Base64URL.encode(Forge.signature(message, .hs256, SigningKeys.hmac))
    }

    @Test(arguments: ["=", "==", "+", "/", " ", "\r\n", "\n", "é", "\u{0}", "A", "%3D", "_=", "*"])
    func `T-30: each part is strict base64url`(appendix: String) {
        // White space fills both texts up, so that one more character makes a length that no bytes have.
        let texts = ["{\"alg\":\"HS256\"}", Forge.payload()].map {
            $0 + String(repeating: " ", count: 2 - ($0.utf8.count + 2) % 3)
        }
        let parts = Forge.parts(self.token(header: texts[0], payload: texts[1])).map(Array.init)
        #expect(parts[0].count % 4 == 0 && parts[1].count % 4 == 0)
        #expect(self.verifier.flaw(self.signed(parts)) == nil)
        for place in 0..<2 {
            var changed = parts
            changed[place] += Array(appendix.utf8)
            #expect(self.verifier.flaw(self.signed(changed)) == .malformed)
        }
        let appended = self.verifier.flaw(self.token() + Array(appendix.utf8))
        #expect(appended == (appendix == "A" ? .badSignature : .malformed))
    }

    @Test func `T-30: a length of one more than a multiple of four is refused`() {
        #expect(self.verifier.flaw(Array("A.A.A".utf8)) == .malformed)
        #expect(self.verifier.flaw(Array("e30.e30.A".utf8)) == .malformed)
    }

    @Test func `T-31: unused bits are zero: one token has one spelling`() {
        let header = "{\"alg\":\"HS256\"}"
        for payload in [Forge.payload(), Forge.payload(["a": "1"]), Forge.payload(["ab": "1"])] {
            let token = self.token(header: header + " ", payload: payload)
            #expect(self.verifier.flaw(token) == nil)
            var variants = 0
            for end in [Forge.parts(token)[0].endIndex, Forge.parts(token)[1].endIndex, token.count] {
                var changed = token
                // The next character of the alphabet differs in the last bit, which is unused unless the part is full.
                let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
                let value = alphabet.firstIndex(of: token[end - 1]) ?? 0
                guard value & 3 == 0, value < 63 else { continue }
                changed[end - 1] = alphabet[value + 1]
                variants += 1
                let parts = Forge.parts(changed).map(Array.init)
                let resigned = end == token.count ? changed : self.signed(parts)
                #expect(self.verifier.flaw(resigned) != nil)
            }
            #expect(variants > 0)
        }
    }

    @Test(arguments: [
        "{\"alg\":\"HS256\",\"alg\":\"HS256\"}", "{\"alg\":\"HS256\",\"\\u0061lg\":\"none\"}",
        "{\"alg\":\"HS256\",\"x\":{\"a\":1,\"a\":2}}",
    ])
    func `T-32: a repeated member of the header is refused`(header: String) {
        #expect(self.verifier.flaw(self.token(header: header)) == .malformed)
    }

    @Test(arguments: [
        "\"sub\":\"alice\",\"sub\":\"alice\"", "\"sub\":\"alice\",\"s\\u0075b\":\"root\"",
        "\"a\":{\"b\":[{\"c\":1,\"c\":1}]}", "\"exp\":1,\"exp\":9000000000",
    ])
    func `T-32: a repeated member of the payload is refused`(members: String) {
        let payload = "{\"iss\":\"\(Forge.issuer)\",\"aud\":\"orders-api\",\"exp\":9000000000,\(members)}"
        #expect(self.verifier.flaw(self.token(payload: payload)) == .malformed)
    }

    @Test func `T-33: what is no strict JSON object is refused`() {
        let good = Forge.payload()
        let open = good.dropLast()
        let texts = [
            "\(open),\"a\":\"\\ud800\"}", "\(open),\"a\":\"\\udc00\\ud800\"}", "\(open),\"a\":\"\\u0000\"}",
            "\(open),}", "\(open)/* c */}", "\(good){}", "\(good)\u{0}", "[\(good)]", "", "\"text\"", "null",
        ]
        let bytes = Array(good.utf8)
        let broken: [[UInt8]] = [[0xFF], [0xC0, 0xAE], [0xED, 0xA0, 0x80]].map { (sequence: [UInt8]) in
            Array("\(open),\"a\":\"".utf8) + sequence + Array("\"}".utf8)
        }
        let wide: [[UInt8]] = [bytes.flatMap { [$0, 0] }, [0xFE, 0xFF] + bytes.flatMap { [0, $0] }]
        let bad = texts.map { Array($0.utf8) } + broken + wide + [[0xEF, 0xBB, 0xBF] + bytes]
        for payload in bad {
            let parts = [Base64URL.encode(Array("{\"alg\":\"HS256\"}".utf8)), Base64URL.encode(payload)]
            #expect(self.verifier.flaw(self.signed(parts)) == .malformed)
            #expect(self.verifier.flaw(self.signed([parts[1], parts[0]])) == .malformed)
        }
        #expect(self.verifier.flaw([]) == .malformed)
        #expect(self.verifier.flaw(Array("..".utf8)) == .malformed)
    }

    @Test func `T-34: depth, members and size are bounded, and dots cost nothing`() {
        let deep = String(repeating: "[", count: 3_000)
        #expect(self.verifier.flaw(self.token(payload: Forge.payload(["a": deep]))) == .malformed)
        #expect(self.verifier.flaw(self.token(payload: String(repeating: "{\"a\":", count: 1_000))) == .malformed)
        let many = (0..<260).map { "\"m\($0)\":0" }.joined(separator: ",")
        #expect(self.verifier.flaw(self.token(payload: "{\(many)}")) == .malformed)
        #expect(self.verifier.flaw([UInt8](repeating: 0x2E, count: 8_192)) == .malformed)
        #expect(self.verifier.flaw([UInt8](repeating: 0x2E, count: 1 << 20)) == .tooLarge)
        #expect(self.verifier.flaw([UInt8](repeating: 0x5B, count: 1 << 20)) == .tooLarge)
        let fifteen = String(repeating: "[", count: 15) + String(repeating: "]", count: 15)
        #expect(self.verifier.flaw(self.token(payload: Forge.payload(["a": fifteen]))) == nil)
        #expect(self.verifier.flaw(self.token(payload: Forge.payload(["a": "[\(fifteen)]"]))) == .malformed)
    }

    @Test func `T-34: a token of exactly the limit is read`() {
        var padding = 5_900
        var token = self.token(payload: Forge.payload(["a": "\"\(String(repeating: "x", count: padding))\""]))
        while token.count < 8_192 {
            padding += 1
            token = self.token(payload: Forge.payload(["a": "\"\(String(repeating: "x", count: padding))\""]))
        }
        #expect(self.verifier.flaw(token) == (token.count > 8_192 ? .tooLarge : nil))
        padding -= 1
        token = self.token(payload: Forge.payload(["a": "\"\(String(repeating: "x", count: padding))\""]))
        #expect(self.verifier.flaw(token) == nil)
    }
}
