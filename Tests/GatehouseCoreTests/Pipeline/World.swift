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
        let decision: Decision
        let record: AccessRecord
        let head: RequestHead
        let lines: FieldLines

        var answer: LocalAnswer? {
            if case .answer(let answer) = self.decision { answer } else { nil }
        }

        var status: Int? {
            self.answer?.status
        }

        var isForwarded: Bool {
            if case .forward = self.decision { true } else { false }
        }
    }

    /// Takes a request through correlation, pipeline and decorations, as an exchange does.
    func decide(_ draft: HeadDraft) -> Outcome {
        let head = draft.head
        let pipeline = self.pipeline
        var record = AccessRecord()
        Correlation(trustedProxies: self.trusted).adopt(head, self.peer, record: &record, random: (high: 7, low: 9))
        let context = RequestContext(head: head, peer: self.peer, tokens: VerifiedTokenCache(), wallSeconds: World.now)
        let decision = pipeline.decide(context, record: &record)
        var lines = FieldLines()
        if case .answer(let answer) = decision { lines = answer.lines }
        pipeline.decorations(record)
            .append(to: &lines, head: head, isSecure: head.isSecure, requestID: record.requestID)
        return Outcome(decision: decision, record: record, head: head, lines: lines)
    }

    /// A token with a scope.
    func token(scope: String? = nil) throws -> String {
        try self.mint.mint(TokenMint.Request(subject: "alice", scope: scope), now: World.now)
    }

    private var pipeline: RequestPipeline {
        RequestPipeline(
            limits: AdmissionLimits(requestBody: self.requestBody),
            routes: RouteTable(self.routes),
            crossOrigin: self.crossOrigin,
            authenticator: Authenticator(verifier: self.verifier),
            hygiene: Hygiene(claimHeaders: self.claimHeaders, forwardsToken: self.forwardsToken),
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
        headers: SecurityHeaders = .strict
    ) throws {
        self.routes.append(
            Route(
                index: self.routes.count,
                name: "\(path) \(self.routes.count)",
                pattern: try PathPattern(path),
                methods: methods.map { MethodSet($0) },
                otherMethods: others.map { Array($0.utf8) },
                access: access,
                upstream: self.routes.count + 10,
                allowsEmptySegments: allowsEmptySegments,
                decorations: Decorations(securityHeaders: headers, crossOrigin: self.crossOrigin)
            )
        )
    }
}
