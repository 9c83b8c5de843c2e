private import COpenSSL

/// Why a key, a secret or a certificate is refused.
///
/// Each case is something a person can act on. No case carries key material, so a flaw may be printed and logged.
package enum KeyFlaw: Error, Sendable, Equatable {
    case secretTooShort(minimum: Int)
    case secretIsPlaceholder
    case secretIsPublicKey
    case privateKeyGiven
    case privateKeyEncrypted
    case severalKeys
    case malformed
    case rsaTooSmall(bits: Int)
    case rsaTooLarge(bits: Int)
    case rsaExponentBad
    case rsaModulusBad
    case pointNotOnCurve
    case wrongMemberLength(expected: Int)
    case smallOrder
    case unsupportedKey
    case unsupportedAlgorithm
    case certificateNameBad
    case libraryFailure

    /// One sentence for the operator, which says what is wrong and what to do.
    package var message: String {
        switch self {
        case .secretTooShort(let minimum): "the secret is shorter than \(minimum) bytes; make one with `openssl rand`"
        case .secretIsPlaceholder: "the secret is a known sample or placeholder; make one with `openssl rand`"
        case .secretIsPublicKey: "the secret is the text of a key; a public key belongs in `public_key_file`"
        case .privateKeyGiven: "this is a private key; give the public key only"
        case .privateKeyEncrypted: "the private key is encrypted; give it without a passphrase"
        case .severalKeys: "there is more than one key; give exactly one"
        case .malformed: "this is not a key in PEM form that can be read"
        case .rsaTooSmall(let bits): "the RSA key has \(bits) bits; at least 2048 are needed"
        case .rsaTooLarge(let bits): "the RSA key has \(bits) bits; at most 8192 are allowed"
        case .rsaExponentBad: "the RSA exponent must be odd, at least 65537 and below 2^64"
        case .rsaModulusBad: "the RSA modulus is even or zero; the key is broken"
        case .pointNotOnCurve: "the public key is not a point of its curve"
        case .wrongMemberLength(let expected): "a key member must be exactly \(expected) bytes"
        case .smallOrder: "the Ed25519 key is a point of small order; any signature could pass"
        case .unsupportedKey: "this type of key is not supported; use RSA, P-256, P-384, P-521 or Ed25519"
        case .unsupportedAlgorithm: "the key cannot serve this algorithm"
        case .certificateNameBad: "a name or an address for the certificate is not valid"
        case .libraryFailure: "libcrypto failed; the process may be out of memory"
        }
    }
}

extension KeyFlaw {
    /// Forgets what libcrypto noted about its failure, and returns the flaw to throw.
    static func ofLibrary(_ flaw: KeyFlaw = .libraryFailure) -> KeyFlaw {
        ERR_clear_error()
        return flaw
    }
}
