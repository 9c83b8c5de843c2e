import GatehouseCrypto

extension JWKSet {
    /// Reads a JWK Set document from a file of the operator's own.
    ///
    /// Keys that are not for verifying, or that are broken, are left out with a warning each; the others work (RFC 7517 section 5).
    /// Private members make a public key unusable: a file that is handed to verifiers must not hold them. Symmetric keys
    /// (`oct`) are allowed, which they are not in a document fetched from elsewhere. Throws if no key is left.
    package static func parse(_ bytes: [UInt8]) throws(JWKSFlaw) -> JWKSet {
        guard bytes.count <= self.maximumCount else { throw .tooLarge(maximum: self.maximumCount) }
        let document: JSONObject
        do throws(JSONFlaw) {
            document = try StrictJSON.parseObject(bytes)
        } catch {
            throw .malformed(error)
        }
        guard let entries = document["keys"]?.array else { throw .noKeyArray }
        guard entries.count <= self.maximumKeys else { throw .tooManyKeys(maximum: self.maximumKeys) }
        var keys: [Key] = []
        var warnings: [String] = []
        for (index, entry) in entries.enumerated() {
            do throws(KeyRejection) {
                keys.append(try self.key(entry))
            } catch {
                warnings.append("key \(index + 1)\(self.label(entry)) is left out: \(error.reason)")
            }
        }
        guard !keys.isEmpty else { throw .noUsableKey(warnings) }
        return JWKSet(keys: keys, warnings: warnings)
    }

    private struct KeyRejection: Error {
        let reason: String
    }

    private static func key(_ entry: JSONValue) throws(KeyRejection) -> Key {
        guard let members = entry.object else { throw KeyRejection(reason: "it is not an object") }
        guard let type = members["kty"]?.string else { throw KeyRejection(reason: "it has no `kty`") }
        try self.checkPurpose(members)
        for name in self.privateMembers where members[name] != nil {
            throw KeyRejection(reason: "it holds the private member `\(name)`; publish the public key only")
        }
        let algorithm = try self.algorithm(members)
        let keyID = try self.keyID(members)
        let key: VerificationKey
        do throws(KeyFlaw) {
            key = try self.material(type, members, minimumCount: algorithm?.digestCount ?? 32)
        } catch {
            throw KeyRejection(reason: error.message)
        }
        if let algorithm, !key.supports(algorithm) {
            throw KeyRejection(reason: "its `alg` \(algorithm.rawValue) does not fit the key")
        }
        return Key(keyID: keyID, algorithm: algorithm, key: key)
    }

    /// Lets only keys through that are meant to check signatures (RFC 7517 sections 4.2 and 4.3).
    private static func checkPurpose(_ members: JSONObject) throws(KeyRejection) {
        if let use = members["use"], use != "sig" { throw KeyRejection(reason: "its `use` is not `sig`") }
        if let operations = members["key_ops"] {
            guard let items = operations.array, items.contains("verify") else {
                throw KeyRejection(reason: "its `key_ops` do not hold `verify`")
            }
        }
    }

    private static func algorithm(_ members: JSONObject) throws(KeyRejection) -> SignatureAlgorithm? {
        guard let value = members["alg"] else { return nil }
        guard let text = value.string, let algorithm = SignatureAlgorithm(bytes: text.utf8Span.span) else {
            throw KeyRejection(reason: "its `alg` is not a signature algorithm that is supported")
        }
        return algorithm
    }

    private static func keyID(_ members: JSONObject) throws(KeyRejection) -> [UInt8]? {
        guard let value = members["kid"] else { return nil }
        guard let text = value.string else { throw KeyRejection(reason: "its `kid` is not a string") }
        return Array(text.utf8)
    }

    private static func material(
        _ type: String,
        _ members: JSONObject,
        minimumCount: Int
    ) throws(KeyFlaw) -> VerificationKey {
        if sameBytes(type, "RSA") {
            return try .rsa(modulus: self.octets(members, "n"), exponent: self.octets(members, "e"))
        }
        if sameBytes(type, "EC") {
            guard let curve = Curve.allCases.first(where: { members["crv"] == .string($0.rawValue) }) else {
                throw .unsupportedKey
            }
            return try .ellipticCurve(curve, x: self.octets(members, "x"), y: self.octets(members, "y"))
        }
        if sameBytes(type, "OKP") {
            guard members["crv"] == "Ed25519" else { throw .unsupportedKey }
            return try .ed25519(self.octets(members, "x"))
        }
        if sameBytes(type, "oct") {
            return try .hmac(secret: Secret(self.octets(members, "k")), minimumCount: minimumCount)
        }
        throw .unsupportedKey
    }

    private static func octets(_ members: JSONObject, _ name: String) throws(KeyFlaw) -> [UInt8] {
        guard let text = members[name]?.string, let octets = Base64URL.decode(text.utf8Span.span) else {
            throw .malformed
        }
        return octets
    }

    /// The `kid` for a message, bounded and escaped: it comes from outside.
    private static func label(_ entry: JSONValue) -> String {
        guard let keyID = entry.object?["kid"]?.string else { return "" }
        var text: [UInt8] = []
        JSONWriter.appendASCII(Array(keyID.utf8.prefix(64)).span, to: &text)
        return " (kid \"\(String(decoding: text, as: UTF8.self))\")"
    }

    private static let maximumCount = 1 << 20
    private static let maximumKeys = 100
    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth"]
}
