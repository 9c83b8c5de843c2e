import Foundation
import Testing
import TestSupport

/// `users`, on a database that no gate serves; `ServedUsersTests` has the rest.
@Suite(.blocking)
struct UsersCommandTests {
    private static let members = [
        "created_at", "email", "full_name", "id", "organization_name", "roles", "status", "team_name", "username",
    ]

    @Test
    func `users create prints the user, and list and show find it by e-mail, username and id`() throws {
        let shell = try AccountsShell()
        #expect(try shell.users("list") == .array([]))
        let alice = try shell.create("alice")
        #expect(alice.names == Self.members)
        #expect(alice["email"]?.string == "alice@company.test" && alice["username"]?.string == "alice")
        #expect(alice["full_name"]?.string == "Full alice" && alice["team_name"]?.string == "Engineering")
        #expect(alice["organization_name"]?.string == "Company" && alice["status"]?.string == "active")
        #expect(alice["roles"] == .array([.text("user")]))
        #expect(alice["created_at"]?.string?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
        let bob = try shell.users(
            "create",
            "--email",
            "bob@company.test",
            "--username",
            "bob",
            "--role",
            "admin",
            input: AccountsShell.password
        )
        #expect(bob["roles"] == .array([.text("admin")]) && bob["full_name"] == .null && bob["team_name"] == .null)
        #expect(try shell.users("list") == .array([alice, bob]))
        for name in [alice["id"]?.string ?? "", "alice", "ALICE", "alice@company.test", "Alice@Company.TEST"] {
            #expect(try shell.users("show", name) == alice, "\(name)")
        }
    }

    @Test
    func `without --format users prints a table, and one account as a name and a value a line`() throws {
        let shell = try AccountsShell()
        let alice = try shell.create("alice")
        let table = try shell.run(["users", "list"])
        let lines = table.output.split(separator: "\n")
        #expect(table.status == 0 && lines.count == 2 && lines.first?.hasPrefix("ID ") == true)
        let identifier = try #require(alice["id"]?.string)
        for word in [identifier, "alice@company.test", "alice", "user", "active"] {
            #expect(lines.last?.split(separator: " ").contains(Substring(word)) == true, "\(word)")
        }
        let shown = try shell.run(["users", "show", "alice"])
        #expect(shown.status == 0)
        for (name, value) in [("id", identifier), ("full_name", "Full alice"), ("status", "active")] {
            let line = shown.output.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            #expect(line?.dropFirst(name.count).trimmingBlanks == value, "\(name)")
        }
    }

    @Test
    func `disable, enable, set-role, set-password, unlock and revoke-sessions print the user as it is then`() throws {
        let shell = try AccountsShell()
        try shell.create("alice")
        #expect(try shell.users("disable", "alice")["status"]?.string == "disabled")
        #expect(try shell.users("show", "alice")["status"]?.string == "disabled")
        #expect(try shell.users("enable", "alice@company.test")["status"]?.string == "active")
        #expect(try shell.users("set-role", "alice", "admin")["roles"] == .array([.text("admin")]))
        #expect(try shell.users("set-role", "alice", "user")["roles"] == .array([.text("user")]))
        let changed = try shell.users("set-password", "alice", input: "another battery horse staple\r\n")
        #expect(changed["username"]?.string == "alice")
        #expect(try shell.users("revoke-sessions", "alice")["username"]?.string == "alice")
        #expect(try shell.users("unlock", "alice")["status"]?.string == "active")
        for name in ["disable", "enable", "unlock", "revoke-sessions"] {
            let text = try shell.run(["users", name, "alice"])
            #expect(text.status == 0 && text.output.contains("alice@company.test"), "\(name)")
        }
    }

    @Test
    func `an account after so many failed logins is locked until users unlock`() throws {
        let shell = try AccountsShell()
        let alice = try shell.create("alice")
        let key = try Command.output(
            ["openssl", "dgst", "-sha256", "-r"],
            input: Array("user:\(alice["id"]?.string ?? "")".utf8)
        ).prefix(64)
        let now = Int(Date().timeIntervalSince1970) * 1_000_000
        let failure = "INSERT INTO login_failure_totals VALUES ('\(key)', 110, \(now))"
        _ = try Command.output(["sqlite3", shell.folder + "/accounts.db", failure])
        #expect(try shell.users("show", "alice")["status"]?.string == "locked")
        #expect(try shell.users("list").items?.first?["status"]?.string == "locked")
        #expect(try shell.users("unlock", "alice")["status"]?.string == "active")
        #expect(try shell.users("show", "alice")["status"]?.string == "active")
    }

    @Test(arguments: [
        [], ["frobnicate"], ["show"], ["list", "extra"], ["create", "--email", "a@b.test"], ["disable"],
        ["set-role", "alice"], ["set-role", "alice", "emperor"], ["list", "--format", "xml"], ["show", ""],
        ["create", "--email", "a@b.test", "--username", "abc", "--password", "correct battery horse"],
        ["create", "--email", "a@b.test", "--username", "abc", "--role", "emperor"],
    ])
    func `wrong usage of users exits 2, says why, and prints nothing on standard output`(_ arguments: [String]) throws {
        let shell = try AccountsShell()
        let command = try shell.run(["users"] + arguments, input: AccountsShell.password)
        #expect(command.status == 2 && command.output.isEmpty && !command.errors.isEmpty, "\(command.errors)")
        #expect(try shell.users("list") == .array([]))
    }

    @Test(arguments: [
        ("--email", "nonsense"), ("--username", "a b"), ("--username", "ab"), ("--username", "\u{430}dmin"),
        ("--full-name", ""), ("--team-name", "\u{7}"),
    ])
    func `a value that the rules refuse is said with its option, and exits 1`(
        _ option: String,
        _ value: String
    ) throws {
        let shell = try AccountsShell()
        var options = ["--email": "a@b.test", "--username": "abc"]
        options[option] = value
        let arguments = ["users", "create"] + options.flatMap { [$0.key, $0.value] }
        let command = try shell.run(arguments, input: AccountsShell.password)
        #expect(command.status == 1 && command.output.isEmpty && command.errors.contains(option), "\(command.errors)")
        #expect(try shell.users("list") == .array([]))
        #expect(!shell.records().contains { $0["event"]?.string == "user.create" })
    }

    @Test
    func `A-17: users create makes an account with a reserved username, kept as typed`() throws {
        let shell = try AccountsShell()
        let admin = try shell.create("Admin")
        #expect(admin["username"]?.string == "Admin")
        for name in ["admin", "ADMIN"] { #expect(try shell.users("show", name) == admin) }
    }

    @Test
    func `without a password on standard input, and without accounts in the file, users exits 2`() throws {
        let shell = try AccountsShell()
        let arguments = ["users", "create", "--email", "a@b.test", "--username", "abc"]
        for input in ["", "\n", "\r\n"] {
            let command = try shell.run(arguments, input: input)
            #expect(command.status == 2 && command.errors.contains("standard input"), "\(command.errors)")
        }
        let bare = try AccountsShell {
            $0.sections = []
            $0.routes = ["{ path: /**, access: public }"]
        }
        let command = try bare.run(["users", "list"])
        #expect(command.status == 2 && command.errors.contains("accounts") && command.output.isEmpty)
    }

    @Test(arguments: [
        ["show"], ["disable"], ["enable"], ["unlock"], ["revoke-sessions"], ["set-password"], ["set-role", "admin"],
    ])
    func `a name that no account has is said, and exits 1`(_ arguments: [String]) throws {
        let shell = try AccountsShell()
        try shell.create("alice")
        let before = shell.records().count
        for name in ["nobody", "nobody@company.test", "0190a0b0-0000-7000-8000-000000000000", "%\u{1B}[2J"] {
            let command = try shell.run(
                ["users", arguments[0], name] + arguments.dropFirst(),
                input: AccountsShell.password
            )
            #expect(command.status == 1 && command.output.isEmpty, "\(command.errors)")
            #expect(command.errors.contains("no account is named ") && !command.errors.contains("\u{1B}"))
        }
        #expect(shell.records().count == before)
    }

    @Test(arguments: [
        ("short", "at least 12 characters"), ("password1234", "common"),
        ("quay abc@company.test flint", "e-mail address"),
        ("a\u{7}bell in a password", "control"), (String(repeating: "ab", count: 600), "1024 bytes"),
    ])
    func `a password that breaks a rule is refused with the rule and without the password, and exits 1`(
        _ password: String,
        _ rule: String
    ) throws {
        let shell = try AccountsShell()
        let create = ["users", "create", "--email", "abc@company.test", "--username", "abc"]
        let created = try shell.run(create, input: password)
        #expect(created.status == 1 && created.output.isEmpty && created.errors.contains(rule), "\(created.errors)")
        #expect(!created.errors.contains(password) || password == "short")
        #expect(try shell.users("list") == .array([]))
        #expect(try shell.run(create, input: AccountsShell.password).status == 0)
        let changed = try shell.run(["users", "set-password", "abc"], input: password)
        #expect(changed.status == 1 && changed.output.isEmpty && changed.errors.contains(rule), "\(changed.errors)")
    }

    @Test
    func `an e-mail address or a username that is taken exits 1 and says which`() throws {
        let shell = try AccountsShell()
        try shell.create("alice")
        for (email, username, word) in [
            ("ALICE@company.test", "other", "e-mail"), ("other@company.test", "Alice", "username"),
        ] {
            let command = try shell.run(
                ["users", "create", "--email", email, "--username", username],
                input: AccountsShell.password
            )
            #expect(command.status == 1 && command.output.isEmpty && command.errors.contains(word))
        }
    }

    @Test
    func `a password of users stands in no output, no file, and no audit record`() throws {
        let shell = try AccountsShell()
        let password = "unmistakable horse 4711"
        let command = try shell.run(
            ["users", "create", "--email", "a@b.test", "--username", "abc"],
            input: password + "\nsecond line\n"
        )
        #expect(command.status == 0 && !(command.output + command.errors).contains(password))
        for name in try FileManager.default.subpathsOfDirectory(atPath: shell.folder) {
            #expect(!Scratch.text(at: shell.folder + "/" + name).contains(password), "\(name)")
        }
        let database = try FileManager.default.attributesOfItem(atPath: shell.folder + "/accounts.db")
        #expect(database[.posixPermissions] as? Int == 0o600)
    }

    @Test
    func `a database that is no database is said, and exits 1`() throws {
        let shell = try AccountsShell()
        try String(repeating: "junk ", count: 4000).write(
            toFile: shell.folder + "/accounts.db",
            atomically: false,
            encoding: .utf8
        )
        let command = try shell.run(["users", "list", "--format", "json"])
        #expect(command.status == 1 && command.output.isEmpty && command.errors.contains("database"))
    }
}
