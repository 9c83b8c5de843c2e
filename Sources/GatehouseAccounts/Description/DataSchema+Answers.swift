/// The bodies that the service answers with, under the names that they have in the document.
extension DataSchema {
    static let answers: [(name: String, schema: DataSchema)] = [
        ("Tokens", tokens), ("User", user), ("Session", session), ("Sessions", sessions), ("KeySet", keySet),
        ("Metadata", metadata), ("Description", description), ("Problem", problem),
        ("ValidationProblem", validationProblem),
    ]

    private static let tokens = DataSchema.object(
        "The tokens of a session.",
        [
            Member("access_token", .text("A JSON web token (RFC 9068).")),
            Member("token_type", .choice("How the access token is sent.", ["Bearer"])),
            Member("expires_in", .integer("For how many seconds the access token is good.")),
            Member("refresh_token", .text("What the next access token is got with; good once.")),
            Member("user", .reference("User")),
        ]
    )

    private static let user = DataSchema.object(
        "An account.",
        [
            Member("id", .text("The id.", format: "uuid")),
            Member("email", .text("The e-mail address.")),
            Member("username", .text("The username.")),
            Member("full_name", .nullable(.text("The name of the person."))),
            Member("organization_name", .nullable(.text("The name of the organisation."))),
            Member("team_name", .nullable(.text("The name of the team."))),
            Member(
                "roles",
                .list("The roles on the platform.", of: .choice("A role.", Role.allCases.map(\.rawValue)))
            ),
            Member(
                "status",
                .choice("Whether the account can log in.", UserView.Status.allCases.map(\.rawValue))
            ),
            Member("created_at", .text("When the account was made.", format: "date-time")),
        ]
    )

    private static let session = DataSchema.object(
        "A login that has not ended.",
        [
            Member("id", .text("The id.", format: "uuid")),
            Member("created_at", .text("When it began.", format: "date-time")),
            Member("last_used_at", .text("When a token was last given out for it.", format: "date-time")),
            Member("client_address", .nullable(.text("The client's address at the login."))),
            Member("user_agent", .nullable(.text("What the client called itself at the login."))),
            Member("current", .boolean("Whether it is the session of the request.")),
        ]
    )

    private static let sessions = DataSchema.list("The sessions, the newest first.", of: .reference("Session"))

    private static let keySet = DataSchema.object(
        "A JWK Set (RFC 7517).",
        [
            Member(
                "keys",
                .list(
                    "The public keys.",
                    of: .object(
                        "A key.",
                        ["kty", "crv", "x", "y", "use", "alg", "kid"].map { Member($0, .text("See RFC 7517.")) }
                    )
                )
            )
        ]
    )

    private static let metadata = DataSchema.object(
        "Metadata of an authorization server (RFC 8414).",
        [
            Member("issuer", .text("The claim `iss` of the access tokens.")),
            Member("jwks_uri", .text("Where the public keys are.")),
            Member("service_documentation", .text("Where this document is.")),
            Member("scopes_supported", .list("The scopes that tokens may have.", of: .text("A scope."))),
            Member("response_types_supported", .list("None.", of: .text("A response type."))),
            Member("grant_types_supported", .list("None.", of: .text("A grant type."))),
        ]
    )

    private static let description = DataSchema.object(
        "This document.",
        [
            Member("openapi", .text("The version of OpenAPI.")),
            Member("info", .object("About this interface.", [])),
            Member("paths", .object("The endpoints.", [])),
        ]
    )

    private static let problemMembers: [Member] = [
        Member("type", .text("The kind of problem, as a URI.")),
        Member("title", .text("The status in words.")),
        Member("status", .integer("The status.")),
        Member("detail", .text("One sentence for people.")),
        Member("code", .text("The stable code for programs.", minimum: 1)),
        Member("request_id", .text("What the operator finds the request by.", minimum: 1)),
    ]

    private static let problem = DataSchema.object("Why a request was refused (RFC 9457).", problemMembers)

    private static let validationProblem = DataSchema.object(
        "What is wrong with the fields of a body (RFC 9457).",
        problemMembers + [
            Member(
                "errors",
                .list(
                    "One item for each field.",
                    of: .object(
                        "What is wrong with a field.",
                        [
                            Member("pointer", .text("The place in the body (RFC 6901).")),
                            Member(
                                "code",
                                .choice("The stable code for programs.", FieldFlaw.allCases.map(\.rawValue))
                            ),
                            Member("detail", .text("One sentence for people.")),
                        ]
                    )
                )
            )
        ]
    )
}
