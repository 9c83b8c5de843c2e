internal import ArgumentParser

/// `init`: writes a configuration that works, for editing.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a working proxy.conf, a signing key and development certificates.",
        discussion: "Exit codes: 0 written, 1 the folder is not empty or cannot be written."
    )

    @Argument(help: ArgumentHelp("The folder; made if it is missing.", valueName: "dir"))
    var folder: String

    func validate() throws {
        guard !self.folder.isEmpty else { throw ValidationError("the folder has no name") }
    }

    func run() throws {
        var folder = try FolderWriter(making: self.folder)
        do throws(CommandFailure) {
            try StarterFiles.write(to: &folder)
            // Last, so that a folder with a configuration is complete.
            try folder.write(Array(StarterConfiguration().text.utf8), to: "proxy.conf", mode: 0o644)
        } catch {
            folder.takeBack()
            let message = error.message ?? "it cannot be written"
            throw CommandFailure(code: error.code, message: "\(message); what was written was taken back")
        }
        StandardOutput.write(Self.summary(folder.path))
    }

    private static func summary(_ folder: String) -> String {
        let program = ProgramPath.word
        let file = ShellWord("\(folder)/proxy.conf").text
        let authority = ShellWord("\(folder)/ca.crt").text
        return """
            \(folder) holds now:
              proxy.conf                      the configuration, for editing
              data/keys/                      the key that signs tokens; accounts and audit log come beside it
              ca.crt, ca.key                  a certificate authority for development
              tls/server.crt, tls/server.key  its certificate for localhost, 127.0.0.1 and ::1, good for \(StarterFiles.days) days

            Next:
              1. Start your app on http://127.0.0.1:3000, or set `upstreams` in proxy.conf.
              2. \(program) check --config \(file)
              3. \(program) serve --config \(file)
              4. In another shell:
                 token=$(\(program) token mint --config \(file) --subject me)
                 curl --cacert \(authority) -H "Authorization: Bearer $token" https://localhost:8443/
                 \(program) users create --config \(file) --email alice@example.com --username alice

            """
    }
}
