import Foundation
import Glibc
import TestSupport
import Testing

/// Secrets, keys and certificates in files.
@Suite(.blocking)
struct SecretFileTests {
    @Test(arguments: [("0644", 0o644), ("0660", 0o660), ("0606", 0o606), ("0777", 0o777)])
    func `S-01: a secret that others may read or write is exit 78 in production and a warning in development`(
        _ name: String,
        _ mode: Int
    ) throws {
        let place = try Place()
        let secret = try place.scratch.write("jwt", place.secret, mode: 0o600)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: secret)
        let production = try place.check(mode: "production", secret: secret)
        #expect(production.status == 78 && production.errors.contains("jwt"), "\(production.errors)")
        let development = try place.check(mode: "development", secret: secret)
        #expect(development.status == 0, "\(development.errors)")
        #expect((development.errors + development.output).contains("warning"))
    }

    @Test
    func `S-01: a secret behind a symbolic link is read, as Kubernetes mounts it`() throws {
        let place = try Place()
        let file = try place.scratch.write("..data-jwt", place.secret, mode: 0o400)
        let link = place.scratch.file("jwt")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        let check = try place.check(mode: "production", secret: link)
        #expect(check.status == 0, "\(check.errors)")
    }

    @Test(.enabled(if: getuid() == 0, "changing the owner of a file needs root"))
    func `S-01: a secret that another account owns is exit 78 in production`() throws {
        let place = try Place()
        let secret = try place.scratch.write("jwt", place.secret, mode: 0o600)
        try #require(unsafe chown(secret, 65_534, 65_534) == 0)
        #expect(try place.check(mode: "production", secret: secret).status == 78)
    }

    @Test
    func `S-01: a secret in a folder that everybody may write is exit 78 in production`() throws {
        let place = try Place()
        let folder = place.scratch.file("shared")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let secret = try place.scratch.write("shared/jwt", place.secret, mode: 0o600)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        #expect(try place.check(mode: "production", secret: secret).status == 78)
    }

    @Test
    func `S-02: files that init writes are private whatever the umask, and no link is followed`() throws {
        let scratch = try Scratch("umask")
        let binary = try GatehouseBinary.path()
        let command = try Command.run([
            "/bin/sh", "-c", #"umask 000; exec "$0" init "$1""#, binary, scratch.file("gate"),
        ])
        #expect(command.status == 0, "\(command.errors)")
        for name in try FileManager.default.subpathsOfDirectory(atPath: scratch.file("gate")) {
            let attributes = try FileManager.default.attributesOfItem(atPath: scratch.file("gate/" + name))
            let mode = try #require(attributes[.posixPermissions] as? Int)
            #expect(mode & 0o022 == 0, "\(name) can be written by others")
            if name.hasSuffix(".key") || name.contains("jwt") { #expect(mode == 0o600, "\(name)") }
        }
    }

    @Test(arguments: ["mismatch", "encrypted", "der", "two leaves", "authority first", "no certificate", "no key"])
    func `S-06: a certificate and a key that do not go together are exit 78 with the reason`(_ kind: String) throws {
        let place = try Place()
        let files = place.files
        let other = try TLSFiles()
        var certificate = files.certificate
        var key = files.key
        switch kind {
        case "mismatch": key = other.key
        case "encrypted":
            key = place.scratch.file("encrypted.key")
            _ = try Command.output([
                "openssl", "pkcs8", "-topk8", "-v2", "aes256", "-passout", "pass:x", "-in", files.key, "-out", key,
            ])
        case "der":
            certificate = place.scratch.file("cert.der")
            _ = try Command.output([
                "openssl", "x509", "-in", files.certificate, "-outform", "DER", "-out", certificate,
            ])
        case "two leaves": certificate = try place.join([files.certificate, other.certificate])
        case "authority first": certificate = try place.join([files.authority, files.certificate])
        case "no certificate": certificate = files.key
        default: key = files.certificate
        }
        let check = try place.check(certificate: certificate, key: key)
        #expect(check.status == 78, "\(check.errors)")
        #expect(check.errors.contains(": error: "))
    }

    @Test(arguments: ["PKCS#8", "SEC1", "PKCS#1", "with its chain"])
    func `S-06: every common form of a key, and a chain in order, is taken`(_ kind: String) throws {
        let place = try Place()
        let files = place.files
        var certificate = files.certificate
        var key = files.key
        switch kind {
        case "SEC1":
            key = place.scratch.file("sec1.key")
            _ = try Command.output(["openssl", "ec", "-in", files.key, "-out", key])
        case "PKCS#1":
            key = place.scratch.file("rsa.key")
            certificate = place.scratch.file("rsa.crt")
            _ = try Command.output(["openssl", "genrsa", "-traditional", "-out", key, "2048"])
            _ = try Command.output(
                [
                    "openssl", "req", "-x509", "-key", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost",
                ])
        case "with its chain": certificate = try place.join([files.certificate, files.authority])
        default: break
        }
        let check = try place.check(certificate: certificate, key: key)
        #expect(check.status == 0, "\(check.errors)")
    }

    @Test
    func `S-09, S-10: in production no core is dumped, and neither arguments nor environment hold a secret`() throws {
        let place = try Place()
        let upstream = try EchoUpstream.start()
        defer { upstream.stop() }
        let secret = try place.scratch.write("jwt", place.secret, mode: 0o600)
        var configuration = place.configuration(secret: secret)
        configuration.mode = "production"
        configuration.target = "http://127.0.0.1:\(upstream.port)"
        try withSidecar(configuration, wrapper: ["/bin/sh", "-c", #"ulimit -c unlimited; exec "$@""#, "sh"]) {
            sidecar in
            let limits = Scratch.text(at: "/proc/\(sidecar.process.identifier)/limits").split(separator: "\n")
            let core = try #require(limits.first { $0.hasPrefix("Max core file size") })
            #expect(core.split(separator: " ").dropFirst(4).first == "0", "\(core)")
            for part in ["cmdline", "environ"] {
                let text = Scratch.text(at: "/proc/\(sidecar.process.identifier)/\(part)")
                #expect(!text.contains(place.secret))
            }
        }
    }

    @Test(arguments: ["a: &x 1\nb: *x\n", "base: &b { a: 1 }\nmore: { <<: *b }\n"])
    func `D-10: an anchor or an alias in the configuration is exit 78`(_ section: String) throws {
        let place = try Place()
        let secret = try place.scratch.write("jwt", place.secret, mode: 0o600)
        var configuration = place.configuration(secret: secret)
        configuration.sections = [section]
        let file = try place.scratch.write(
            "proxy.conf",
            configuration.text(ports: [20_001, 20_002], accessLog: "stdout")
        )
        let check = try GatehouseBinary.run(["check", "--config", file], seconds: 10)
        #expect(check.status == 78 && check.errors.contains("proxy.conf:"))
    }
}

/// A folder with a secret and a certificate for one test.
private struct Place {
    let scratch: Scratch
    let files: TLSFiles
    let secret: String

    init() throws {
        scratch = try Scratch("secrets")
        files = try TLSFiles.shared()
        secret = String(try Command.output(["openssl", "rand", "-hex", "32"]).filter { !$0.isNewline })
        LogHygiene.forbid(secret)
    }

    func configuration(secret file: String, certificate: String? = nil, key: String? = nil) -> ProxyConfiguration {
        var configuration = ProxyConfiguration(target: "http://127.0.0.1:9")
        configuration.listeners = [.tls(certificate: certificate ?? files.certificate, key: key ?? files.key)]
        configuration.issuers = ["{ name: a, issuer: a, audience: [a], algorithms: [HS256], secret_file: \(file) }"]
        return configuration
    }

    func check(mode: String, secret file: String) throws -> Command {
        var configuration = configuration(secret: file)
        configuration.mode = mode
        return try check(configuration)
    }

    func check(certificate: String, key: String) throws -> Command {
        let secret = try scratch.write("jwt", secret, mode: 0o600)
        return try check(configuration(secret: secret, certificate: certificate, key: key))
    }

    /// The files one after another, as a chain.
    func join(_ paths: [String]) throws -> String {
        try scratch.write("chain.crt", paths.map { Scratch.text(at: $0) }.joined(), mode: 0o644)
    }

    private func check(_ configuration: ProxyConfiguration) throws -> Command {
        let file = try scratch.write("proxy.conf", configuration.text(ports: [20_001, 20_002], accessLog: "stdout"))
        return try GatehouseBinary.run(["check", "--config", file])
    }
}
