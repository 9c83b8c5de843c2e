import GatehouseCrypto
import Testing

@Suite struct RSATests {
    private let message = Keys.message

    @Test func `T-13 only the one encoding of RFC 8017 section 9-2 is accepted`() throws {
        let key = try Keys.rsa()
        let tool = try signer(for: key)
        let hash = SHA256.digest(message)
        let information = [UInt8](hex: "3031300d060960864801650304020105000420")
        let control = try raw(padded(information + hash), by: tool)
        #expect(key.verificationKey.accepts(control, over: message, .rs256))
        #expect(try key.sign(message, algorithm: .rs256) == control)
        let ones = [UInt8](repeating: 0xff, count: 8)
        let garbage = [UInt8](repeating: 0xaa, count: 194)
        let forgeries: [(String, [UInt8])] = [
            ("bytes after the digest", [0, 1] + ones + [0] + information + hash + garbage),
            ("bytes after the digest, zeros", padded(information + hash + [0, 0, 0, 0])),
            (
                "a short run of 0xff before a longer value",
                [0, 1, 0xff, 0] + garbage + [0, 0, 0, 0, 0, 0, 0] + information + hash
            ),
            ("no NULL in the DigestInfo", padded([UInt8](hex: "302f300b06096086480165030402010420") + hash)),
            ("the identifier of SHA-384", padded([UInt8](hex: "3031300d060960864801650304020205000420") + hash)),
            ("the identifier of SHA-512/256", padded([UInt8](hex: "3031300d060960864801650304020605000420") + hash)),
            ("the identifier of SHA-1", padded([UInt8](hex: "3021300906052b0e03021a05000414") + hash.prefix(20))),
            ("the digest alone", padded(hash)),
            ("a long form of a length", padded([UInt8](hex: "308131300d060960864801650304020105000420") + hash)),
            ("another value in place of NULL", padded([UInt8](hex: "3031300d060960864801650304020104000420") + hash)),
            ("block type 2", [0, 2] + padded(information + hash).dropFirst(2)),
            ("block type 0", [0, 0] + padded(information + hash).dropFirst(2)),
            (
                "0xfe in the run",
                Array(padded(information + hash).prefix(9)) + [0xfe] + padded(information + hash).dropFirst(10)
            ),
            ("another digest", padded(information + hash.flippingBit(at: 31))),
        ]
        for (name, encoded) in forgeries {
            try #require(encoded.count == 256, "\(name)")
            let forged = try raw(encoded, by: tool)
            #expect(!key.verificationKey.accepts(forged, over: message, .rs256), "\(name)")
        }
    }

    @Test(arguments: [SignatureAlgorithm.rs256, .rs384, .rs512, .ps256, .ps384, .ps512])
    func `T-13 a signature has the length of the modulus and is smaller than it`(algorithm: SignatureAlgorithm) throws {
        let key = try Keys.rsa()
        let signature = try key.sign(message, algorithm: algorithm)
        let modulus = try modulus(of: key)
        #expect(key.verificationKey.accepts(signature, over: message, algorithm))
        var variants = [
            [], Array(signature.dropLast()), Array(signature.dropFirst()), signature + [0], [0] + signature, modulus,
            [UInt8](repeating: 0xff, count: 256), [UInt8](repeating: 0, count: 256),
            [UInt8](repeating: 0, count: 255) + [1], modulus.subtracting([UInt8](repeating: 0, count: 255) + [1]),
            signature + signature,
        ]
        if let larger = signature.adding(modulus) { variants.append(larger) }
        for variant in variants {
            #expect(!key.verificationKey.accepts(variant, over: message, algorithm))
        }
    }

    @Test func `T-13 a signature that begins with zero is kept at full length and accepted`() throws {
        let key = try Keys.rsa()
        for number in 0..<20_000 {
            let text = [UInt8](text: "\(number)")
            let signature = try key.sign(text, algorithm: .rs256)
            guard signature.first == 0 else { continue }
            #expect(key.verificationKey.accepts(signature, over: text, .rs256))
            #expect(!key.verificationKey.accepts(Array(signature.dropFirst()), over: text, .rs256))
            return
        }
        Issue.record("no signature of 20,000 began with zero")
    }

    @Test func `T-13 a key with the exponent 3, which cube roots could forge, is refused`() throws {
        let tool = try OpenSSLTool()
        try tool.run("genrsa", "-3", "-out", "key.pem", "2048")
        try tool.run("pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
        #expect(throws: KeyFlaw.rsaExponentBad) { try VerificationKey.pem(tool.read("public.pem")) }
        let secret = Secret(try tool.read("key.pem"))
        #expect(throws: KeyFlaw.rsaExponentBad) { try SigningKey.pem(secret) }
    }

    @Test(arguments: [
        ("digest", "sha256", true), ("32", "sha256", true), ("0", "sha256", false), ("20", "sha256", false),
        ("31", "sha256", false), ("33", "sha256", false), ("max", "sha256", false), ("digest", "sha1", false),
        ("digest", "sha512", false),
    ])
    func `T-15 the salt has the length of the digest and the mask uses the same digest`(
        salt: String,
        mask: String,
        isAccepted: Bool
    ) throws {
        let key = try Keys.rsa()
        let tool = try signer(for: key)
        try tool.write(message, to: "message")
        let signature = try tool.run(
            "dgst",
            "-sha256",
            "-sign",
            "key.pem",
            "-sigopt",
            "rsa_padding_mode:pss",
            "-sigopt",
            "rsa_pss_saltlen:\(salt)",
            "-sigopt",
            "rsa_mgf1_md:\(mask)",
            "message"
        )
        #expect(key.verificationKey.accepts(signature, over: message, .ps256) == isAccepted)
        #expect(!key.verificationKey.accepts(signature, over: message, .rs256))
    }

    @Test(arguments: [(SignatureAlgorithm.ps256, "sha256"), (.ps384, "sha384"), (.ps512, "sha512")])
    func `our PSS signatures are those that the standard asks for`(algorithm: SignatureAlgorithm, digest: String) throws
    {
        let key = try Keys.rsa()
        let tool = try OpenSSLTool()
        try tool.write(try #require(key.publicPEM), to: "key.pem")
        try tool.write(message, to: "message")
        try tool.write(try key.sign(message, algorithm: algorithm), to: "signature")
        try tool.run(
            "dgst",
            "-\(digest)",
            "-verify",
            "key.pem",
            "-signature",
            "signature",
            "-sigopt",
            "rsa_padding_mode:pss",
            "-sigopt",
            "rsa_pss_saltlen:\(algorithm.digestCount)",
            "message"
        )
    }

    @Test func `T-19 the size and the exponent of a key have limits`() throws {
        let exponent: [UInt8] = [1, 0, 1]
        #expect(try VerificationKey.rsa(modulus: number(2048), exponent: exponent).kind == .rsa(bits: 2048))
        #expect(try VerificationKey.rsa(modulus: number(8192), exponent: exponent).kind == .rsa(bits: 8192))
        #expect(
            try VerificationKey.rsa(modulus: [0] + number(2049), exponent: [0] + exponent).kind == .rsa(bits: 2049)
        )
        #expect(try VerificationKey.rsa(modulus: number(2048), exponent: maximum(8)).kind == .rsa(bits: 2048))
        for bits in [1, 512, 1024, 2047] {
            #expect(throws: KeyFlaw.rsaTooSmall(bits: bits)) {
                try VerificationKey.rsa(modulus: number(bits), exponent: exponent)
            }
        }
        for bits in [8193, 16384, 100_000] {
            #expect(throws: KeyFlaw.rsaTooLarge(bits: bits)) {
                try VerificationKey.rsa(modulus: number(bits), exponent: exponent)
            }
        }
        let exponents: [[UInt8]] = [
            [], [0], [1], [3], [17], [2], [0xff, 0xff], [1, 0, 0], [1, 0, 2], [1] + maximum(8),
        ]
        for bad in exponents + [maximum(256), maximum(3).dropLast() + [0xfe]] {
            #expect(throws: KeyFlaw.rsaExponentBad) { try VerificationKey.rsa(modulus: number(2048), exponent: bad) }
        }
        for bad in [[], [0], [0, 0], number(2048).flippingBit(at: 255)] as [[UInt8]] {
            #expect(throws: KeyFlaw.rsaModulusBad) { try VerificationKey.rsa(modulus: bad, exponent: exponent) }
        }
    }

    @Test(arguments: [1024, 2047])
    func `T-19 a small key is refused in PEM form too`(bits: Int) throws {
        let tool = try OpenSSLTool()
        try tool.run("genrsa", "-out", "key.pem", "\(bits)")
        try tool.run("rsa", "-in", "key.pem", "-pubout", "-out", "public.pem")
        try tool.run("rsa", "-in", "key.pem", "-RSAPublicKey_out", "-out", "old.pem")
        for name in ["public.pem", "old.pem"] {
            #expect(throws: KeyFlaw.rsaTooSmall(bits: bits)) { try VerificationKey.pem(tool.read(name)) }
        }
        #expect(throws: KeyFlaw.rsaTooSmall(bits: bits)) { try SigningKey.generateRSA(bits: bits) }
    }

    // An odd number of exactly that many bits; whether it has the right factors is nobody's to see.
    private func number(_ bits: Int) -> [UInt8] {
        var bytes = Random.bytes((bits + 7) / 8)
        let first = (bits - 1) % 8
        bytes[0] = bytes[0] & UInt8((1 << first) - 1) | UInt8(1 << first)
        bytes[bytes.count - 1] |= 1
        return bytes
    }

    private func maximum(_ count: Int) -> [UInt8] { [UInt8](repeating: 0xff, count: count) }

    private func padded(_ value: [UInt8]) -> [UInt8] {
        [0, 1] + [UInt8](repeating: 0xff, count: 256 - 3 - value.count) + [0] + value
    }

    private func signer(for key: SigningKey) throws -> OpenSSLTool {
        let tool = try OpenSSLTool()
        try tool.write(try #require(key.privatePEM).reveal { [UInt8](copying: $0) }, to: "key.pem")
        return tool
    }

    private func raw(_ encoded: [UInt8], by tool: borrowing OpenSSLTool) throws -> [UInt8] {
        try tool.write(encoded, to: "encoded")
        // Decryption without padding is the bare private operation, and takes any number below the modulus.
        return try tool.run(
            "pkeyutl",
            "-decrypt",
            "-inkey",
            "key.pem",
            "-pkeyopt",
            "rsa_padding_mode:none",
            "-in",
            "encoded"
        )
    }

    private func modulus(of key: SigningKey) throws -> [UInt8] {
        let tool = try OpenSSLTool()
        try tool.write(try #require(key.publicPEM), to: "key.pem")
        let text = String(
            decoding: try tool.run("rsa", "-pubin", "-in", "key.pem", "-noout", "-modulus"),
            as: UTF8.self
        )
        return [UInt8](hex: String(text.drop { $0 != "=" }.dropFirst()))
    }
}
