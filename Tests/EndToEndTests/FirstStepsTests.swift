import Foundation
import Glibc
import Testing
import TestSupport

/// What a newcomer does first: `init`, then `serve`; and `demo`.
@Suite(.blocking)
struct FirstStepsTests {
    @Test
    func `init writes a file that checks, a secret that only its owner reads, and a CA; serve then works as written`()
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
        ] {
            #expect(text.contains(part), "\(part)")
        }
        let check = try GatehouseBinary.run(["check", "--config", file])
        #expect(check.status == 0, "\(check.errors)")
        try expectPrivateSecrets(in: folder)

        let upstream = try EchoUpstream.start()
        defer { upstream.stop() }
        let port = try FreePort.next()
        let admin = try FreePort.next()
        let moved = text.replacingOccurrences(of: ":8443", with: ":\(port)").replacingOccurrences(
            of: ":9901",
            with: ":\(admin)"
        )
        .replacingOccurrences(of: ":3000", with: ":\(upstream.port)")
        try moved.write(toFile: file, atomically: true, encoding: .utf8)
        let process = try ChildProcess([GatehouseBinary.path(), "serve", "--config", file], folder: folder)
        try wait(for: "the gate to be ready") {
            guard process.status == nil else { throw SupportFailure("serve ended: \(process.errors)") }
            return (try? Curl.status(["http://127.0.0.1:\(admin)/readyz"])) == 200
        }
        let authority = try #require(try authority(in: folder))
        let base = ["--cacert", authority]
        let token = try GatehouseBinary.run(["token", "mint", "--config", file, "--subject", "first"]).output.filter {
            !$0.isNewline
        }
        LogHygiene.forbid(token: token)
        #expect(try Curl.status(base + ["https://localhost:\(port)/healthz"]) == 200)
        #expect(try Curl.status(base + ["https://localhost:\(port)/orders"]) == 401)
        #expect(
            try Curl.status(base + ["-H", "Authorization: Bearer \(token)", "https://localhost:\(port)/orders"]) == 200
        )
        process.signal(SIGTERM)
        #expect(try process.waitUntilExit(seconds: 15) == .exited(0))
        #expect(LogHygiene.findings(in: process.errors + process.output, named: "the log").isEmpty)
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
    func `init makes a new secret each time`() throws {
        let scratch = try Scratch("twice")
        var secrets: [Set<String>] = []
        for name in ["a", "b"] {
            #expect(try GatehouseBinary.run(["init", scratch.file(name)]).status == 0)
            secrets.append(
                Set(
                    try files(in: scratch.file(name)).filter { !$0.hasSuffix("proxy.conf") }.map {
                        Scratch.text(at: $0)
                    }
                )
            )
        }
        #expect(secrets[0].isDisjoint(with: secrets[1]))
    }

    @Test(.serialized, arguments: [false, true])
    func `demo prints curl lines that work as printed: a public call, a refused one, an allowed one`(
        _ isFronting: Bool
    ) throws {
        let scratch = try Scratch("demo")
        let upstream = try EchoUpstream.start()
        defer { upstream.stop() }
        let port = try FreePort.next()
        let fronting = isFronting ? ["--upstream", "http://127.0.0.1:\(upstream.port)"] : []
        let process = try ChildProcess(
            [GatehouseBinary.path(), "demo", "--port", "\(port)", "--data", scratch.file("data")] + fronting
        )
        var lines: [String] = []
        try wait(for: "the demo to print its lines", seconds: 20) {
            guard process.status == nil else { throw SupportFailure("demo ended: \(process.errors)") }
            lines = (process.output + process.errors).split(separator: "\n").map(\.trimmingBlanks).filter {
                $0.hasPrefix("curl ")
            }
            return lines.count >= 3 && (try? Socket.connect(port: port)) != nil
        }
        #expect(lines.allSatisfy { $0.contains("--cacert /") && !$0.contains(" -k") })
        let statuses = try lines.map { line -> Int in
            let command = try Command.run(
                ["/bin/sh", "-c", line + " --silent --output /dev/null --write-out '%{http_code}'"],
                folder: "/"
            )
            return Int(command.output.suffix(3)) ?? 0
        }
        #expect(statuses.prefix(3) == [200, 401, 200], "\(lines)")
        let shown = try Command.run(["/bin/sh", "-c", lines[2]])
        #expect(shown.status == 0 && !shown.output.isEmpty)
        #expect(upstream.requestCount > 0 || !isFronting)
        process.signal(SIGTERM)
        #expect(try process.waitUntilExit(seconds: 15) == .exited(0))
        try expectPrivateSecrets(in: scratch.file("data"))
    }

    private func expectPrivateSecrets(in folder: String) throws {
        var count = 0
        for file in try files(in: folder) {
            let isSecret = Scratch.text(at: file).contains("PRIVATE KEY") || file.contains("secret")
            guard isSecret, !file.hasSuffix("proxy.conf") else { continue }
            count += 1
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(file)")
            if file.contains("secret") { LogHygiene.forbid(Scratch.text(at: file).filter { !$0.isNewline }) }
        }
        #expect(count >= 2, "no secret and no private key were found")
    }

    private func authority(in folder: String) throws -> String? {
        try files(in: folder).first { file in
            let name = file.split(separator: "/").last ?? ""
            return name.hasPrefix("ca") && Scratch.text(at: file).contains("BEGIN CERTIFICATE")
        }
    }

    private func files(in folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).map { folder + "/" + $0 }.filter {
            var isFolder: ObjCBool = false
            return unsafe FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }
}
