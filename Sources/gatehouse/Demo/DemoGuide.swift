/// What a demo prints once it runs: where it is, and commands that work as printed.
struct DemoGuide {
    let folder: String
    let configuration: String
    let port: Int
    let upstream: String?
    let adminAddress: String?
    /// A token that is good for an hour.
    let token: String

    /// The whole text.
    var text: String {
        let curl = "curl --cacert \(ShellWord("\(self.folder)/ca.crt").text)"
        let base = "https://localhost:\(self.port)"
        return """

            Gatehouse \(Version.text) listens on \(base)
              app      \(self.upstream ?? "a small echo app, which answers what reached it")
              files    \(self.folder)
            \(self.admin)
            A public route, for which no token is needed:

            \(curl) \(base)/healthz

            Refused, because there is no token (401):

            \(curl) \(base)/orders

            Allowed, with a token that is good for an hour:

            \(curl) -H 'Authorization: Bearer \(self.token)' \(base)/orders

            Another token, with other claims:

            \(ProgramPath.word) token mint --config \(ShellWord(self.configuration).text) --subject alice --claim 'roles=["admin"]'

            Press Ctrl-C to end. Each request is a line of JSON below.


            """
    }

    private var admin: String {
        guard let address = self.adminAddress, !address.hasSuffix(":0") else { return "" }
        return "  metrics  http://\(address)/metrics\n"
    }
}
