private import COpenSSL

extension Secret {
    /// Refuses secrets that an attacker knows or can guess at once.
    ///
    /// It is a net for accidents, not a measure of entropy.
    func checkQuality(minimumCount: Int) throws(KeyFlaw) {
        let bytes = reveal { span in [UInt8](copying: span) }
        guard !Self.isKeyText(bytes), !Self.isKeyDER(bytes) else { throw .secretIsPublicKey }
        guard !Self.isKnownSample(bytes) else { throw .secretIsPlaceholder }
        guard bytes.count >= minimumCount else { throw .secretTooShort(minimum: minimumCount) }
        guard !Self.isRepetition(bytes), !Self.isProgression(bytes) else { throw .secretIsPlaceholder }
    }

    // PEM, SSH and JWK texts, and the Base64 of the common public keys without their PEM lines.
    private static func isKeyText(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        let trimmed = text.drop { $0.isWhitespace }
        return text.contains("-----BEGIN") || text.contains("---- BEGIN")
            || (trimmed.hasPrefix("{") && text.contains("\"kty\""))
            || keyPrefixes.contains { trimmed.hasPrefix($0) }
    }

    private static let keyPrefixes = [
        "ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-",
        "MIIBIjANBgkqhkiG9w0BAQ", "MIIBojANBgkqhkiG9w0BAQ", "MIICIjANBgkqhkiG9w0BAQ", "MIIEIjANBgkqhkiG9w0BAQ",
        "MFkwEwYHKoZIzj0CAQ", "MHYwEAYHKoZIzj0CAQ", "MIGbMBAGByqGSM49AgEG", "MCowBQYDK2VwAyEA",
    ]

    // A whole SubjectPublicKeyInfo in binary; random bytes are not one by chance.
    private static func isKeyDER(_ bytes: [UInt8]) -> Bool {
        guard bytes.first == 0x30 else { return false }
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            var position = buffer.baseAddress
            let key = unsafe d2i_PUBKEY(nil, &position, buffer.count)
            ERR_clear_error()
            unsafe EVP_PKEY_free(key)
            return unsafe key != nil
        }
    }

    private static func isKnownSample(_ bytes: [UInt8]) -> Bool {
        let letters = plain(String(decoding: bytes, as: UTF8.self))
        return samples.contains(letters) || markers.contains { letters.contains($0) }
    }

    private static func plain(_ text: String) -> String {
        String(text.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    // From the documentation of well-known products and from RFC 7515 and 7520, compared without case and punctuation.
    private static let samples = Set(
        [
            "secret", "password", "my secret", "jwt secret", "super secret", "top secret", "test", "test secret",
            "secret key", "my secret key", "jwt secret key", "keyboard cat", "shhhhh", "development", "default",
            "example", "gatehouse",
            "super-secret-jwt-token-with-at-least-32-characters-long",
            "a-string-secret-at-least-256-bits-long",
            "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
            "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
            "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg",
            "abcdefghijklmnopqrstuvwxyz123456", "abcdefghijklmnopqrstuvwxyz012345", "abcdefghijklmnopqrstuvwxyzabcdef",
            "abcdefghijklmnopqrstuvwxyz0123456789", "the quick brown fox jumps over the lazy dog",
        ].map(plain)
    )

    // Long enough that chance does not put one into a random secret in Base64.
    private static let markers = [
        "changeme", "changethis", "changeit", "replaceme", "replacethis", "placeholder", "yoursecret", "yourjwtsecret",
        "your256bit", "your384bit", "your512bit", "yoursupersecret", "yourverysecret", "insertsecret", "samplesecret",
        "examplesecret", "notasecret", "donotuse", "insecuresecret", "defaultsecret", "dummysecret", "atleast32char",
        "atleast32byte", "atleast256bit", "atleast512bit",
    ]

    // One byte or a short block again and again: "aaaa...", "0123456789abcdef" twice, "password" four times.
    private static func isRepetition(_ bytes: [UInt8]) -> Bool {
        let longest = min(16, bytes.count / 2)
        guard longest > 0 else { return false }
        return (1...longest).contains { period in
            zip(bytes, bytes.dropFirst(period)).allSatisfy { $0 == $1 }
        }
    }

    // Bytes that only count up or down: 00 01 02 03 ...
    private static func isProgression(_ bytes: [UInt8]) -> Bool {
        let steps = zip(bytes, bytes.dropFirst()).map { $1 &- $0 }
        guard let first = steps.first else { return false }
        return steps.allSatisfy { $0 == first }
    }
}
