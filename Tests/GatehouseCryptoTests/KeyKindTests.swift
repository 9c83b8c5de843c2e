import GatehouseCrypto
import Testing

@Suite struct KeyKindTests {
    @Test func `T-02 a key serves the algorithms of its own family and no MAC of its text is accepted`() throws {
        for key in try Keys.everyKind().dropFirst() {
            let pem = try #require(key.publicPEM)
            let verification = key.verificationKey
            #expect(!verification.supports(.hs256) && !verification.supports(.hs512))
            // The text of the key can be used as a secret by an attacker, whose own library may allow it.
            let tool = try OpenSSLTool()
            try tool.write(Keys.message, to: "message")
            for secret in [pem, Array(pem.dropLast())] {
                let hex = secret.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                let mac = try tool.run(
                    "mac",
                    "-digest",
                    "SHA256",
                    "-macopt",
                    "hexkey:\(hex)",
                    "-binary",
                    "-in",
                    "message",
                    "HMAC"
                )
                #expect(mac.count == 32)
                for algorithm in SignatureAlgorithm.allCases {
                    #expect(!verification.accepts(mac, over: Keys.message, algorithm))
                }
            }
        }
    }

    @Test func `every key verifies with exactly the algorithms that it supports`() throws {
        let keys = try Keys.everyKind()
        for key in keys {
            for algorithm in SignatureAlgorithm.allCases {
                guard key.verificationKey.supports(algorithm) else {
                    #expect(throws: KeyFlaw.unsupportedAlgorithm) { try key.sign(Keys.message, algorithm: algorithm) }
                    continue
                }
                let signature = try key.sign(Keys.message, algorithm: algorithm)
                for other in SignatureAlgorithm.allCases {
                    let accepted = key.verificationKey.accepts(signature, over: Keys.message, other)
                    #expect(accepted == (other == algorithm))
                }
                for stranger in keys where stranger !== key {
                    #expect(!stranger.verificationKey.accepts(signature, over: Keys.message, algorithm))
                }
            }
        }
    }

    @Test func `the default algorithm is the one of the family`() throws {
        let defaults = try Keys.everyKind().map { $0.verificationKey.defaultAlgorithms }
        #expect(defaults == [[.hs256], [.rs256], [.es256], [.es384], [.es512], [.edDSA]])
        #expect(try Keys.rsa().verificationKey.kind == .rsa(bits: 2048))
    }

    @Test func `T-26 an empty signature and an error inside are not success`() throws {
        for key in try Keys.everyKind() {
            for algorithm in SignatureAlgorithm.allCases {
                #expect(!key.verificationKey.accepts([], over: Keys.message, algorithm))
                for count in [1, 64, 256] {
                    let zeros = [UInt8](repeating: 0, count: count)
                    let ones = [UInt8](repeating: 0xff, count: count)
                    #expect(!key.verificationKey.accepts(zeros, over: Keys.message, algorithm))
                    #expect(!key.verificationKey.accepts(ones, over: Keys.message, algorithm))
                }
            }
        }
    }

    @Test func `one key may be used by many tasks at once`() async throws {
        let keys = try Keys.everyKind()
        let cases = try keys.map { key in
            let algorithm = try #require(key.verificationKey.defaultAlgorithms.first)
            return (key, algorithm, try key.sign(Keys.message, algorithm: algorithm))
        }
        let wrong = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var wrong = 0
                    for _ in 0..<40 {
                        for (key, algorithm, signature) in cases {
                            let bad = signature.flippingBit(at: 5)
                            if !key.verificationKey.accepts(signature, over: Keys.message, algorithm) { wrong += 1 }
                            if key.verificationKey.accepts(bad, over: Keys.message, algorithm) { wrong += 1 }
                        }
                    }
                    return wrong
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }
}
