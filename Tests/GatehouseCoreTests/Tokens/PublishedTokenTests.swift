import GatehouseCrypto
import Testing

@testable import GatehouseCore

@Suite struct PublishedTokenTests {
    @Test(arguments: PublishedToken.all)
    func `a published token is signed by its key and by no other`(example: PublishedToken) throws {
        let set = try JWKSet.parse(example.keySet)
        #expect(set.warnings == [])
        let token = try CompactToken(example.bytes.span)
        let header = try TokenHeader(checking: token.header)
        #expect(header.algorithm == example.algorithm)
        let keys = try set.candidates(keyID: header.keyID, algorithm: header.algorithm)
        #expect(token.isSigned(in: example.bytes, by: keys, algorithm: header.algorithm))
        #expect(!token.isSigned(in: example.bytes, by: [], algorithm: header.algorithm))
        let others = SigningKeys.all.map(\.key.verificationKey)
        #expect(!token.isSigned(in: example.bytes, by: others, algorithm: header.algorithm))
    }

    @Test(arguments: PublishedToken.all)
    func `a changed byte of a published token breaks it`(example: PublishedToken) throws {
        let keys = try JWKSet.parse(example.keySet).keys.map(\.key)
        let start = try #require(example.bytes.firstIndex(of: 0x2E)) + 1
        for place in stride(from: start, to: example.bytes.count, by: 37) where example.bytes[place] != 0x2E {
            var changed = example.bytes
            changed[place] = changed[place] == 0x41 ? 0x42 : 0x41
            guard let token = try? CompactToken(changed.span) else { continue }
            #expect(!token.isSigned(in: changed, by: keys, algorithm: example.algorithm))
        }
    }

    @Test(arguments: PublishedToken.all.filter { $0.name.hasPrefix("RFC 7515") })
    func `the tokens of RFC 7515 pass every stage but the audience that they lack`(example: PublishedToken) throws {
        let set = try JWKSet.parse(example.keySet)
        let issuer = TokenIssuer(
            name: "joe",
            issuer: "joe",
            audiences: ["any"],
            algorithms: [example.algorithm],
            keys: .set(set)
        )
        let verifier = TokenVerifier.trusting([issuer])
        #expect(verifier.flaw(example.bytes, now: 1_300_819_379) == .wrongAudience)
        #expect(verifier.flaw(example.bytes, now: 1_300_819_440) == .expired)
        #expect(verifier.inspect(example.bytes.span, now: 0).claims?["http://example.com/is_root"] == true)
    }
}

extension CompactToken {
    /// The question of the verifier, for a token in an array.
    func isSigned(in token: [UInt8], by keys: [VerificationKey], algorithm: SignatureAlgorithm) -> Bool {
        self.isSigned(in: token.span, by: keys, algorithm: algorithm)
    }
}
