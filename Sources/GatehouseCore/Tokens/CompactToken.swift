import GatehouseCrypto

/// The three parts of a JWS in compact form, split and decoded, but not yet believed (RFC 7515 section 7.1).
struct CompactToken {
    /// The protected header.
    let header: JSONObject
    /// The offset of the second dot: what is before it was signed.
    let signedCount: Int
    /// The bytes of the payload.
    let payload: [UInt8]
    /// The signature in JOSE form.
    let signature: [UInt8]

    /// Splits at exactly two dots and decodes; dots are counted by scanning, so a megabyte of them costs nothing.
    init(_ token: Span<UInt8>) throws(TokenFlaw) {
        guard let dots = CompactToken.dots(token),
            let header = Base64URL.decode(token.extracting(0..<dots.first)),
            let payload = Base64URL.decode(token.extracting((dots.first + 1)..<dots.second)),
            let signature = Base64URL.decode(token.extracting((dots.second + 1)..<token.count))
        else { throw .malformed }
        do throws(JSONFlaw) {
            self.header = try StrictJSON.parseObject(header)
        } catch {
            throw .malformed
        }
        self.signedCount = dots.second
        self.payload = payload
        self.signature = signature
    }

    /// Whether one of the keys made the signature over the very bytes that were received.
    func isSigned(in token: Span<UInt8>, by keys: [VerificationKey], algorithm: SignatureAlgorithm) -> Bool {
        let message = token.extracting(0..<self.signedCount)
        for key in keys where key.isValid(signature: self.signature.span, over: message, algorithm: algorithm) {
            return true
        }
        return false
    }

    private static func dots(_ token: Span<UInt8>) -> (first: Int, second: Int)? {
        var first: Int?
        var second: Int?
        for index in token.indices where token[index] == 0x2E {
            if first == nil {
                first = index
            } else if second == nil {
                second = index
            } else {
                return nil
            }
        }
        guard let first, let second else { return nil }
        return (first, second)
    }
}

/// What a protected header says that matters, after everything in it that we do not support was refused.
struct TokenHeader {
    /// The algorithm, which a key must agree to.
    let algorithm: SignatureAlgorithm
    /// The name of the key.
    let keyID: String?

    /// Checks the header; no member of it makes us fetch or trust anything (RFC 8725 sections 3.1, 3.10 and 3.11).
    init(checking header: JSONObject) throws(TokenFlaw) {
        guard let name = header["alg"]?.string else { throw .malformed }
        guard let algorithm = SignatureAlgorithm(bytes: name.utf8Span.span) else { throw .algorithmNotAllowed }
        for forbidden in TokenHeader.forbidden where header[forbidden] != nil {
            throw .headerNotAllowed
        }
        if let type = header["typ"] {
            guard let text = type.string else { throw .malformed }
            guard TokenHeader.types.contains(where: { TokenHeader.sameLetters($0, text) }) else {
                throw .typeNotAllowed
            }
        }
        if let keyID = header["kid"] {
            guard let text = keyID.string else { throw .malformed }
            self.keyID = text
        } else {
            self.keyID = nil
        }
        self.algorithm = algorithm
    }

    /// Keys and addresses of keys that the sender chose; extensions, of which we support none; compression and encryption.
    private static let forbidden = ["jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc"]

    /// The types of access tokens (RFC 9068 section 4); a token for another purpose must not pass for one.
    private static let types = ["jwt", "at+jwt", "application/at+jwt"]

    private static func sameLetters(_ lowered: String, _ text: String) -> Bool {
        lowered.utf8.count == text.utf8.count
            && zip(lowered.utf8, text.utf8).allSatisfy { $0 == lowercased($1) }
    }
}
