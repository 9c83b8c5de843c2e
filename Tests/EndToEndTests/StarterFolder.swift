import Foundation
import Glibc
import Testing
import TestSupport

/// A folder that `init` or `demo` has written.
struct StarterFolder {
    private let folder: String

    /// Looks at the folder of that path.
    init(_ folder: String) { self.folder = folder }

    /// Expects mode 0600 of everything with a private key or a secret in it, and that there is such.
    func expectPrivateSecrets(location: SourceLocation = #_sourceLocation) throws {
        var count = 0
        for file in try files() {
            let isSecret = Scratch.text(at: file).contains("PRIVATE KEY") || file.contains("secret")
            guard isSecret || file.hasSuffix(".key") || file.hasSuffix(".db") || file.hasSuffix(".jsonl") else {
                continue
            }
            count += isSecret ? 1 : 0
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(file)", sourceLocation: location)
        }
        #expect(count >= 3, "a private key is missing", sourceLocation: location)
    }

    /// The paths of all files in it, at any depth.
    func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).map { folder + "/" + $0 }.filter {
            var isFolder: ObjCBool = false
            return unsafe FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }

    /// Moves the file to free ports and to an app, and serves it.
    func serve(before upstream: ScriptedUpstream) throws -> Gate {
        let file = folder + "/proxy.conf"
        let port = try FreePort.next()
        let admin = try FreePort.next()
        let moved = [(":8443", port), (":9901", admin), (":3000", upstream.port)].reduce(Scratch.text(at: file)) {
            $0.replacingOccurrences(of: $1.0, with: ":\($1.1)")
        }
        try moved.write(toFile: file, atomically: true, encoding: .utf8)
        let process = try ChildProcess([GatehouseBinary.path(), "serve", "--config", file], folder: folder)
        try wait(for: "the gate to be ready", seconds: 60) {
            guard process.status == nil else { throw SupportFailure("serve ended: \(process.errors)") }
            return (try? Curl.status(["http://127.0.0.1:\(admin)/readyz"])) == 200
        }
        return Gate(process: process, authority: folder + "/ca.crt", base: "https://localhost:\(port)")
    }

    /// A gate on the folder, as `curl` reaches it.
    struct Gate {
        let process: ChildProcess
        let authority: String
        let base: String

        /// The status of a path.
        func status(_ path: String, _ arguments: [String] = []) throws -> Int {
            try Curl.status(["--cacert", authority] + arguments + [base + path])
        }

        /// Signs up and returns the answer.
        func signUp(_ name: String) throws -> JSONValue {
            let body = """
                {"email": "\(name)@company.test", "username": "\(name)", "password": "\(AccountsShell.password)"}
                """
            let fields = ["-H", "Content-Type: application/json", "-d", body]
            let answer = try Curl.run(["--cacert", authority] + fields + [base + "/api/v1/auth/signup"])
            guard let document = JSONValue(parsing: answer.output) else { throw SupportFailure("no JSON: \(answer)") }
            return document
        }
    }
}
