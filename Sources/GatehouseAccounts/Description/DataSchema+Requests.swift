/// The bodies that the service takes, under the names that they have in the document.
extension DataSchema {
    static let requests: [(name: String, schema: DataSchema)] = [
        ("Signup", signup), ("Login", login), ("Refresh", refresh), ("Logout", logout),
        ("PasswordChange", passwordChange), ("UserUpdate", userUpdate), ("UserDeletion", userDeletion),
    ]

    private static let signup = DataSchema.object(
        "A new account.",
        [
            Member("email", .text("The e-mail address.", maximum: 254, format: "email", example: "user@company.com")),
            Member("password", newPassword),
            Member(
                "username",
                .text(
                    "The username; kept as typed, unique in any case. Names that stand for the service are refused.",
                    minimum: 3,
                    maximum: 32,
                    pattern: "^[._-]*[A-Za-z0-9][A-Za-z0-9._-]*$",
                    example: "user"
                )
            ),
            Member("full_name", name("The name of the person.", example: "User Name"), isRequired: false),
            Member(
                "organization_name",
                name("The name of the organisation that is made with the account.", example: "Company Name"),
                isRequired: false
            ),
            Member("team_name", name("The name of the team in it.", example: "Engineering"), isRequired: false),
        ],
        isClosed: true
    )

    private static let login = DataSchema.either(
        "An account, by e-mail address or by username, and its password.",
        [
            .object(
                "By e-mail address.",
                [
                    Member("email", .text("The e-mail address.", example: "user@company.com")),
                    Member("password", .text("The password.", format: "password", example: "securepassword")),
                ],
                isClosed: true
            ),
            .object(
                "By username.",
                [
                    Member("username", .text("The username.", example: "user")),
                    Member("password", .text("The password.", format: "password", example: "securepassword")),
                ],
                isClosed: true
            ),
        ]
    )

    private static let refresh = DataSchema.object(
        "The refresh token that was given out last.",
        [Member("refresh_token", .text("The refresh token."))],
        isClosed: true
    )

    private static let logout = DataSchema.object(
        "Which sessions end.",
        [
            Member(
                "scope",
                .choice(
                    "This session, which is the default, the other ones, or all.",
                    LogoutRequest.Scope.allCases.map(\.rawValue)
                ),
                isRequired: false
            )
        ],
        isClosed: true
    )

    private static let passwordChange = DataSchema.object(
        "The password as it is and as it is to be.",
        [
            Member("current_password", .text("The password as it is.", format: "password")),
            Member("new_password", newPassword),
        ],
        isClosed: true
    )

    private static let userUpdate = DataSchema.object(
        "What is to change; what is left out stays.",
        [
            Member(
                "full_name",
                .nullable(name("The name of the person, or null for none.", example: "User Name")),
                isRequired: false
            )
        ],
        isClosed: true
    )

    private static let userDeletion = DataSchema.object(
        "The proof that it is the owner who asks.",
        [Member("password", .text("The password.", format: "password"))],
        isClosed: true
    )

    // What fits is accepted unless it holds the owner's names or is common: no control character, not one character of ASCII again and
    // again, and 256 characters of any kind or 1024 of ASCII, which both have 1024 bytes at most.
    private static let newPassword = DataSchema.text(
        "Neither common nor easy to guess, and without the e-mail address or the username in it. At most 1024 bytes of UTF-8.",
        minimum: 12,
        maximum: 1024,
        pattern: #"^(?!([ -~])\1{11,29}$)(?!([0-9])\2*$)(?:[ -~]{12,1024}|[^\x00-\x1f\x7f-\x9f]{12,256})$"#,
        format: "password",
        example: "securepassword"
    )

    /// A name that people read: no control characters, separators of lines or marks of direction.
    private static func name(_ meaning: String, example: String) -> DataSchema {
        .text(
            meaning,
            minimum: 1,
            maximum: 200,
            pattern: #"^[^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+$"#,
            example: example
        )
    }
}
