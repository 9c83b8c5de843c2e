import GatehouseCore
import GatehouseCrypto
import Testing

@Suite struct TokenSignatureTests {
    /// The order of P-256 (FIPS 186-5).
    private static let order: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]

    private func flaw(_ algorithm: SignatureAlgorithm, signature: [UInt8]) -> TokenFlaw? {
        let verifier = TokenVerifier.trusting(SigningKeys.key(for: algorithm), algorithms: [algorithm])
        return verifier.flaw(Forge.token(Forge.token(algorithm: algorithm), signature: signature))
    }

    @Test func `T-10: r and s must be in the range of the curve`() {
        let valid = Forge.signature(of: Forge.token())
        let r = Array(valid.prefix(32))
        let s = Array(valid.suffix(32))
        let zero = [UInt8](repeating: 0, count: 32)
        let ones = [UInt8](repeating: 0xFF, count: 32)
        let n = Self.order
        let above = Array(n.dropLast()) + [0x52]
        for (first, second) in [
            (zero, s), (r, zero), (zero, zero), (n, s), (r, n), (above, s), (r, above), (ones, s), (r, ones),
        ] {
            #expect(self.flaw(.es256, signature: first + second) == .badSignature)
        }
    }

    @Test func `T-11: an ECDSA signature has exactly the length of its curve`() {
        let valid = Forge.signature(of: Forge.token())
        let der: [UInt8] = [0x30, 0x44, 0x02, 0x20] + valid.prefix(32) + [0x02, 0x20] + valid.suffix(32)
        let zeros = [UInt8](repeating: 0, count: 64)
        for signature in [der, Array(valid.dropLast()), valid + [0], [0] + valid, zeros, [], [0]] {
            #expect(self.flaw(.es256, signature: signature) == .badSignature)
        }
    }

    @Test func `T-12: the other form of an ECDSA signature is valid, too`() {
        let token = Forge.token()
        let signature = Forge.signature(of: token)
        var borrow = 0
        var negated = [UInt8](repeating: 0, count: 32)
        for index in (0..<32).reversed() {
            let difference = Int(Self.order[index]) - Int(signature[32 + index]) - borrow
            borrow = difference < 0 ? 1 : 0
            negated[index] = UInt8(difference & 0xFF)
        }
        let verifier = TokenVerifier.trusting()
        #expect(verifier.flaw(Forge.token(token, signature: signature)) == nil)
        #expect(verifier.flaw(Forge.token(token, signature: signature.prefix(32) + negated)) == nil)
    }

    @Test func `T-13: an RSA signature has exactly the length of its modulus`() {
        let token = Forge.token(algorithm: .rs256)
        let valid = Forge.signature(of: token)
        let verifier = TokenVerifier.trusting(SigningKeys.rsa, algorithms: [.rs256])
        let ones = [UInt8](repeating: 0xFF, count: valid.count)
        for signature in [Array(valid.dropLast()), valid + [0], [0] + valid, ones, [1], [], ones.map { _ in 0 }] {
            #expect(verifier.flaw(Forge.token(token, signature: signature)) == .badSignature)
        }
        #expect(verifier.flaw(Forge.token(token, signature: valid)) == nil)
    }

    @Test func `T-16: an Ed25519 signature has one form`() {
        let order: [UInt8] = [
            0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE, 0x14,
        ]
        let full = order + [UInt8](repeating: 0, count: 15) + [0x10]
        let token = Forge.token(algorithm: .edDSA)
        let valid = Forge.signature(of: token)
        var carry = 0
        var shifted = Array(valid)
        for index in 0..<32 {
            let sum = Int(valid[32 + index]) + Int(full[index]) + carry
            shifted[32 + index] = UInt8(sum & 0xFF)
            carry = sum >> 8
        }
        let bare = valid.prefix(32) + full
        let one = [UInt8](repeating: 0xFF, count: 32) + valid.suffix(32)
        let verifier = TokenVerifier.trusting(SigningKeys.ed25519, algorithms: [.edDSA])
        for signature in [shifted, Array(bare), one, Array(valid.dropLast()), valid + [0], []] {
            #expect(verifier.flaw(Forge.token(token, signature: signature)) == .badSignature)
        }
        #expect(verifier.flaw(Forge.token(token, signature: valid)) == nil)
    }

    @Test(arguments: [SignatureAlgorithm.hs256, .hs384, .hs512])
    func `T-17: a MAC must be whole and right in every bit`(algorithm: SignatureAlgorithm) {
        let valid = Forge.signature(of: Forge.token(algorithm: algorithm))
        var signatures = [Array(valid.prefix(16)), Array(valid.dropLast()), [], valid + [0]]
        for place in [0, valid.count - 1] {
            var changed = valid
            changed[place] ^= 1
            signatures.append(changed)
        }
        for signature in signatures {
            #expect(self.flaw(algorithm, signature: signature) == .badSignature)
        }
        #expect(self.flaw(algorithm, signature: valid) == nil)
    }

    @Test(arguments: SignatureAlgorithm.allCases)
    func `T-26: an empty signature is refused under every algorithm`(algorithm: SignatureAlgorithm) {
        #expect(self.flaw(algorithm, signature: []) == .badSignature)
    }
}
