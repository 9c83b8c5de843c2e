import GatehouseCrypto
import Testing

@Suite struct MACTests {
    private let message = Keys.message

    @Test func `RFC 4231 case 2 in all three sizes, by a key long enough`() throws {
        // RFC 4231 case 6: a key longer than the block, which must be hashed first.
        let secret = Secret([UInt8](repeating: 0xaa, count: 130) + [0xab])
        let key = try SigningKey.hmac(secret: secret)
        let tool = try OpenSSLTool()
        try tool.write(message, to: "message")
        let hex = String(repeating: "aa", count: 130) + "ab"
        for (algorithm, name) in [(SignatureAlgorithm.hs256, "SHA256"), (.hs384, "SHA384"), (.hs512, "SHA512")] {
            let expected = try tool.run(
                "mac",
                "-digest",
                name,
                "-macopt",
                "hexkey:\(hex)",
                "-binary",
                "-in",
                "message",
                "HMAC"
            )
            #expect(try key.sign(message, algorithm: algorithm) == expected)
        }
    }

    @Test(arguments: [SignatureAlgorithm.hs256, .hs384, .hs512])
    func `T-17 a shortened, lengthened or changed MAC is refused`(algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.hmac(secret: Keys.secret(64))
        let mac = try key.sign(message, algorithm: algorithm)
        #expect(key.verificationKey.accepts(mac, over: message, algorithm))
        for count in [0, 1, 16, 31, mac.count - 1] {
            #expect(!key.verificationKey.accepts(Array(mac.prefix(count)), over: message, algorithm))
        }
        #expect(!key.verificationKey.accepts(mac + [0], over: message, algorithm))
        #expect(!key.verificationKey.accepts(mac + mac, over: message, algorithm))
        for index in mac.indices {
            #expect(!key.verificationKey.accepts(mac.flippingBit(at: index), over: message, algorithm))
        }
        let other = try VerificationKey.hmac(secret: Keys.secret(64))
        #expect(!other.accepts(mac, over: message, algorithm))
    }

    @Test(arguments: [(32, 1), (47, 1), (48, 2), (63, 2), (64, 3)])
    func `T-18 a secret shorter than the hash cannot serve it`(count: Int, supported: Int) throws {
        let key = try SigningKey.hmac(secret: Keys.secret(count))
        let all: [SignatureAlgorithm] = [.hs256, .hs384, .hs512]
        #expect(all.filter(key.verificationKey.supports) == Array(all.prefix(supported)))
        for algorithm in all.dropFirst(supported) {
            #expect(throws: KeyFlaw.unsupportedAlgorithm) { try key.sign(message, algorithm: algorithm) }
            let zeros = [UInt8](repeating: 0, count: algorithm.digestCount)
            #expect(!key.verificationKey.accepts(zeros, over: message, algorithm))
        }
    }

    @Test func `an empty and a long message have a MAC`() throws {
        let key = try SigningKey.hmac(secret: Keys.secret(32))
        for message in [[], [UInt8](repeating: 7, count: 1 << 20)] as [[UInt8]] {
            let mac = try key.sign(message, algorithm: .hs256)
            #expect(key.verificationKey.accepts(mac, over: message, .hs256))
        }
    }
}
