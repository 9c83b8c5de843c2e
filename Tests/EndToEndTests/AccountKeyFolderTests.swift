import Foundation
import Glibc
import Testing
import TestSupport

/// The folder of the signing keys at starts of the real program.
@Suite(.blocking)
struct AccountKeyFolderTests {
    @Test
    func `S-02: database, keys and audit log are private whatever the umask`() throws {
        let umask = ["/bin/sh", "-c", #"umask 000; exec "$0" "$@""#]
        let scene = try Scene({ $0.sections = AccountsShell.sections }, wrapper: umask)
        try scene.play { scene in
            _ = try AccountClient(scene.sidecar).newcomer()
            let folder = scene.sidecar.scratch.path
            let files = try StarterFolder(folder).files().filter { $0.hasPrefix(folder + "/keys/") }
            #expect(files.count >= 3 && files.contains { $0.hasSuffix(".pem") })
            let others = ["accounts.db", "accounts.db-wal", "accounts.db-shm", "audit.jsonl"].map { folder + "/" + $0 }
            for file in files + others { #expect(try Self.mode(file) == 0o600, "\(file)") }
            #expect(try Self.mode(folder + "/keys") == 0o700)
        }
    }

    @Test(arguments: [0o644, 0o660, 0o606, 0o666], ["pem", "refresh.key", "keys.json"])
    func `S-01: a key that others may use is exit 78, with its name and what to do`(_ mode: Int, _ name: String) throws
    {
        let shell = try AccountsShell { $0.mode = "development" }
        try shell.create("alice")
        let files = try StarterFolder(shell.folder + "/keys").files()
        let file = try #require(files.first { $0.hasSuffix(name) })
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        let serve = try GatehouseBinary.run(["serve", "--config", shell.file])
        #expect(serve.status == 78 && serve.errors.contains(file) && serve.errors.contains("chmod"), "\(serve.errors)")
    }

    @Test
    func `S-01: a folder of keys in which everybody may write is exit 78`() throws {
        let shell = try AccountsShell()
        try shell.create("alice")
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: shell.folder + "/keys")
        let serve = try GatehouseBinary.run(["serve", "--config", shell.file])
        #expect(serve.status == 78 && serve.errors.contains("keys"), "\(serve.errors)")
    }

    @Test(.enabled(if: getuid() == 0, "changing the owner of a file needs root"))
    func `S-01: a key that another account owns is exit 78`() throws {
        let shell = try AccountsShell()
        try shell.create("alice")
        let file = try #require(StarterFolder(shell.folder + "/keys").files().first { $0.hasSuffix("pem") })
        try #require(unsafe chown(file, 65_534, 65_534) == 0)
        let serve = try GatehouseBinary.run(["serve", "--config", shell.file])
        #expect(serve.status == 78 && serve.errors.contains("another account"), "\(serve.errors)")
    }

    @Test
    func `S-02: many first starts at once agree on one key and one secret`() throws {
        let shell = try AccountsShell()
        let starts = try (0..<8).map { index in
            try ChildProcess(
                [
                    GatehouseBinary.path(), "users", "create", "--config", shell.file, "--email", "u\(index)@c.test",
                    "--username", "user\(index)",
                ],
                input: Array((AccountsShell.password + "\n").utf8)
            )
        }
        for start in starts { #expect(try start.waitUntilExit(seconds: 90) == .exited(0), "\(start.errors)") }
        try expectOneKey(shell.folder)
        #expect(try shell.users("list").items?.count == 8)
        try AccountChain(shell.folder + "/audit.jsonl").expectWhole()
    }

    @Test
    func `S-02: a first start that is killed at any moment leaves what the next one starts from`() throws {
        for round in 0..<10 {
            let shell = try AccountsShell()
            let starts = try (0..<3).map { _ in
                try ChildProcess([GatehouseBinary.path(), "serve", "--config", shell.file])
            }
            // house: some die before the folder is made, some on the way, some after it; the moment is what is tested.
            usleep(UInt32(round * 12_000))
            for start in starts { start.signal(SIGKILL) }
            for start in starts { _ = try start.waitUntilExit() }
            try shell.create("alice")
            try expectOneKey(shell.folder)
            let leftover = try StarterFolder(shell.folder + "/keys").files().filter { $0.hasSuffix(".new") }
            #expect(leftover.isEmpty)
            try AccountChain(shell.folder + "/audit.jsonl").expectWhole()
        }
    }

    /// Expects that the list names one active key, whose file is there, and that tokens of it are good.
    private func expectOneKey(_ folder: String) throws {
        let list = Scratch.text(at: folder + "/keys/keys.json")
        #expect(list.components(separatedBy: "\"active\"").count == 2, "\(list)")
        let shell = try GatehouseBinary.run(["token", "mint", "--subject", "x", "--config", folder + "/proxy.conf"])
        #expect(shell.status == 0, "\(shell.errors)")
        LogHygiene.forbid(token: shell.output.filter { !$0.isNewline })
        let inspect = try GatehouseBinary.run(
            ["token", "inspect", "--config", folder + "/proxy.conf"],
            input: shell.output
        )
        #expect(inspect.status == 0, "\(inspect.output)")
    }

    private static func mode(_ file: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    }
}
