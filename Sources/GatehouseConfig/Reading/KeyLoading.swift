internal import GatehouseCore
internal import GatehouseCrypto

/// The only place that asks the libraries about keys and certificates.
enum KeyLoading {
    /// What the checks need to know of one certificate.
    typealias ReadCertificate = CertificateInfo

    /// The certificates of a PEM file in order, at least one, or nothing.
    static func certificates(_ pem: [UInt8]) -> [ReadCertificate]? {
        guard let chain = try? CertificateInfo.parse(chain: pem), !chain.isEmpty else { return nil }
        return chain
    }

    /// What is wrong with a private key file, in words.
    static func flaw(ofPrivateKey pem: [UInt8]) -> String? {
        do {
            _ = try SigningKey.pem(Secret(pem))
            return nil
        } catch {
            return error.message
        }
    }

    /// Whether a private key belongs to a certificate.
    static func key(_ pem: [UInt8], belongsTo certificate: ReadCertificate) -> Bool {
        certificate.matches(privateKeyPEM: Secret(pem))
    }

    /// A MAC key, long enough for the algorithms.
    static func hmac(_ secret: Secret, minimumCount: Int) throws(KeyFlaw) -> VerificationKey {
        try VerificationKey.hmac(secret: secret, minimumCount: minimumCount)
    }

    /// The one public key of a PEM file.
    static func publicKey(_ pem: [UInt8]) throws(KeyFlaw) -> VerificationKey {
        try VerificationKey.pem(pem)
    }

    /// The algorithms that fit the keys, and those that are allowed when none are listed.
    static func algorithms(
        of keys: IssuerSettings.KeySource
    ) -> (all: [SignatureAlgorithm], byDefault: [SignatureAlgorithm]) {
        switch keys {
        case .single(let key, _): (SignatureAlgorithm.allCases.filter(key.supports), key.defaultAlgorithms)
        case .set(let keys): (SignatureAlgorithm.allCases.filter(keys.serves), keys.defaultAlgorithms)
        }
    }

    /// The keys of a JWKS document.
    static func keySet(_ bytes: [UInt8]) throws(JWKSFlaw) -> JWKSet {
        try JWKSet.parse(bytes)
    }
}

extension CertificateInfo {
    /// The names to choose it by.
    var names: [String] { dnsNames }
}
