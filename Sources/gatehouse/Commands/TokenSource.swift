internal import GatehouseAccounts
internal import GatehouseConfig
internal import GatehouseCore
internal import GatehouseCrypto

/// A configured issuer in whose name this process can sign: one with a secret, or the accounts service with its own key.
struct TokenSource {
    private let name: String
    private let mint: TokenMint
    private let isAccounts: Bool

    /// Picks the issuer by its configured name, or the only one that can sign.
    ///
    /// The accounts' keys are made if they are missing.
    init(_ name: String?, in settings: Settings) throws(CommandFailure) {
        let all =
            settings.tokens.issuers.map { Self.candidate($0) } + (settings.accounts.map { [.accounts($0)] } ?? [])
        let chosen = if let name { try Self.named(name, all) } else { try Self.only(all, settings) }
        self.name = chosen.name
        self.mint = try Self.mint(chosen)
        if case .accounts = chosen { self.isAccounts = true } else { self.isAccounts = false }
    }

    /// Signs a token; it is meant for all audiences of the issuer.
    func mint(_ request: TokenMint.Request, now: Int64) throws(CommandFailure) -> String {
        if self.isAccounts { try Self.checkRevocable(request) }
        do throws(TokenMint.Flaw) {
            return try self.mint.mint(request, now: now)
        } catch .cannotSign(let flaw) {
            throw CommandFailure(code: 1, message: "\(self.name) cannot sign the token: \(flaw.message)")
        } catch {
            throw CommandFailure(code: 2, message: error.message)
        }
    }

    /// Refuses a token of the accounts service that disabling or deleting its account would not end.
    private static func checkRevocable(_ request: TokenMint.Request) throws(CommandFailure) {
        for claim in request.claims.members where MintedTokens.reservedClaims.contains(claim.name) {
            let message = "the claim `\(claim.name)` is the accounts service's own, and a minted token has no session"
            throw CommandFailure(code: 2, message: message)
        }
        guard request.lifetimeSeconds > MintedTokens.longestSeconds else { return }
        let days = MintedTokens.longestSeconds / 86_400
        let message = "--lifetime: a token of the accounts service is good for at most \(days)d"
        throw CommandFailure(code: 2, message: message)
    }

    /// An issuer, and what it signs with.
    private enum Candidate {
        case secret(IssuerSettings, Secret)
        case publicKeys(IssuerSettings)
        case accounts(AccountsSettings)

        var name: String {
            switch self {
            case .secret(let issuer, _), .publicKeys(let issuer): issuer.name
            case .accounts(let accounts): accounts.issuerName
            }
        }

        var canSign: Bool {
            if case .publicKeys = self { false } else { true }
        }
    }

    private static func candidate(_ issuer: IssuerSettings) -> Candidate {
        if case .single(_, let secret?) = issuer.keys { .secret(issuer, secret) } else { .publicKeys(issuer) }
    }

    private static func named(_ name: String, _ all: [Candidate]) throws(CommandFailure) -> Candidate {
        guard let found = all.first(where: { $0.name == name }) else {
            let names = all.map(\.name).joined(separator: ", ")
            throw CommandFailure(code: 1, message: "no issuer is named \(ShownText(name).text); there are: \(names)")
        }
        guard found.canSign else {
            let message = "the issuer \(name) has public keys only, with which nobody can sign"
            throw CommandFailure(code: 1, message: message)
        }
        return found
    }

    private static func only(_ all: [Candidate], _ settings: Settings) throws(CommandFailure) -> Candidate {
        let able = all.filter(\.canSign)
        guard let only = able.first else {
            throw CommandFailure(code: 1, message: "no issuer in \(settings.file) has a secret to sign with")
        }
        guard able.count == 1 else {
            let names = able.map(\.name).joined(separator: ", ")
            throw CommandFailure(code: 2, message: "several issuers can sign; choose one with --issuer: \(names)")
        }
        return only
    }

    private static func mint(_ chosen: Candidate) throws(CommandFailure) -> TokenMint {
        switch chosen {
        case .secret(let issuer, let secret):
            let key = try self.key(issuer, secret)
            return TokenMint(
                issuer: issuer.issuer,
                audiences: issuer.audiences,
                key: key,
                algorithm: issuer.algorithms.first { key.verificationKey.supports($0) } ?? .hs256
            )
        case .accounts(let accounts):
            let keys = try AccountsKeyFolder.open(accounts.signing.keysPath)
            return TokenMint(
                issuer: accounts.issuer,
                audiences: accounts.audience,
                key: keys.signing,
                algorithm: .es256,
                keyID: keys.keyID
            )
        case .publicKeys(let issuer):
            throw CommandFailure(code: 1, message: "the issuer \(issuer.name) cannot sign")
        }
    }

    private static func key(_ issuer: IssuerSettings, _ secret: Secret) throws(CommandFailure) -> SigningKey {
        do throws(KeyFlaw) {
            return try SigningKey.hmac(secret: secret)
        } catch {
            throw CommandFailure(code: 1, message: "the secret of \(issuer.name) cannot sign: \(error.message)")
        }
    }
}
