/// A JWS signature algorithm that Gatehouse can verify and make (RFC 7518 section 3.1, RFC 8037 section 3.1).
///
/// The raw value is the exact `alg` spelling. `none` has no case, so no code path can verify it.
package enum SignatureAlgorithm: String, Sendable, CaseIterable, Hashable {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"

    /// Reads the exact `alg` spelling from bytes.
    ///
    /// Names are case-sensitive (RFC 7515 section 4.1.1); anything else, `none` included, is `nil`. Does not allocate.
    package init?(bytes: borrowing Span<UInt8>) {
        for candidate in Self.allCases where Self.spells(candidate.rawValue, bytes) {
            self = candidate
            return
        }
        return nil
    }

    /// The size in bytes of the digest that the algorithm uses, or 0 for EdDSA, which hashes inside.
    package var digestCount: Int {
        switch self {
        case .hs256, .rs256, .ps256, .es256: 32
        case .hs384, .rs384, .ps384, .es384: 48
        case .hs512, .rs512, .ps512, .es512: 64
        case .edDSA: 0
        }
    }

    /// Whether the algorithm is a MAC with a shared secret.
    package var isSymmetric: Bool {
        switch self {
        case .hs256, .hs384, .hs512: true
        default: false
        }
    }

    private static func spells(_ name: String, _ bytes: borrowing Span<UInt8>) -> Bool {
        let expected = name.utf8
        guard expected.count == bytes.count else { return false }
        var index = 0
        for byte in expected {
            guard byte == bytes[index] else { return false }
            index += 1
        }
        return true
    }
}
