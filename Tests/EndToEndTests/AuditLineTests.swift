import Testing
import TestSupport

/// What commands leave in the audit log.
@Suite(.blocking)
struct AuditLineTests {
    @Test
    func `each change by users is one record with the system's account, and reading is none`() throws {
        let shell = try AccountsShell()
        let alice = try shell.create("alice")
        _ = try shell.users("disable", "alice")
        _ = try shell.users("enable", "alice")
        _ = try shell.users("unlock", "alice")
        _ = try shell.users("set-role", "alice", "admin")
        _ = try shell.users("set-password", "alice", input: "another battery horse staple")
        _ = try shell.users("revoke-sessions", "alice")
        _ = try shell.users("list")
        _ = try shell.users("show", "alice")
        #expect(shell.records().map { $0["seq"]?.integer } == Array(1...8))
        // The first record is that of the database, which the first command made.
        let records = shell.records().dropFirst()
        #expect(
            records.compactMap { $0["event"]?.string } == [
                "user.create", "user.disable", "user.enable", "user.unlock", "user.set_role", "user.set_password",
                "user.revoke_sessions",
            ]
        )
        let account = try AccountsShell.account()
        for record in records {
            #expect(record["result"]?.string == "success")
            #expect(record["actor"]?["type"]?.string == "command" && record["actor"]?["id"]?.string == account)
            #expect(record["target"]?["type"]?.string == "user" && record["target"]?["id"] == alice["id"])
            #expect(record["hash"]?.string?.isEmpty == false && record["client_address"] == nil)
        }
    }

    @Test
    func `a change of users that fails is not recorded as done`() throws {
        let shell = try AccountsShell()
        try shell.create("alice")
        let again = try shell.run(
            ["users", "create", "--email", "alice@company.test", "--username", "other"],
            input: AccountsShell.password
        )
        #expect(again.status == 1)
        let made = shell.records().filter { $0["event"]?.string == "user.create" && $0["result"]?.string == "success" }
        #expect(made.count == 1)
    }

    @Test(arguments: [true, false])
    func `token mint is one record, with accounts and without`(_ hasAccounts: Bool) throws {
        let signer = try TokenSigner(.HS256)
        let shell = try AccountsShell {
            if !hasAccounts {
                $0.sections = [AccountsShell.audit]
                $0.trust(signer)
            }
        }
        let mint = try shell.run(["token", "mint", "--subject", "alice", "--format", "json"])
        let document = try #require(JSONValue(parsing: mint.output), "\(mint.errors)")
        let token = try #require(document["access_token"]?.string)
        #expect(mint.status == 0 && document["token_type"]?.string == "Bearer")
        let records = shell.records()
        #expect(records.count == 1 && records.first?["event"]?.string == "token.mint")
        #expect(records.first?["actor"]?["type"]?.string == "command")
        #expect(try records.first?["actor"]?["id"]?.string == AccountsShell.account())
        #expect(records.first?["target"]?["id"]?.string == "alice")
        #expect(!Scratch.text(at: shell.folder + "/audit.jsonl").contains(token))
        let inspection = try shell.run(["token", "inspect"], input: token)
        #expect(inspection.status == 0 && shell.records().count == 1)
    }

    @Test
    func `without an audit section commands work and leave no log`() throws {
        let shell = try AccountsShell { $0.sections = [AccountsShell.accounts] }
        try shell.create("alice")
        #expect(try shell.run(["token", "mint", "--subject", "alice"]).status == 0)
        #expect(Scratch.text(at: shell.folder + "/audit.jsonl").isEmpty)
    }

    @Test
    func `an audit log that is required and cannot be written lets no command change or print anything`() throws {
        let shell = try AccountsShell()
        #expect(try shell.users("list") == .array([]))
        try shell.recordInto("/dev/full }")
        let create = try shell.run(
            ["users", "create", "--email", "a@b.test", "--username", "abc"],
            input: AccountsShell.password
        )
        #expect(create.status == 1 && create.output.isEmpty && create.errors.contains("audit"), "\(create.errors)")
        #expect(try shell.users("list") == .array([]))
        for format in ["text", "json"] {
            let mint = try shell.run(["token", "mint", "--subject", "alice", "--format", format])
            #expect(mint.status == 1 && mint.output.isEmpty && mint.errors.contains("recorded"), "\(mint.errors)")
        }
    }

    @Test
    func `an audit log that is not required and cannot be written only warns`() throws {
        let shell = try AccountsShell()
        try shell.recordInto("/dev/full, required: false }")
        let create = try shell.run(
            ["users", "create", "--email", "a@b.test", "--username", "abc", "--format", "json"],
            input: AccountsShell.password
        )
        #expect(create.status == 0 && JSONValue(parsing: create.output)?["username"]?.string == "abc")
        #expect(create.errors.contains("warning") && create.errors.contains("audit"))
    }
}
