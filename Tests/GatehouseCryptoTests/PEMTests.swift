import GatehouseCrypto
import Testing

@Suite struct PEMTests {
    private let message = Keys.message

    @Test func `every form of a public key is read, and gives the same key`() throws {
        for key in try Keys.everyKind().dropFirst() {
            let tool = try OpenSSLTool()
            let algorithm = try #require(key.verificationKey.defaultAlgorithms.first)
            let signature = try key.sign(message, algorithm: algorithm)
            let pem = try #require(key.publicPEM)
            try tool.write(try #require(key.privatePEM).reveal { [UInt8](copying: $0) }, to: "key.pem")
            try tool.run("req", "-x509", "-new", "-key", "key.pem", "-subj", "/CN=test", "-days", "1", "-out", "c.pem")
            var forms = [
                pem, try tool.read("c.pem"), [UInt8](text: "a note\n\n") + pem, pem + [UInt8](text: "\nend\n"),
            ]
            forms.append(try tool.read("c.pem") + tool.read("c.pem"))
            if case .rsa = key.verificationKey.kind {
                try tool.run("rsa", "-in", "key.pem", "-RSAPublicKey_out", "-out", "old.pem")
                forms.append(try tool.read("old.pem"))
            }
            for form in forms {
                let read = try VerificationKey.pem(form)
                #expect(read.kind == key.verificationKey.kind && read.publicPEM == pem)
                #expect(read.accepts(signature, over: message, algorithm))
            }
        }
    }

    @Test func `a private key is refused where a public one belongs`() throws {
        for key in try Keys.everyKind().dropFirst() {
            let pem = try #require(key.privatePEM).reveal { [UInt8](copying: $0) }
            let publicPEM = try #require(key.publicPEM)
            for text in [pem, publicPEM + pem, pem + publicPEM] {
                #expect(throws: KeyFlaw.privateKeyGiven) { try VerificationKey.pem(text) }
                #expect(throws: KeyFlaw.privateKeyGiven) { try CertificateInfo.parse(chain: text) }
            }
            #expect(throws: KeyFlaw.severalKeys) { try VerificationKey.pem(publicPEM + publicPEM) }
        }
    }

    @Test func `every form of a private key is read, and an encrypted one is named`() throws {
        let tool = try OpenSSLTool()
        for key in try Keys.everyKind().dropFirst() {
            let algorithm = try #require(key.verificationKey.defaultAlgorithms.first)
            try tool.write(try #require(key.privatePEM).reveal { [UInt8](copying: $0) }, to: "key.pem")
            var forms = [try tool.read("key.pem")]
            if key.verificationKey.kind != .ed25519 {
                try tool.run("pkey", "-in", "key.pem", "-traditional", "-out", "old.pem")
                forms.append(try tool.read("old.pem"))
                try tool.run("pkey", "-in", "key.pem", "-traditional", "-aes128", "-passout", "pass:x", "-out", "e.pem")
                let encrypted = Secret(try tool.read("e.pem"))
                #expect(throws: KeyFlaw.privateKeyEncrypted) { try SigningKey.pem(encrypted) }
            }
            try tool.run("pkey", "-in", "key.pem", "-aes128", "-passout", "pass:x", "-out", "e.pem")
            let encrypted = Secret(try tool.read("e.pem"))
            #expect(throws: KeyFlaw.privateKeyEncrypted) { try SigningKey.pem(encrypted) }
            for form in forms {
                let read = try SigningKey.pem(Secret(form))
                let signature = try read.sign(message, algorithm: algorithm)
                #expect(key.verificationKey.accepts(signature, over: message, algorithm))
            }
            let twice = Secret(forms[0] + forms[0])
            #expect(throws: KeyFlaw.severalKeys) { try SigningKey.pem(twice) }
        }
        try tool.run("ecparam", "-name", "prime256v1", "-genkey", "-out", "with-parameters.pem")
        #expect(
            try SigningKey.pem(Secret(tool.read("with-parameters.pem"))).verificationKey.kind == .ellipticCurve(.p256)
        )
    }

    @Test func `T-20 other curves, explicit parameters and other families are not supported`() throws {
        let tool = try OpenSSLTool()
        try tool.run("ecparam", "-name", "secp256k1", "-genkey", "-noout", "-out", "0.pem")
        try tool.run("ecparam", "-name", "brainpoolP256r1", "-genkey", "-noout", "-out", "1.pem")
        try tool.run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-param_enc", "explicit", "-out", "2.pem")
        try tool.run("genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "3.pem")
        for index in 0..<4 {
            try tool.run("pkey", "-in", "\(index).pem", "-pubout", "-out", "public.pem")
            #expect(throws: KeyFlaw.unsupportedKey) { try VerificationKey.pem(tool.read("public.pem")) }
            let secret = Secret(try tool.read("\(index).pem"))
            #expect(throws: KeyFlaw.unsupportedKey) { try SigningKey.pem(secret) }
        }
    }

    @Test func `garbled, cut and foreign files are refused and never trap`() throws {
        let pem = try #require(Keys.ellipticCurve(.p256).publicPEM)
        let text = String(decoding: pem, as: UTF8.self)
        let bad = [
            "", "\n", "hello", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
            text.replacing("END PUBLIC", with: "END SECRET"), text.replacing("MFk", with: "MFl"), "{\"kty\":\"EC\"}",
            "-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ]
        for source in bad {
            #expect(throws: KeyFlaw.malformed) { try VerificationKey.pem([UInt8](text: source)) }
        }
        for count in 0..<pem.count - 1 {
            #expect(throws: KeyFlaw.self) { try VerificationKey.pem(Array(pem.prefix(count))) }
        }
        for index in pem.indices {
            // Some changes give another key or another label, but none may trap.
            _ = try? VerificationKey.pem(pem.flippingBit(at: index))
        }
        #expect(throws: KeyFlaw.malformed) { try VerificationKey.pem([UInt8](repeating: 0x2d, count: 2 << 20)) }
        #expect(throws: KeyFlaw.unsupportedKey) {
            try VerificationKey.pem(
                [UInt8](text: "-----BEGIN DH PARAMETERS-----\nMAYCAQUCAQI=\n-----END DH PARAMETERS-----\n")
            )
        }
    }

    @Test func `a private key whose halves do not match is refused`() throws {
        let tool = try OpenSSLTool()
        for name in ["a", "b"] {
            try tool.run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "\(name).pem")
            try tool.run("ec", "-in", "\(name).pem", "-outform", "DER", "-out", "\(name).der")
        }
        let mixed = try Array(tool.read("a.der").dropLast(65)) + tool.read("b.der").suffix(65)
        try tool.write(mixed, to: "mixed.der")
        let base64 = try tool.run("base64", "-in", "mixed.der")
        let pem =
            [UInt8](text: "-----BEGIN EC PRIVATE KEY-----\n") + base64 + [UInt8](text: "-----END EC PRIVATE KEY-----\n")
        #expect(throws: KeyFlaw.malformed) { try SigningKey.pem(Secret(pem)) }
    }

    @Test func `every flaw has a message of one line`() {
        let flaws: [KeyFlaw] = [
            .secretTooShort(minimum: 32), .secretIsPlaceholder, .secretIsPublicKey, .privateKeyGiven,
            .privateKeyEncrypted, .severalKeys, .malformed, .rsaTooSmall(bits: 1024), .rsaTooLarge(bits: 9000),
            .rsaExponentBad, .rsaModulusBad, .pointNotOnCurve, .wrongMemberLength(expected: 32), .smallOrder,
            .unsupportedKey, .unsupportedAlgorithm, .certificateNameBad, .libraryFailure,
        ]
        #expect(Set(flaws.map(\.message)).count == flaws.count)
        #expect(flaws.allSatisfy { $0.message.count > 20 && !$0.message.contains("\n") })
    }
}
