/// What a demo prints once it runs: where it is, and commands that work as printed, in this order, in any shell.
struct DemoGuide {
    let folder: String
    let configuration: String
    let port: Int
    let upstream: String?
    let adminAddress: String?
    /// Where quotas are counted.
    let quotas: String

    /// The whole text.
    var text: String {
        """

        Gatehouse \(Version.text) listens on \(self.base)
          app      \(self.upstream ?? "a small echo app, which answers what reached it")
          quotas   \(self.quotas)
          files    \(self.folder)
        \(self.admin)
        Sign up. A second time is 409, for the account is there:

        \(self.post(Self.signup, to: "/api/v1/auth/signup")) -w '\\n'

        Log in; the access token, which is good for 15 minutes, goes into a file:

        \(self.post(Self.login, to: "/api/v1/auth/login")) | \(Self.extraction) | tee \(self.tokenFile)

        Who am I?

        \(self.curl) -H "Authorization: Bearer $(cat \(self.tokenFile))" \(self.base)/api/v1/users/me -w '\\n'

        The app, through the gate, with that token:

        \(self.curl) -H "Authorization: Bearer $(cat \(self.tokenFile))" \(self.base)/orders

        Refused, because there is no token (401):

        \(self.curl) \(self.base)/orders -w '\\n'

        A public route, for which no token is needed:

        \(self.curl) \(self.base)/healthz

        All accounts, and a token without a login, with claims of your choice:

        \(self.program) users list --config \(self.file)
        \(self.program) token mint --config \(self.file) --subject alice --claim 'roles=["admin"]'

        Press Ctrl-C to end. Each request is a line of JSON below.


        """
    }

    private var base: String { "https://localhost:\(self.port)" }
    private var curl: String { "curl -sS --cacert \(ShellWord("\(self.folder)/ca.crt").text)" }
    private var tokenFile: String { ShellWord("\(self.folder)/token").text }
    private var file: String { ShellWord(self.configuration).text }
    private var program: String { ProgramPath.word }

    private var admin: String {
        guard let address = self.adminAddress, !address.hasSuffix(":0") else { return "" }
        return "  metrics  http://\(address)/metrics\n"
    }

    private func post(_ body: String, to path: String) -> String {
        "\(self.curl) -H 'Content-Type: application/json' -d '\(body)' \(self.base)\(path)"
    }

    /// Everything that a signup may say.
    private static let signup = """
        {"email": "user@company.com", "password": "securepassword", "username": "user", "full_name": "User Name", \
        "organization_name": "Company Name", "team_name": "Engineering"}
        """
    private static let login = #"{"email": "user@company.com", "password": "securepassword"}"#
    /// Takes the token out of the answer with what every system has.
    private static let extraction = #"sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p'"#
}
