private import GatehouseCrypto

/// A refresh token as a client holds it: 256 bits that nobody can guess, of which the store knows the digest only.
struct RefreshCredential: Sendable {
    /// What the client sends: base64url without padding, 43 characters.
    let text: String
    /// What the store knows: the SHA-256 digest of the 32 bytes.
    let hash: [UInt8]
    private let bytes: [UInt8]

    /// Makes the first one of a session.
    init() {
        self.init(bytes: Random.bytes(32))
    }

    /// Reads the one spelling of a token; nil for anything else, however long.
    init?(_ text: String) {
        guard text.utf8.count == 43, let bytes = Base64URL.decode(text.utf8Span.span), bytes.count == 32 else {
            return nil
        }
        self.init(bytes: bytes)
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        self.text = Base64URL.string(bytes)
        self.hash = SHA256.digest(bytes)
    }

    /// The token that this one is exchanged for: always the same one, so that a client whose answer was lost gets it again.
    ///
    /// It is the MAC of the token under a key that only the service has, so that nothing but digests need be stored. Nil only if
    /// libcrypto fails.
    func child(_ keys: AccountsKeys) -> RefreshCredential? {
        guard let code = try? keys.refreshDerivation.sign(self.bytes, algorithm: .hs256) else { return nil }
        return RefreshCredential(bytes: code)
    }
}
