package import GatehouseCore
package import GatehouseCrypto

/// The keys that the accounts service works with: an immutable snapshot.
package struct AccountsKeys: Sendable {
    /// What signs access tokens, with ES256.
    package let signing: SigningKey
    /// The `kid` of that key.
    package let keyID: String
    /// The JWK Set document as it is served: public members only.
    package let document: [UInt8]
    /// The same keys for the gate's own verifier.
    package let publicSet: JWKSet
    /// What derives a refresh token from its parent; an HMAC key of at least 32 bytes.
    let refreshDerivation: SigningKey

    /// Takes in keys that a folder or a test holds.
    ///
    /// - Parameters:
    ///   - signing: A P-256 key, which signs.
    ///   - others: Public P-256 keys that are published beside it, because tokens of theirs live or will.
    ///   - refreshSecret: At least 32 random bytes; whoever knows them and a refresh token knows all that come after it.
    /// - Throws: What is wrong with a key.
    package init(
        signing: SigningKey,
        others: [VerificationKey] = [],
        refreshSecret: Secret
    ) throws(KeyFlaw) {
        let own = try PublishedKey(signing.verificationKey)
        var published = [own]
        for other in others {
            published.append(try PublishedKey(other))
        }
        self.signing = signing
        self.keyID = own.keyID
        self.document = PublishedKey.document(published)
        do throws(JWKSFlaw) {
            self.publicSet = try JWKSet.parse(self.document)
        } catch {
            throw .malformed
        }
        self.refreshDerivation = try SigningKey.hmac(secret: refreshSecret)
    }
}
