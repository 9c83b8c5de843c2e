import Foundation
import Testing
import TestSupport

/// A client of the accounts API of one gate.
///
/// Every request goes over a connection of its own, and may take a minute: the machine that runs the tests is shared.
struct AccountClient: Sendable {
    /// The gate.
    let sidecar: Sidecar
    /// A password that every rule accepts.
    static let password = AccountsShell.password
    /// The same for a change.
    static let newPassword = "another battery horse staple"

    init(_ sidecar: Sidecar) {
        self.sidecar = sidecar
        for password in [Self.password, Self.newPassword] { LogHygiene.forbid(password) }
    }

    /// The gate of the suite that runs.
    static func running() throws -> AccountClient { AccountClient(try Scene.running().sidecar) }

    /// A username that no other test has.
    static func name() -> String { "u" + String(UInt64.random(in: .min ... .max), radix: 36) }

    /// The text of a JSON object.
    static func object(_ members: [String: String]) throws -> String {
        String(decoding: try JSONEncoder().encode(members), as: UTF8.self)
    }

    /// Sends a request, with a body and its length unless there is none.
    func send(
        _ request: String,
        _ body: String? = nil,
        token: String? = nil,
        type: String? = "application/json",
        fields: [String] = []
    ) throws -> Answer {
        var lines = ["Host: localhost"] + fields
        if let token { lines.append("Authorization: Bearer \(token)") }
        if let body {
            lines.append("Content-Length: \(body.utf8.count)")
            if let type { lines.append("Content-Type: \(type)") }
        }
        let client = try sidecar.client(seconds: 60)
        let head = "\(request) HTTP/1.1\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
        try client.send(Wire.bytes(head) + Array((body ?? "").utf8))
        return try client.answer(to: String(request.prefix { $0 != " " }))
    }

    /// Sends a JSON object of texts.
    func send(
        _ request: String,
        _ members: [String: String],
        token: String? = nil,
        fields: [String] = []
    ) throws -> Answer {
        try send(request, Self.object(members), token: token, fields: fields)
    }

    /// Signs up with the members that are required, and others.
    func signUp(_ name: String, _ members: [String: String] = [:], _ fields: [String] = []) throws -> Answer {
        let required = ["email": "\(name)@company.test", "username": name, "password": Self.password]
        return try send("POST /api/v1/auth/signup", required.merging(members) { $1 }, fields: fields)
    }

    /// Logs in by username.
    func logIn(_ name: String, _ password: String = Self.password, _ fields: [String] = []) throws -> Answer {
        try send("POST /api/v1/auth/login", ["username": name, "password": password], fields: fields)
    }

    /// Exchanges a refresh token.
    func refresh(_ token: String) throws -> Answer {
        try send("POST /api/v1/auth/refresh", ["refresh_token": token])
    }

    /// A new account and its first session.
    func newcomer(_ name: String = Self.name(), _ members: [String: String] = [:]) throws -> AccountGrant {
        try AccountGrant(signUp(name, members), status: 201)
    }

    /// One more session of an account.
    func session(of name: String, _ password: String = Self.password) throws -> AccountGrant {
        try AccountGrant(logIn(name, password))
    }

    /// What `/users/me` answers to a token.
    func me(_ token: String) throws -> Answer { try send("GET /api/v1/users/me", token: token) }

    /// The sessions of the owner of a token.
    func sessions(_ token: String) throws -> [JSONValue] {
        let answer = try send("GET /api/v1/auth/sessions", token: token)
        guard answer.status == 200, let items = answer.json?.items else {
            throw SupportFailure("no sessions: \(answer.status) \(answer.text)")
        }
        return items
    }

    /// Runs a statement on the database beside the running gate, as an operator could.
    func database(_ statement: String, _ values: [String] = [], file: String? = nil) throws -> String {
        let script = """
            import sqlite3, sys
            database = sqlite3.connect(sys.argv[1], timeout=30)
            rows = database.execute(sys.argv[2], sys.argv[3:]).fetchall()
            database.commit()
            print("\\n".join("|".join(str(value) for value in row) for row in rows))
            """
        let path = file ?? sidecar.scratch.file("accounts.db")
        let output = try Command.output(["python3", "-c", script, path, statement] + values, seconds: 60)
        return output.last == "\n" ? String(output.dropLast()) : output
    }
}

/// What signup, login and refresh answer, read strictly.
struct AccountGrant {
    /// The access token.
    let access: String
    /// The refresh token.
    let refresh: String
    /// The seconds that the access token lives.
    let lifetime: Int
    /// The account.
    let user: JSONValue
    /// The header of the access token.
    let header: JSONValue
    /// The claims of the access token.
    let claims: JSONValue

    init(_ answer: Answer, status: Int = 200, location: SourceLocation = #_sourceLocation) throws {
        guard answer.status == status, let document = answer.json, let access = document["access_token"]?.string,
            let refresh = document["refresh_token"]?.string, let lifetime = document["expires_in"]?.integer,
            let user = document["user"]
        else { throw SupportFailure("no tokens: \(answer.status) \(answer.text)") }
        LogHygiene.forbid(token: access)
        LogHygiene.forbid(refresh)
        #expect(answer["Content-Type"] == "application/json", sourceLocation: location)
        #expect(answer["Cache-Control"] == "no-store", sourceLocation: location)
        #expect(document["token_type"]?.string == "Bearer", sourceLocation: location)
        #expect(document.names == Self.names, sourceLocation: location)
        let parts = access.split(separator: ".", omittingEmptySubsequences: false).map { Self.decoded(String($0)) }
        guard parts.count == 3, let header = parts[0], let claims = parts[1] else {
            throw SupportFailure("the access token is no JWT")
        }
        (self.access, self.refresh, self.lifetime, self.user) = (access, refresh, lifetime, user)
        (self.header, self.claims) = (header, claims)
    }

    /// The id of the session.
    var session: String { claims["sid"]?.string ?? "" }
    /// The id of the account.
    var id: String { user["id"]?.string ?? "" }
    /// The username.
    var name: String { user["username"]?.string ?? "" }

    private static let names = ["access_token", "expires_in", "refresh_token", "token_type", "user"]

    private static func decoded(_ part: String) -> JSONValue? {
        let base64 = part.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - base64.count % 4) % 4)
        return Data(base64Encoded: base64 + padding).flatMap { JSONValue(parsing: String(decoding: $0, as: UTF8.self)) }
    }
}

extension Answer {
    /// The items of a 422 as `pointer code`, in their order; nil when it is no such document.
    var problems: [String]? {
        guard code == "validation_failed", status == 422 else { return nil }
        return json?["errors"]?.items?.map { "\($0["pointer"]?.string ?? "?") \($0["code"]?.string ?? "?")" }
    }

    /// Expects a problem document with exactly the members that every refusal has.
    func expectProblem(
        _ status: Int,
        _ code: String,
        authenticate: String? = nil,
        location: SourceLocation = #_sourceLocation
    ) {
        #expect(self.status == status && self.code == code, "\(self.status) \(text)", sourceLocation: location)
        let names = ["code", "detail", "request_id", "status", "title", "type"]
        #expect(json?.names.filter { $0 != "errors" } == names, "\(text)", sourceLocation: location)
        #expect((json?["errors"] != nil) == (status == 422), "\(text)", sourceLocation: location)
        let type = "https://iana.org/assignments/http-problem-types#quota-exceeded"
        #expect(json?["type"]?.string == (status == 429 ? type : "about:blank"), sourceLocation: location)
        #expect(json?["status"]?.integer == status, sourceLocation: location)
        #expect(json?["request_id"]?.string == self["X-Request-Id"], sourceLocation: location)
        #expect(self["WWW-Authenticate"] == authenticate, sourceLocation: location)
        #expect(status != 503 || (self["Retry-After"].flatMap { Int($0) } ?? 0) > 0, sourceLocation: location)
    }
}

/// The forms of `WWW-Authenticate` on 401.
enum Challenge {
    /// No token was sent, or a password was wrong.
    static let plain = #"Bearer realm="gatehouse""#
    /// A token is not good.
    static let token = #"Bearer realm="gatehouse", error="invalid_token""#
}

/// A gate with accounts of its own, whose quotas let every test through.
enum AccountScene {
    static func make(_ change: @Sendable (inout ProxyConfiguration) -> Void = { _ in }) throws -> Scene {
        try Scene {
            $0.sections = AccountsShell.sections + ["rate_limits: { failures: off }"]
            change(&$0)
        }
    }

    /// The section of accounts with further lines.
    static func accounts(_ lines: String...) -> String {
        ([AccountsShell.accounts] + lines.map { "  " + $0 }).joined(separator: "\n")
    }
}
