import GatehouseCrypto

@testable import GatehouseCore

/// A whole pipeline over real parts, with what it decided written down.
struct World {
    static let now: Int64 = 1_700_000_000

    var routes: [Route] = []
    var crossOrigin: CrossOriginPolicy?
    var claimHeaders = [ClaimHeader(name: "X-User-Id", claim: "sub")]
    var forwardsToken = false
    var requestBody = 1000
    var redirect: Redirect?
    var own: [Route] = []
    var accountsIssuer = 0
    let revocations = Revocations()
    var quotas = QuotaTable.none
    /// What answers for the quotas; by default every one has room.
    var store: (QuotaCharges) -> QuotaOutcome = { _ in QuotaOutcome(.store) }
    var trusted = AddressSet.empty
    var peer = Peer(address: Array("192.0.2.1".utf8), isTrusted: false)
    let mint: TokenMint
    private let verifier: TokenVerifier

    init() throws {
        let secret = Array("correct horse battery staple, long enough".utf8)
        self.mint = TokenMint(issuer: "issuer", audiences: ["api"], key: try SigningKey.hmac(secret: Secret(secret)))
        let issuer = TokenIssuer(
            name: "test",
            issuer: "issuer",
            audiences: ["api"],
            algorithms: [.hs256],
            keys: .single(try VerificationKey.hmac(secret: Secret(secret)))
        )
        self.verifier = TokenVerifier(
            issuers: [issuer],
            leewaySeconds: 60,
            claimHeaders: self.claimHeaders,
            generation: 1
        )
    }

    /// What came of a request.
    struct Outcome {
        var answer: LocalAnswer?
        var outbound: OutboundRequest?
        var call: AccountsCall?
        var taken: TakenQuotas?
        var record = AccessRecord()
        let head: RequestHead
        var lines = FieldLines()

        var isForwarded: Bool {
            self.outbound != nil
        }

        var status: Int? {
            self.answer?.status
        }
    }

    /// Takes a request through correlation, pipeline, quotas and decorations, as an exchange does.
    func decide(_ draft: HeadDraft) -> Outcome {
        let head = draft.head
        let pipeline = self.pipeline
        var outcome = Outcome(head: head)
        Correlation(trustedProxies: self.trusted)
            .adopt(head, self.peer, record: &outcome.record, random: (high: 7, low: 9))
        let context = RequestContext(head: head, peer: self.peer, tokens: VerifiedTokenCache(), wallSeconds: World.now)
        let decision = pipeline.decide(context, record: &outcome.record)
        self.carryOut(decision, pipeline, context, &outcome)
        outcome.lines = outcome.answer?.lines ?? FieldLines()
        if let taken = outcome.taken {
            pipeline.quotas.appendLines(taken.charges, taken.outcome, to: &outcome.lines)
        }
        pipeline.decorations(outcome.record)
            .append(to: &outcome.lines, head: head, isSecure: head.isSecure, requestID: outcome.record.requestID)
        return outcome
    }

    private func carryOut(
        _ decision: consuming Decision,
        _ pipeline: RequestPipeline,
        _ context: RequestContext,
        _ outcome: inout Outcome
    ) {
        switch consume decision {
        case .answer(let answer): outcome.answer = answer
        case .forward(let outbound): outcome.outbound = outbound
        case .serve(let call): outcome.call = call
        case .take(let pending):
            let answers = self.store(pending.charges)
            outcome.taken = TakenQuotas(charges: pending.charges, outcome: answers)
            let next = pipeline.resume(pending, with: answers, context, record: &outcome.record)
            self.carryOut(next, pipeline, context, &outcome)
        }
    }

    /// A token with a scope.
    func token(scope: String? = nil) throws -> String {
        try self.mint.mint(TokenMint.Request(subject: "alice", scope: scope), now: World.now)
    }

    private var pipeline: RequestPipeline {
        RequestPipeline(
            limits: AdmissionLimits(requestBody: self.requestBody),
            routes: RouteTable(self.routes, own: self.own),
            crossOrigin: self.crossOrigin,
            authenticator: Authenticator(
                verifier: self.verifier,
                accounts: AccountsTokens(issuerIndex: self.accountsIssuer, revocations: self.revocations)
            ),
            hygiene: Hygiene(claimHeaders: self.claimHeaders, forwardsToken: self.forwardsToken),
            quotas: self.quotas,
            defaultDecorations: Decorations(securityHeaders: .strict, crossOrigin: self.crossOrigin),
            redirect: self.redirect
        )
    }
}

extension World {
    /// Adds a route behind those that are in.
    mutating func add(
        _ path: String,
        _ methods: [Method]? = nil,
        _ access: Access = .open,
        others: [String] = [],
        allowsEmptySegments: Bool = false,
        headers: SecurityHeaders = .strict,
        quotas: [Int] = []
    ) throws {
        self.routes.append(
            Route(
                index: self.routes.count,
                name: "\(path) \(self.routes.count)",
                pattern: try PathPattern(path),
                methods: methods.map { MethodSet($0) },
                otherMethods: others.map { Array($0.utf8) },
                access: access,
                destination: .upstream(self.routes.count + 10),
                quotas: quotas,
                allowsEmptySegments: allowsEmptySegments,
                decorations: Decorations(securityHeaders: headers, crossOrigin: self.crossOrigin)
            )
        )
    }
}
