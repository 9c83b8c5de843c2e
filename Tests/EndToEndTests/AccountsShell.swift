import Foundation
import Testing
import TestSupport

/// The commands of `users` and `token` on the `proxy.conf` of a folder, and what they leave there.
struct AccountsShell {
    /// The folder with `proxy.conf`, `accounts.db`, `keys` and `audit.jsonl`.
    let folder: String
    /// A password that every rule accepts.
    static let password = "correct battery horse staple"
    /// Keeps the folder, if this made it.
    private let scratch: Scratch?

    /// Works in the folder of a running gate.
    init(_ sidecar: Sidecar) {
        folder = sidecar.scratch.path
        scratch = nil
    }

    /// Makes a folder with a configuration, and starts nothing.
    init(_ change: (inout ProxyConfiguration) -> Void = { _ in }) throws {
        let scratch = try Scratch("accounts")
        var configuration = ProxyConfiguration(target: "http://127.0.0.1:9")
        configuration.sections = Self.sections
        change(&configuration)
        try scratch.write("proxy.conf", configuration.text(ports: [20_001, 20_002], accessLog: "stdout"))
        folder = scratch.path
        self.scratch = scratch
        LogHygiene.forbid(Self.password)
    }

    /// The sections of accounts and audit log; paths start at the folder of the file.
    static let sections = [accounts, audit]
    /// The section of accounts.
    static let accounts = """
        accounts:
          database: sqlite:accounts.db
          issuer: http://localhost
          audience: [orders]
          signing: { keys: keys }
          passwords: { argon2: { memory: 1MiB, iterations: 1 } }
        """
    /// The section of the audit log.
    static let audit = "audit: { file: audit.jsonl }"

    /// A running gate with accounts, an audit log and a secret issuer, that lets everybody log in as often as they like.
    static func scene() throws -> Scene {
        try Scene { $0.sections = Self.sections + ["rate_limits: { failures: off }"] }
    }

    /// The path of the configuration.
    var file: String { folder + "/proxy.conf" }

    /// Runs a command with `--config`.
    func run(_ arguments: [String], input: String = "") throws -> Command {
        try GatehouseBinary.run(arguments + ["--config", file], input: input)
    }

    /// Runs a command of `users` that must succeed, with `--format json`, and returns its document.
    func users(_ arguments: String..., input: String = "") throws -> JSONValue {
        let command = try run(["users"] + arguments + ["--format", "json"], input: input)
        let document = JSONValue(parsing: command.output)
        guard command.status == 0, let document else {
            throw SupportFailure("users \(arguments) ended with \(command.status): \(command.errors)")
        }
        return document
    }

    /// Makes an account with every field.
    @discardableResult
    func create(_ name: String) throws -> JSONValue {
        try users(
            "create",
            "--email",
            "\(name)@company.test",
            "--username",
            name,
            "--full-name",
            "Full \(name)",
            "--organization-name",
            "Company",
            "--team-name",
            "Engineering",
            input: Self.password + "\n"
        )
    }

    /// Changes the section of the audit log in the file, from the path of the log on.
    func recordInto(_ setting: String) throws {
        let text = Scratch.text(at: file).replacing("audit.jsonl }", with: setting)
        try text.write(toFile: file, atomically: true, encoding: .utf8)
    }

    /// The records of the audit log, oldest first.
    func records() -> [JSONValue] {
        Scratch.text(at: folder + "/audit.jsonl").split(separator: "\n").compactMap { JSONValue(parsing: String($0)) }
    }

    /// The name of the account that the tests run in.
    static func account() throws -> String { try Command.output(["id", "-un"]).filter { !$0.isNewline } }
}
