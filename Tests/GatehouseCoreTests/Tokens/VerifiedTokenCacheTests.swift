import GatehouseCore
import GatehouseCrypto
import Testing

@Suite struct VerifiedTokenCacheTests {
    private let verifier = TokenVerifier.trusting(SigningKeys.hmac, algorithms: [.hs256])

    private func token(_ subject: String, exp: Int64 = Forge.now + 300) -> [UInt8] {
        Forge.token(payload: Forge.payload(["sub": "\"\(subject)\"", "exp": "\(exp)"]), algorithm: .hs256)
    }

    private func verified(_ token: [UInt8]) throws -> VerifiedToken {
        try self.verifier.verify(token.span, now: Forge.now)
    }

    @Test func `T-50: an entry ends the second its token expires`() throws {
        let cache = VerifiedTokenCache()
        let token = self.token("a")
        let verified = try self.verified(token)
        cache.insert(token.span, verified)
        #expect(cache.find(token.span, now: Forge.now + 359, generation: 1) === verified)
        #expect(cache.find(token.span, now: Forge.now + 360, generation: 1) == nil)
        #expect(cache.count == 0)
    }

    @Test func `T-50: a clock that steps back refuses a token that is not valid yet`() throws {
        let cache = VerifiedTokenCache()
        let token = Forge.token(payload: Forge.payload(["nbf": "\(Forge.now)"]), algorithm: .hs256)
        cache.insert(token.span, try self.verified(token))
        #expect(cache.find(token.span, now: Forge.now - 61, generation: 1) == nil)
    }

    @Test func `T-50: new keys or settings make every entry old at once`() throws {
        let cache = VerifiedTokenCache()
        let token = self.token("a")
        cache.insert(token.span, try self.verified(token))
        #expect(cache.find(token.span, now: Forge.now, generation: 2) == nil)
        #expect(cache.find(token.span, now: Forge.now, generation: 1) == nil)
    }

    @Test func `T-51: under a one-bit hash the whole token decides`() throws {
        let cache = VerifiedTokenCache { token in UInt64(token.count & 1) }
        var tokens: [([UInt8], VerifiedToken)] = []
        for index in 0..<200 {
            let token = self.token("subject-\(index)")
            tokens.append((token, try self.verified(token)))
            cache.insert(token.span, tokens[index].1)
        }
        for (token, verified) in tokens {
            #expect(cache.find(token.span, now: Forge.now, generation: 1) === verified)
            for place in [0, 7, token.count / 2, token.count - 9, token.count - 1] {
                var changed = token
                changed[place] ^= 1
                #expect(cache.find(changed.span, now: Forge.now, generation: 1) == nil)
            }
            #expect(cache.find(Array(token.dropLast()).span, now: Forge.now, generation: 1) == nil)
            #expect(cache.find((token + [0x41]).span, now: Forge.now, generation: 1) == nil)
        }
        #expect(cache.count == 200)
        // Old ones leave from the middle of their runs, and the others are still found.
        for (token, _) in tokens.prefix(100) {
            #expect(cache.find(token.span, now: Forge.now, generation: 9) == nil)
        }
        for (token, verified) in tokens.suffix(100) {
            #expect(cache.find(token.span, now: Forge.now, generation: 1) === verified)
        }
        #expect(cache.count == 100)
    }

    @Test func `T-51: a million distinct tokens stay within the bytes`() throws {
        let cache = VerifiedTokenCache(maximumBytes: 1 << 20)
        var token = self.token("a")
        let verified = try self.verified(token)
        var highest = 0
        var misses = 0
        for number in 0..<1_000_000 as Range<UInt32> {
            // Where the bytes come from does not matter to the cache: only the last ones change.
            for place in 0..<4 {
                token[token.count - 1 - place] = UInt8(truncatingIfNeeded: number >> UInt32(8 * place))
            }
            cache.insert(token.span, verified)
            highest = max(highest, cache.byteCount)
            guard number % 16 == 0 else { continue }
            if cache.find(token.span, now: Forge.now, generation: 1) !== verified { misses += 1 }
        }
        #expect(highest <= 1 << 20)
        #expect(cache.count > 100)
        #expect(misses == 0)
    }

    @Test func `T-51: ten thousand tokens fit into the default`() throws {
        let cache = VerifiedTokenCache()
        var token = Forge.token(payload: TypicalToken.payload, algorithm: .es256)
        let verifier = TokenVerifier.trusting(claimHeaders: TypicalToken.claimHeaders)
        let verified = try verifier.verify(token.span, now: Forge.now)
        for number in 0..<10_000 as Range<UInt32> {
            for place in 0..<4 {
                token[token.count - 1 - place] = UInt8(truncatingIfNeeded: number >> UInt32(8 * place))
            }
            cache.insert(token.span, verified)
        }
        #expect(cache.count == 10_000)
        #expect(cache.byteCount <= cache.maximumBytes)
    }

    @Test func `T-51: bad tokens displace nothing`() throws {
        let cache = VerifiedTokenCache()
        let good = self.token("a")
        cache.insert(good.span, try self.verified(good))
        let before = cache.byteCount
        for number in 0..<1_000 {
            var bad = good
            bad[bad.count - 1 - number % 40] ^= UInt8(truncatingIfNeeded: 1 + number % 7)
            #expect(cache.find(bad.span, now: Forge.now, generation: 1) == nil)
        }
        #expect((cache.count, cache.byteCount) == (1, before))
    }

    @Test func `T-51: what is used stays, what is not goes first`() throws {
        let cache = VerifiedTokenCache(maximumBytes: 64 << 10)
        let favourite = self.token("favourite")
        let kept = try self.verified(favourite)
        cache.insert(favourite.span, kept)
        for index in 0..<1_000 {
            #expect(cache.find(favourite.span, now: Forge.now, generation: 1) === kept)
            let other = self.token("other-\(index)")
            cache.insert(other.span, try self.verified(other))
        }
        #expect(cache.count < 200)
    }

    @Test func `inserting a token again replaces its entry`() throws {
        let cache = VerifiedTokenCache()
        let token = self.token("a")
        cache.insert(token.span, try self.verified(token))
        let bytes = cache.byteCount
        let again = try self.verified(token)
        cache.insert(token.span, again)
        #expect((cache.count, cache.byteCount) == (1, bytes))
        #expect(cache.find(token.span, now: Forge.now, generation: 1) === again)
        cache.removeAll()
        #expect(cache.count == 0)
        #expect(cache.find(token.span, now: Forge.now, generation: 1) == nil)
    }

    @Test func `what is as large as an eighth of the cache is not kept`() throws {
        let cache = VerifiedTokenCache(maximumBytes: 4_096)
        let token = self.token("a")
        cache.insert(token.span, try self.verified(token))
        #expect(cache.count == 0)
    }
}
