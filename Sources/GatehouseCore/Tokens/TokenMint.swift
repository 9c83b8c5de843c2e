package import GatehouseCrypto

/// Makes access tokens that the gate accepts, for `token mint`, the demo and tests (RFC 9068).
package struct TokenMint: Sendable {
    private let issuer: String
    private let audiences: [String]
    private let key: SigningKey
    private let algorithm: SignatureAlgorithm
    private let keyID: String?

    /// Makes a mint for an issuer.
    ///
    /// - Parameters:
    ///   - issuer: The value of `iss`.
    ///   - audiences: The values of `aud`; one is written as a string, several as an array.
    ///   - key: The key to sign with.
    ///   - algorithm: An algorithm that the key can serve.
    ///   - keyID: The value of `kid`, or nil for none.
    package init(
        issuer: String,
        audiences: [String],
        key: SigningKey,
        algorithm: SignatureAlgorithm = .hs256,
        keyID: String? = nil
    ) {
        self.issuer = issuer
        self.audiences = audiences
        self.key = key
        self.algorithm = algorithm
        self.keyID = keyID
    }

    /// What a token is to say.
    package struct Request: Sendable {
        /// The value of `sub`.
        package var subject: String
        /// From `iat` to `exp`, in seconds.
        package var lifetimeSeconds: Int64
        /// The value of `scope`, or nil for none.
        package var scope: String?
        /// Further claims.
        package var claims: JSONObject

        /// Makes a request.
        package init(
            subject: String,
            lifetimeSeconds: Int64 = 300,
            scope: String? = nil,
            claims: JSONObject = JSONObject()
        ) {
            self.subject = subject
            self.lifetimeSeconds = lifetimeSeconds
            self.scope = scope
            self.claims = claims
        }
    }

    /// Why no token was made.
    package enum Flaw: Error, Sendable, Equatable {
        case claimWithoutValue(String)
        case claimReserved(String)
        case claimRepeated(String)
        case cannotSign(KeyFlaw)

        /// One sentence for the person who asked.
        package var message: String {
            switch self {
            case .claimWithoutValue(let text): "`\(text)` is not of the form NAME=VALUE"
            case .claimReserved(let name): "the claim `\(name)` is set by the command itself"
            case .claimRepeated(let name): "the claim `\(name)` is given twice"
            case .cannotSign(let flaw): flaw.message
            }
        }
    }

    /// Signs a token at a second of the wall clock; the header says `at+jwt`.
    package func mint(_ request: Request, now: Int64) throws(Flaw) -> String {
        var claims = JSONObject()
        claims["iss"] = .string(self.issuer)
        claims["sub"] = .string(request.subject)
        let audiences = self.audiences.map { JSONValue.string($0) }
        claims["aud"] = audiences.count == 1 ? audiences[0] : .array(audiences)
        claims["exp"] = .number(JSONNumber(now.addingClamped(request.lifetimeSeconds)))
        claims["iat"] = .number(JSONNumber(now))
        claims["jti"] = .string(Base64URL.string(Random.bytes(16)))
        claims["scope"] = request.scope.map { .string($0) }
        for member in request.claims.members {
            guard !TokenMint.reserved.contains(member.name), claims[member.name] == nil else {
                throw .claimReserved(member.name)
            }
            claims[member.name] = member.value
        }
        return try self.sign(claims)
    }

    /// Reads claims of the form `NAME=VALUE`; a value that is JSON stands for that value, any other is a string.
    package static func claims(_ arguments: [String]) throws(Flaw) -> JSONObject {
        var claims = JSONObject()
        for argument in arguments {
            let parts = argument.utf8.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = String(parts[0]), let text = String(parts[1]), !name.isEmpty else {
                throw .claimWithoutValue(argument)
            }
            guard claims[name] == nil else { throw .claimRepeated(name) }
            claims[name] = (try? StrictJSON.parse(Array(text.utf8))) ?? .string(text)
        }
        return claims
    }

    private func sign(_ claims: JSONObject) throws(Flaw) -> String {
        var header = JSONObject()
        header["alg"] = .string(self.algorithm.rawValue)
        header["typ"] = "at+jwt"
        header["kid"] = self.keyID.map { .string($0) }
        var token = TokenMint.part(header) + [0x2E] + TokenMint.part(claims)
        do throws(KeyFlaw) {
            let signature = try self.key.sign(token, algorithm: self.algorithm)
            token.append(0x2E)
            token.append(contentsOf: Base64URL.encode(signature))
        } catch {
            throw .cannotSign(error)
        }
        return String(decoding: token, as: UTF8.self)
    }

    private static func part(_ object: JSONObject) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(.object(object))
        return Base64URL.encode(writer.bytes)
    }

    private static let reserved = ["iss", "sub", "aud", "exp", "iat", "jti"]
}
