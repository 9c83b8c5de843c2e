package import GatehouseCrypto

/// A set of keys from a JWK Set document (RFC 7517 section 5).
///
/// Every key in it is sound and meant for verifying signatures; what was not is in `warnings`. Immutable.
package struct JWKSet: Sendable {
    /// The usable keys in the order of the document.
    package let keys: [Key]
    /// One sentence for each key of the document that was left out.
    package let warnings: [String]
    private let places: [[UInt8]: [Int]]

    /// One usable key.
    package struct Key: Sendable {
        /// The bytes of `kid`, or nil if the key has no name.
        package let keyID: [UInt8]?
        /// The only algorithm it may serve, if the document says one.
        package let algorithm: SignatureAlgorithm?
        /// The key.
        package let key: VerificationKey

        /// Whether the key may have made a signature of the algorithm.
        func serves(_ algorithm: SignatureAlgorithm) -> Bool {
            self.key.supports(algorithm) && (self.algorithm == nil || self.algorithm == algorithm)
        }
    }

    init(keys: [Key], warnings: [String]) {
        self.keys = keys
        self.warnings = warnings
        var places: [[UInt8]: [Int]] = [:]
        for (index, key) in keys.enumerated() {
            guard let keyID = key.keyID else { continue }
            places[keyID, default: []].append(index)
        }
        self.places = places
    }

    /// The algorithms to allow when the settings name none: those the document or the keys' types say, without repeats.
    package var defaultAlgorithms: [SignatureAlgorithm] {
        var found: [SignatureAlgorithm] = []
        for key in self.keys {
            for algorithm in key.algorithm.map({ [$0] }) ?? key.key.defaultAlgorithms where !found.contains(algorithm) {
                found.append(algorithm)
            }
        }
        return found
    }

    /// Whether a key of the set can serve the algorithm at all.
    package func serves(_ algorithm: SignatureAlgorithm) -> Bool {
        self.keys.contains { $0.serves(algorithm) }
    }

    /// Picks the keys to try: those of that name, or for a token without `kid` all, that serve the algorithm; four at most.
    func candidates(keyID: String?, algorithm: SignatureAlgorithm) throws(TokenFlaw) -> [VerificationKey] {
        guard let keyID else {
            let fitting = self.keys.lazy.filter { $0.serves(algorithm) }.prefix(JWKSet.maximumTried).map(\.key)
            guard !fitting.isEmpty else { throw .unknownKey }
            return Array(fitting)
        }
        guard let places = self.places[Array(keyID.utf8)] else { throw .unknownKey }
        let fitting = places.map { self.keys[$0] }.filter { $0.serves(algorithm) }.prefix(JWKSet.maximumTried)
        guard !fitting.isEmpty else { throw .algorithmNotAllowed }
        return fitting.map(\.key)
    }

    /// How many keys are tried for one token (J-03).
    private static let maximumTried = 4
}

/// Why a whole JWK Set document is refused.
package enum JWKSFlaw: Error, Sendable, Equatable {
    case tooLarge(maximum: Int)
    case malformed(JSONFlaw)
    case noKeyArray
    case tooManyKeys(maximum: Int)
    case noUsableKey([String])

    /// One sentence for the operator.
    package var message: String {
        switch self {
        case .tooLarge(let maximum): "the key set is larger than \(maximum) bytes"
        case .malformed(let flaw): "the key set is not strict JSON: \(flaw.message)"
        case .noKeyArray: "the key set has no array `keys`"
        case .tooManyKeys(let maximum): "the key set has more than \(maximum) keys"
        case .noUsableKey(let reasons):
            reasons.isEmpty
                ? "the key set is empty"
                : "the key set has no usable key: \(reasons.joined(separator: "; "))"
        }
    }
}
