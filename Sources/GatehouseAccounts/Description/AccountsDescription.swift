import GatehouseCore

/// The OpenAPI 3.1 document of the accounts service: exactly the endpoints that are served.
struct AccountsDescription: Sendable {
    /// The document.
    let document: [UInt8]

    /// Renders the document; it is the same wherever the service runs, because its server is where it was fetched from.
    init() {
        var root = JSONObject()
        root["openapi"] = "3.1.0"
        root["info"] = .object(
            AccountsDescription.object([
                ("title", "Gatehouse accounts"),
                ("version", "1.0.0"),
                ("description", "Sign up, log in, and get the access tokens that the gate accepts."),
            ])
        )
        root["servers"] = .array([.object(AccountsDescription.object([("url", "/")]))])
        root["paths"] = .object(AccountsDescription.paths)
        root["components"] = .object(AccountsDescription.components)
        var writer = JSONWriter()
        writer.value(.object(root))
        self.document = writer.bytes
    }

    private static var paths: JSONObject {
        var paths = JSONObject()
        for endpoint in AccountsEndpoint.allCases {
            var item = paths[endpoint.template]?.object ?? JSONObject()
            let method = endpoint.method.token.description.lowercased()
            item[method] = .object(self.operation(endpoint))
            paths[endpoint.template] = .object(item)
        }
        return paths
    }

    private static func operation(_ endpoint: AccountsEndpoint) -> JSONObject {
        let operation = endpoint.operation
        var object = JSONObject()
        object["operationId"] = .string(endpoint.rawValue)
        object["summary"] = .string(operation.summary)
        object["security"] = .array(endpoint.isOpen ? [] : [.object(self.object([("bearer", .array([]))]))])
        if endpoint == .sessionEnd { object["parameters"] = .array([.object(self.sessionParameter)]) }
        if let body = operation.body {
            object["requestBody"] = .object(
                self.object([
                    ("required", .bool(!operation.isBodyOptional)),
                    ("content", self.content("application/json", body)),
                ])
            )
        }
        var responses = JSONObject()
        responses[String(operation.status)] = .object(self.success(endpoint))
        for status in endpoint.refusals {
            responses[String(status)] = .object(self.object([("$ref", .string("#/components/responses/\(status)"))]))
        }
        object["responses"] = .object(responses)
        return object
    }

    private static func success(_ endpoint: AccountsEndpoint) -> JSONObject {
        let operation = endpoint.operation
        var object = self.object([("description", .string(self.meaning(of: operation.status)))])
        var names = ["Cache-Control", "RateLimit", "RateLimit-Policy", "X-Request-Id"]
        if endpoint == .signup { names.append("Location") }
        object["headers"] = self.headers(names)
        if let answer = operation.answer { object["content"] = self.content("application/json", answer) }
        return object
    }

    private static var sessionParameter: JSONObject {
        self.object([
            ("name", "id"), ("in", "path"), ("required", true),
            ("description", "The id of the session."),
            ("schema", .object(DataSchema.text("An id.", format: "uuid").json)),
        ])
    }

    private static func content(_ type: String, _ schema: String) -> JSONValue {
        let schema = JSONValue.object(DataSchema.reference(schema).json)
        return .object(self.object([(type, .object(self.object([("schema", schema)])))]))
    }

    private static func headers(_ names: [String]) -> JSONValue {
        .object(
            self.object(
                names.map { ($0, .object(self.object([("$ref", .string("#/components/headers/\($0)"))]))) }
            )
        )
    }

    /// An object of members whose names differ.
    private static func object(_ members: [(String, JSONValue)]) -> JSONObject {
        var object = JSONObject()
        for (name, value) in members { object[name] = value }
        return object
    }
}

extension AccountsDescription {
    private static var components: JSONObject {
        var schemas = JSONObject()
        for (name, schema) in DataSchema.requests + DataSchema.answers { schemas[name] = .object(schema.json) }
        var responses = JSONObject()
        for status in Set(AccountsEndpoint.allCases.flatMap(\.refusals)).sorted() {
            responses[String(status)] = .object(self.refusal(status))
        }
        let bearer = self.object([("type", "http"), ("scheme", "bearer"), ("bearerFormat", "JWT")])
        return self.object([
            ("schemas", .object(schemas)),
            ("responses", .object(responses)),
            ("headers", .object(self.headerSchemas)),
            ("securitySchemes", .object(self.object([("bearer", .object(bearer))]))),
        ])
    }

    private static func refusal(_ status: Int) -> JSONObject {
        var names = ["Cache-Control", "X-Request-Id"]
        if status == 401 || status == 400 { names.append("WWW-Authenticate") }
        if status == 429 || status == 503 { names.append("Retry-After") }
        if status != 400 { names += ["RateLimit", "RateLimit-Policy"] }
        return self.object([
            ("description", .string(self.meaning(of: status))),
            ("headers", self.headers(names)),
            ("content", self.content("application/problem+json", status == 422 ? "ValidationProblem" : "Problem")),
        ])
    }

    private static var headerSchemas: JSONObject {
        let headers: [(String, DataSchema)] = [
            ("Cache-Control", .text("Whether the answer may be kept.")),
            ("Location", .text("Where the account is shown.")),
            ("RateLimit", .text("What is left of the quotas.")),
            ("RateLimit-Policy", .text("The quotas that were taken from.")),
            ("Retry-After", .integer("When asking again makes sense, in seconds.")),
            ("WWW-Authenticate", .text("The challenge (RFC 6750).")),
            ("X-Request-Id", .text("What the operator finds the request by.")),
        ]
        return self.object(
            headers.map { name, schema in (name, .object(self.object([("schema", .object(schema.json))]))) }
        )
    }

    private static func meaning(of status: Int) -> String {
        switch status {
        case 200: "Done."
        case 201: "Made."
        case 204: "Done; there is no content."
        case 400: "The request or its JSON is malformed."
        case 401: "The credential is missing or not accepted."
        case 404: "There is nothing of that name that is the caller's."
        case 408: "The request did not arrive in time."
        case 409: "The e-mail address or the username is taken."
        case 413: "The body is larger than 64 KiB."
        case 414: "The request target is too long."
        case 415: "The body is not `application/json`."
        case 417: "The expectation cannot be met."
        case 422: "Fields of the body are not accepted."
        case 429: "A quota is used up, or logins failed too often."
        case 431: "The head of the request is too large."
        case 503: "Something that is needed is away or too busy."
        case 505: "This version of HTTP is not supported."
        default: "The gate failed."
        }
    }
}
