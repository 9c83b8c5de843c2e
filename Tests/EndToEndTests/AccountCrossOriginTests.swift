import Testing
import TestSupport

/// Signing up and logging in from a page of another origin, as a browser does it.
@Suite(
    .scene {
        try AccountScene.make {
            $0.sections.append(
                """
                cors:
                  origins: ["https://app.example.com"]
                  methods: [GET, POST, PATCH, DELETE]
                  headers: [Authorization, Content-Type]
                  expose: [X-Request-Id, Location]
                  credentials: true
                """
            )
        }
    }
)
struct AccountCrossOriginTests {
    private static let origin = "Origin: https://app.example.com"

    @Test
    func `a page of an allowed origin signs up, logs in and asks who it is, each after a preflight`() throws {
        let client = try AccountClient.running()
        let name = AccountClient.name()
        let signup = try fetch("POST /api/v1/auth/signup", "content-type") {
            try client.signUp(name, [:], [Self.origin])
        }
        _ = try AccountGrant(signup, status: 201)
        #expect(signup.fields.list("Access-Control-Expose-Headers", contains: "Location"))
        let login = try fetch("POST /api/v1/auth/login", "content-type") {
            try client.logIn(name, AccountClient.password, [Self.origin])
        }
        let grant = try AccountGrant(login)
        let me = try fetch("GET /api/v1/users/me", "authorization") {
            try client.send("GET /api/v1/users/me", token: grant.access, fields: [Self.origin])
        }
        #expect(me.json == grant.user)
        let change = try fetch("PATCH /api/v1/users/me", "authorization,content-type") {
            try client.send("PATCH /api/v1/users/me", ["full_name": "New"], token: grant.access, fields: [Self.origin])
        }
        #expect(change.json?["full_name"]?.string == "New")
        let logout = try fetch("POST /api/v1/auth/logout", "authorization") {
            try client.send("POST /api/v1/auth/logout", token: grant.access, fields: [Self.origin])
        }
        #expect(logout.status == 204)
    }

    @Test
    func `a page may read every refusal, too`() throws {
        let client = try AccountClient.running()
        let answers = [
            try client.logIn("nobody", "nothing", [Self.origin]),
            try client.send("POST /api/v1/auth/signup", "{}", fields: [Self.origin]),
            try client.send("POST /api/v1/auth/signup", "{", fields: [Self.origin]),
            try client.send("POST /api/v1/auth/signup", "{}", type: "text/plain", fields: [Self.origin]),
            try client.send("GET /api/v1/users/me", fields: [Self.origin]),
            try client.send("GET /api/v1/organizations/me", fields: [Self.origin]),
            try client.send("PUT /api/v1/users/me", fields: [Self.origin]),
        ]
        #expect(answers.map(\.status) == [401, 422, 400, 415, 401, 404, 405])
        for answer in answers { expectAllowed(answer) }
    }

    @Test
    func `a page of another origin gets no permission`() throws {
        let client = try AccountClient.running()
        let preflight = try client.send(
            "OPTIONS /api/v1/auth/login",
            fields: ["Origin: https://evil.test", "Access-Control-Request-Method: POST"]
        )
        #expect(preflight.status == 204 && preflight["Access-Control-Allow-Origin"] == nil)
        let method = try client.send(
            "OPTIONS /api/v1/auth/login",
            fields: [Self.origin, "Access-Control-Request-Method: DELETE"]
        )
        #expect(method.status == 204 && method["Access-Control-Allow-Origin"] == nil)
        let answer = try client.logIn("nobody", "nothing", ["Origin: https://evil.test"])
        #expect(answer.status == 401 && answer["Access-Control-Allow-Origin"] == nil)
        #expect(answer.fields.list("Vary", contains: "Origin"))
    }

    private func fetch(_ request: String, _ headers: String, _ send: () throws -> Answer) throws -> Answer {
        let parts = request.split(separator: " ")
        let preflight = try AccountClient.running().send(
            "OPTIONS \(parts[1])",
            fields: [
                Self.origin, "Access-Control-Request-Method: \(parts[0])", "Access-Control-Request-Headers: \(headers)",
            ]
        )
        #expect(preflight.status == 204 && preflight.body.isEmpty)
        expectAllowed(preflight)
        #expect(preflight.fields.list("Access-Control-Allow-Methods", contains: String(parts[0])))
        for header in headers.split(separator: ",") {
            #expect(preflight.fields.list("Access-Control-Allow-Headers", contains: String(header)))
        }
        let answer = try send()
        expectAllowed(answer)
        return answer
    }

    private func expectAllowed(_ answer: Answer, location: SourceLocation = #_sourceLocation) {
        #expect(
            answer.fields.values("Access-Control-Allow-Origin") == ["https://app.example.com"],
            "\(answer.status)",
            sourceLocation: location
        )
        #expect(answer["Access-Control-Allow-Credentials"] == "true", sourceLocation: location)
        #expect(answer.fields.list("Vary", contains: "Origin"), sourceLocation: location)
    }
}
