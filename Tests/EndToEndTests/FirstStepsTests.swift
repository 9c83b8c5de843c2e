import Foundation
import Glibc
import Testing
import TestSupport

/// What a newcomer does first: `init`, then `serve`; `DemoTests` has the demo.
@Suite(.blocking)
struct FirstStepsTests {
    @Test
    func `init writes a file that checks, keys that only their owner reads, and a CA; serve then works as written`()
        throws
    {
        let scratch = try Scratch("first")
        let folder = scratch.file("gate")
        let command = try GatehouseBinary.run(["init", folder])
        #expect(command.status == 0, "\(command.errors)")
        let file = folder + "/proxy.conf"
        let text = Scratch.text(at: file)
        for part in [
            "127.0.0.1:8443", "127.0.0.1:9901", "http://127.0.0.1:3000", "/healthz", "mode: development", "secret_file",
            "accounts:", "rate_limits:", "name: default", "name: login", "audit:",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        let check = try GatehouseBinary.run(["check", "--config", file])
        #expect(check.status == 0 && check.errors.isEmpty, "\(check.errors)")
        try StarterFolder(folder).expectPrivateSecrets()

        let upstream = try EchoUpstream.start()
        defer { upstream.stop() }
        let gate = try StarterFolder(folder).serve(before: upstream)
        let token = try GatehouseBinary.run(["token", "mint", "--config", file, "--subject", "first"]).output.filter {
            !$0.isNewline
        }
        LogHygiene.forbid(token: token)
        #expect(try gate.status("/healthz") == 200)
        #expect(try gate.status("/orders") == 401)
        #expect(try gate.status("/orders", ["-H", "Authorization: Bearer \(token)"]) == 200)

        let signup = try gate.signUp("first")
        #expect(signup["user"]?["email"]?.string == "first@company.test")
        let own = try #require(signup["access_token"]?.string)
        LogHygiene.forbid(token: own)
        for path in ["/api/v1/users/me", "/orders"] {
            #expect(try gate.status(path, ["-H", "Authorization: Bearer \(own)"]) == 200, "\(path)")
        }
        let list = try GatehouseBinary.run(["users", "list", "--config", file, "--format", "json"])
        #expect(JSONValue(parsing: list.output)?.items?.first == signup["user"])
        gate.process.signal(SIGTERM)
        #expect(try gate.process.waitUntilExit(seconds: 15) == .exited(0))
        #expect(LogHygiene.findings(in: gate.process.errors + gate.process.output, named: "the log").isEmpty)
        try StarterFolder(folder).expectPrivateSecrets()
    }

    @Test
    func `init leaves a folder alone that is not empty, and exits 1`() throws {
        let scratch = try Scratch("occupied")
        try scratch.write("mine.txt", "mine")
        let command = try GatehouseBinary.run(["init", scratch.path])
        #expect(command.status == 1 && !command.errors.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["mine.txt"])
    }

    @Test
    func `init makes new keys each time`() throws {
        let scratch = try Scratch("twice")
        var keys: [Set<String>] = []
        for name in ["a", "b"] {
            #expect(try GatehouseBinary.run(["init", scratch.file(name)]).status == 0)
            let files = try StarterFolder(scratch.file(name)).files().filter { !$0.hasSuffix("proxy.conf") }
            keys.append(Set(files.map { Scratch.text(at: $0) }.filter { !$0.isEmpty }))
        }
        #expect(keys[0].count >= 6 && keys[0].isDisjoint(with: keys[1]))
    }
}
