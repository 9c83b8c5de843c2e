import GatehouseCore
import GatehouseCrypto
import Synchronization
import Testing

@testable import GatehouseAccounts

/// The whole service over doubles of store and password workers, with a clock that the test moves.
struct World {
    /// The signup of the documentation for users, to the letter.
    static let documented = """
        {"email": "user@company.com", "password": "securepassword", "username": "user", "full_name": "User Name", \
        "organization_name": "Company Name", "team_name": "Engineering"}
        """

    let store = MemoryStore()
    let worker = PlainWorker()
    let revocations = Revocations()
    let service: AccountsService
    let configuration: AccountsConfiguration
    let keys: AccountsKeys
    private let clock = Clock()
    private let verifier: TokenVerifier

    init(scopes: [String: [String]] = [:]) throws {
        self.configuration = AccountsConfiguration(
            issuer: "https://api.example.com",
            audience: ["orders-api"],
            scopes: scopes
        )
        self.keys = try AccountsKeys(
            signing: SigningKey.generateES256(),
            refreshSecret: Secret(Random.bytes(32))
        )
        let clock = self.clock
        self.service = AccountsService(
            configuration: self.configuration,
            keys: self.keys,
            store: self.store,
            passwords: self.worker,
            revocations: self.revocations,
            clock: { clock.now },
            report: { fault in clock.note(fault) }
        )
        let issuer = TokenIssuer(
            name: "accounts",
            issuer: "https://api.example.com",
            audiences: ["orders-api"],
            algorithms: [.es256],
            keys: .set(self.keys.publicSet)
        )
        self.verifier = TokenVerifier(issuers: [issuer], leewaySeconds: 60, claimHeaders: [], generation: 1)
    }

    /// The commands on the same store.
    var commands: AccountsCommands {
        let clock = self.clock
        return AccountsCommands(
            configuration: self.configuration,
            store: self.store,
            passwords: self.worker,
            account: "operator",
            clock: { clock.now }
        )
    }

    /// The wall clock in microseconds since 1970.
    var now: Int64 { self.clock.now }
    /// What the operator's log was told.
    var faults: [AccountsFault] { self.clock.faults }

    /// Lets time pass.
    func wait(seconds: Int64) {
        self.clock.advance(seconds * 1_000_000)
    }

    /// Sends a call.
    func send(_ draft: CallDraft) async throws -> Reply {
        Reply(await self.service.serve(try draft.call(now: self.now / 1_000_000), content: draft.content))
    }

    /// Sends a body to an endpoint.
    func send(_ endpoint: AccountsEndpoint, _ body: String? = nil, as token: VerifiedToken? = nil) async throws -> Reply
    {
        try await self.send(CallDraft(endpoint, body, token: token))
    }

    /// Signs somebody up, and returns the answer's members.
    @discardableResult
    func signUp(_ name: String = "user") async throws -> Member {
        let body = """
            {"email": "\(name)@company.com", "password": "correct horse battery", "username": "\(name)"}
            """
        let reply = try await self.send(.signup, body)
        try #require(reply.status == 201)
        return try self.member(reply)
    }

    /// Logs somebody in who was signed up by name.
    func logIn(_ name: String = "user", _ password: String = "correct horse battery") async throws -> Reply {
        try await self.send(.login, #"{"email": "\#(name)@company.com", "password": "\#(password)"}"#)
    }

    /// What somebody got by a signup, a login or a refresh.
    func member(_ reply: Reply) throws -> Member {
        let body = try #require(reply.object)
        let access = try #require(body["access_token"]?.string)
        let refresh = try #require(body["refresh_token"]?.string)
        return Member(token: try self.verify(access), refresh: refresh, user: try #require(body["user"]?.object))
    }

    /// Checks an access token as the gate does.
    func verify(_ access: String) throws -> VerifiedToken {
        try self.verifier.verify(access.utf8Span.span, now: self.now / 1_000_000)
    }

    /// Mints a token as the command does.
    func mint(subject: String) throws -> VerifiedToken {
        let mint = TokenMint(
            issuer: "https://api.example.com",
            audiences: ["orders-api"],
            key: self.keys.signing,
            algorithm: .es256,
            keyID: self.keys.keyID
        )
        return try self.verify(try mint.mint(TokenMint.Request(subject: subject), now: self.now / 1_000_000))
    }
}

/// Somebody who is logged in.
struct Member {
    let token: VerifiedToken
    let refresh: String
    let user: JSONObject

    var id: String { self.token.subject ?? "" }
    var session: String { self.token.claims["sid"]?.string ?? "" }
}

/// A reply, taken apart.
struct Reply: Sendable {
    let reply: AccountsReply

    init(_ reply: AccountsReply) {
        self.reply = reply
    }

    /// The status of an answer; 0 for a refusal.
    var status: Int {
        if case .answer(let answer) = self.reply { answer.status } else { 0 }
    }

    /// The refusal, of whichever kind.
    var refusal: Refusal? {
        switch self.reply {
        case .answer: nil
        case .refused(let refusal, _): refusal
        case .failed(let refusal, _): refusal
        }
    }

    /// Whether it takes from the quota of failures.
    var isFailure: Bool {
        if case .failed = self.reply { true } else { false }
    }

    /// Whether it counts as a bad token.
    var isToken: Bool {
        if case .failed(_, let isToken) = self.reply { isToken } else { false }
    }

    /// The items of `errors` as `pointer code`.
    var problems: [String] {
        guard case .refused(.fieldsInvalid, let problems) = self.reply else { return [] }
        return problems.map { "\($0.pointer) \($0.code)" }
    }

    /// The content of an answer as JSON.
    var json: JSONValue? {
        guard case .answer(let answer) = self.reply else { return nil }
        return try? StrictJSON.parse(answer.content)
    }

    var object: JSONObject? { self.json?.object }

    /// The value of a header of an answer.
    func header(_ name: FieldName) -> String? {
        guard case .answer(let answer) = self.reply else { return nil }
        let field = answer.lines.fields.first { $0.name == name }
        return field.map { String(decoding: answer.lines.bytes[$0.valueRange], as: UTF8.self) }
    }
}

/// A clock that stands still until it is moved, and what was reported.
final class Clock: Sendable {
    private let content = Mutex<(now: Int64, faults: [AccountsFault])>((1_800_000_000_000_000, []))

    var now: Int64 { self.content.withLock { $0.now } }
    var faults: [AccountsFault] { self.content.withLock { $0.faults } }

    func advance(_ microseconds: Int64) {
        self.content.withLock { $0.now += microseconds }
    }

    func note(_ fault: AccountsFault) {
        self.content.withLock { $0.faults.append(fault) }
    }
}
