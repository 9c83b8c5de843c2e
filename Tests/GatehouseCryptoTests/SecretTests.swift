import GatehouseCrypto
import Testing

@Suite struct SecretTests {
    private let value = "correct horse battery staple 7391"

    @Test func `a secret does not show in any kind of print`() {
        let secret = Secret([UInt8](text: value))
        var dumped = ""
        dump(secret, to: &dumped)
        dump([secret], to: &dumped)
        dump(["key": secret], to: &dumped)
        let shown = "\(secret) \([secret]) \(String(reflecting: secret)) \(Optional(secret) as Any) \(dumped)"
        #expect(!shown.contains("correct") && !shown.contains("99, 111"))
        #expect(String(describing: secret) == "<secret>" && String(reflecting: secret) == "<secret>")
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test func `a secret lends its bytes and compares them`() {
        let secret = Secret([UInt8](text: value))
        #expect(secret.count == value.utf8.count)
        #expect(secret.reveal { [UInt8](copying: $0) } == [UInt8](text: value))
        #expect(secret.constantTimeEquals(Secret([UInt8](text: value))))
        #expect(!secret.constantTimeEquals(Secret([UInt8](text: value).flippingBit(at: 0))))
        #expect(!secret.constantTimeEquals(Secret([])))
        #expect(Secret([]).constantTimeEquals(Secret([])) && Secret([]).count == 0)
    }

    @Test func `what the closure throws comes out of reveal`() {
        #expect(throws: KeyFlaw.malformed) {
            try Secret([1]).reveal { _ throws(KeyFlaw) in throw KeyFlaw.malformed }
        }
    }

    @Test func `T-03 the text of any key is refused as a secret`() throws {
        let key = try Keys.rsa()
        let pem = try #require(key.publicPEM)
        let curve = try #require(Keys.ellipticCurve(.p256).publicPEM)
        let edwards = try #require(SigningKey.generateEd25519().publicPEM)
        let base64 = String(decoding: pem, as: UTF8.self).split(separator: "\n").dropFirst().dropLast().joined()
        var texts = [pem, Array(pem.dropLast()), curve, edwards, [UInt8](text: base64)]
        texts.append([UInt8](text: " \n") + pem)
        texts += [
            "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 ann@example", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGx ann",
            "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAI", "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1",
            "---- BEGIN SSH2 PUBLIC KEY ----\nAAAAB3NzaC1yc2EAAAADAQABAAABgQC7",
            #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}"#,
            "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUb2", "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49",
        ].map { [UInt8](text: $0) }
        let tool = try OpenSSLTool()
        for (index, source) in [pem, curve, edwards].enumerated() {
            try tool.write(source, to: "\(index).pem")
            texts.append(try tool.run("pkey", "-pubin", "-in", "\(index).pem", "-outform", "DER"))
        }
        for text in texts {
            #expect(throws: KeyFlaw.secretIsPublicKey) { try VerificationKey.hmac(secret: Secret(text)) }
            #expect(throws: KeyFlaw.secretIsPublicKey) { try SigningKey.hmac(secret: Secret(text)) }
        }
    }

    @Test(arguments: [
        "secret", "changeme", "your-256-bit-secret", "a-string-secret-at-least-256-bits-long",
        "super-secret-jwt-token-with-at-least-32-characters-long", "CHANGE_ME_CHANGE_ME_CHANGE_ME_0123456789",
        "please-change-this-to-something-else-1", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "passwordpasswordpasswordpassword", "0123456789abcdef0123456789abcdef", "12345678901234567890123456789012",
        "abcdefghijklmnopqrstuvwxyz012345",
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
        "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    ])
    func `known samples and placeholders are refused at any length`(text: String) {
        #expect(throws: KeyFlaw.secretIsPlaceholder) {
            try VerificationKey.hmac(secret: Secret([UInt8](text: text)))
        }
    }

    @Test func `bytes that count up or down are a placeholder`() {
        let rising = (0..<32).map { UInt8($0) }
        for bytes in [rising, rising.reversed(), rising.map { $0 &* 3 }] {
            #expect(throws: KeyFlaw.secretIsPlaceholder) { try VerificationKey.hmac(secret: Secret(bytes)) }
        }
    }

    @Test func `zeros are a placeholder, and random bytes in any encoding are not`() throws {
        #expect(throws: KeyFlaw.secretIsPlaceholder) {
            try VerificationKey.hmac(secret: Secret([UInt8](repeating: 0, count: 64)))
        }
        for _ in 0..<200 {
            let bytes = Random.bytes(48)
            #expect(try VerificationKey.hmac(secret: Secret(bytes)).kind == .octets(count: 48))
            #expect(try VerificationKey.hmac(secret: Secret(Base64URL.encode(bytes))).kind == .octets(count: 64))
        }
    }

    @Test func `a short secret is refused and the limit is the caller's`() throws {
        #expect(throws: KeyFlaw.secretTooShort(minimum: 32)) { try VerificationKey.hmac(secret: Keys.secret(31)) }
        #expect(throws: KeyFlaw.secretTooShort(minimum: 64)) {
            try VerificationKey.hmac(secret: Keys.secret(63), minimumCount: 64)
        }
        #expect(throws: KeyFlaw.secretTooShort(minimum: 32)) { try VerificationKey.hmac(secret: Secret([])) }
        _ = try VerificationKey.hmac(secret: Keys.secret(32))
    }
}
