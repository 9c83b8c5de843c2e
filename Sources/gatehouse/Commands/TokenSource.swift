internal import GatehouseConfig
internal import GatehouseCore
internal import GatehouseCrypto

/// A configured issuer in whose name this process can sign, because it has the secret.
struct TokenSource {
    private let issuer: IssuerSettings
    private let secret: Secret

    /// Picks the issuer by its configured name, or the only one that can sign.
    init(_ name: String?, in settings: Settings) throws(CommandFailure) {
        let all = settings.tokens.issuers
        let able = all.compactMap { issuer in Self.secret(of: issuer).map { (issuer, $0) } }
        if let name {
            guard all.contains(where: { $0.name == name }) else {
                let names = all.map(\.name).joined(separator: ", ")
                throw CommandFailure(code: 1, message: "no issuer is named \(name); there are: \(names)")
            }
            guard let found = able.first(where: { $0.0.name == name }) else {
                throw CommandFailure(
                    code: 1,
                    message: "the issuer \(name) has public keys only, with which nobody can sign"
                )
            }
            (self.issuer, self.secret) = found
            return
        }
        guard let only = able.first else {
            throw CommandFailure(code: 1, message: "no issuer in \(settings.file) has a secret to sign with")
        }
        guard able.count == 1 else {
            let names = able.map(\.0.name).joined(separator: ", ")
            throw CommandFailure(code: 2, message: "several issuers can sign; choose one with --issuer: \(names)")
        }
        (self.issuer, self.secret) = only
    }

    /// Signs a token; it is meant for all audiences of the issuer.
    func mint(_ request: TokenMint.Request, now: Int64) throws(CommandFailure) -> String {
        let key: SigningKey
        do throws(KeyFlaw) {
            key = try SigningKey.hmac(secret: self.secret)
        } catch {
            throw CommandFailure(code: 1, message: "the secret of \(self.issuer.name) cannot sign: \(error.message)")
        }
        let mint = TokenMint(
            issuer: self.issuer.issuer,
            audiences: self.issuer.audiences,
            key: key,
            algorithm: self.issuer.algorithms.first { key.verificationKey.supports($0) } ?? .hs256
        )
        do throws(TokenMint.Flaw) {
            return try mint.mint(request, now: now)
        } catch .cannotSign(let flaw) {
            throw CommandFailure(code: 1, message: "the token cannot be signed: \(flaw.message)")
        } catch {
            throw CommandFailure(code: 2, message: error.message)
        }
    }

    private static func secret(of issuer: IssuerSettings) -> Secret? {
        guard case .single(_, let secret) = issuer.keys else { return nil }
        return secret
    }
}
