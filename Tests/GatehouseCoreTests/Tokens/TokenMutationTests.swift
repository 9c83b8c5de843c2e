import GatehouseCore
import GatehouseCrypto
import Testing

@Suite struct TokenMutationTests {
    @Test(arguments: [SignatureAlgorithm.hs256, .rs256, .es256, .edDSA])
    func `no mutation of a valid token is accepted`(algorithm: SignatureAlgorithm) {
        let verifier = TokenVerifier.trusting(SigningKeys.key(for: algorithm), algorithms: [algorithm])
        let token = Forge.token(payload: TypicalToken.payload, algorithm: algorithm)
        #expect(verifier.flaw(token) == nil)
        var random = SplitMix(seed: UInt64(token.count))
        for _ in 0..<2_000 {
            let changed = self.mutated(token, &random)
            if changed != token {
                #expect(verifier.flaw(changed) != nil)
            }
        }
    }

    @Test func `every changed bit of a token is noticed`() {
        let verifier = TokenVerifier.trusting(SigningKeys.hmac, algorithms: [.hs256])
        let token = Forge.token(algorithm: .hs256)
        for place in token.indices {
            for bit in 0..<8 {
                var changed = token
                changed[place] ^= 1 << UInt8(bit)
                #expect(verifier.flaw(changed) != nil)
            }
        }
    }

    @Test func `every beginning of a token is refused`() {
        let verifier = TokenVerifier.trusting(SigningKeys.hmac, algorithms: [.hs256])
        let token = Forge.token(algorithm: .hs256)
        for count in 0..<token.count {
            #expect(verifier.flaw(Array(token.prefix(count))) != nil)
        }
    }

    @Test func `signed nonsense never traps`() {
        var random = SplitMix(seed: 3)
        let verifier = TokenVerifier.trusting(
            SigningKeys.hmac,
            algorithms: [.hs256],
            claimHeaders: TypicalToken.claimHeaders
        )
        let payload = Array(TypicalToken.payload.utf8)
        for _ in 0..<5_000 {
            let text = String(decoding: self.mutated(payload, &random), as: UTF8.self)
            let token = Forge.token(payload: text, algorithm: .hs256)
            let inspection = verifier.inspect(token.span, now: Forge.now)
            #expect((inspection.flaw == nil) == (verifier.accepted(token) != nil))
            #expect((try? StrictJSON.parse(inspection.json)) != nil)
        }
    }

    /// A copy with one to three changes: a byte changed, taken out, put in, or a part moved.
    private func mutated(_ token: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var token = token
        for _ in 0...(random.next() % 3) where token.count > 4 {
            let place = Int(random.next() % UInt64(token.count))
            switch random.next() % 5 {
            case 0: token[place] = UInt8(truncatingIfNeeded: random.next())
            case 1: token.remove(at: place)
            case 2: token.insert(token[Int(random.next() % UInt64(token.count))], at: place)
            case 3: token.swapAt(place, Int(random.next() % UInt64(token.count)))
            default: token.append(contentsOf: token.prefix(place % 9))
            }
        }
        return token
    }
}
