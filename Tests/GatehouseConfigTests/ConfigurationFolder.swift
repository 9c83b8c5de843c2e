import Foundation
import GatehouseConfig
import GatehouseCrypto

/// A temporary folder with every file that a configuration in the tests may name, made anew and removed at the end.
final class ConfigurationFolder {
    let path: String

    init() throws {
        // Messages show the folder that a file really is in, so no part of this path may be a link.
        let root = URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
        path = "\(root)/gatehouse-config-\(UUID().uuidString.prefix(8).lowercased())"
        try makeFolder("", mode: 0o700)
        try writeCertificates()
        try writeSecrets()
        try writePublicKeys()
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Reads a configuration as if it were in this folder.
    func read(_ text: String, environment: [String: String] = [:]) -> ConfigurationResult {
        ConfigurationReader.read(text: text, fileName: "proxy.conf", folder: path, environment: environment)
    }

    /// Makes a folder in this one if it is not there; `mode` are its permission bits, whatever the umask.
    func makeFolder(_ name: String, mode: Int) throws {
        let folder = "\(path)/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder)
    }

    /// Makes a symbolic link to a path as it is given.
    func link(_ name: String, to destination: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: destination)
    }

    /// Writes a file; `mode` are its permission bits.
    func write(_ name: String, _ bytes: [UInt8], mode: Int = 0o600) throws {
        let file = "\(path)/\(name)"
        let folder = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }

    private func writeCertificates() throws {
        let identity = try DevelopmentCertificates.make(
            names: ["localhost", "API.example.com"],
            addresses: ["127.0.0.1"],
            days: 30
        )
        let other = try DevelopmentCertificates.make(names: ["other.example.com"], addresses: [], days: 30)
        try write("tls.crt", identity.chain, mode: 0o644)
        try write("tls.key", bytes(identity.key))
        try write("other.crt", other.chain, mode: 0o644)
        try write("other.key", bytes(other.key))
        try write("ca.crt", identity.authorityCertificate, mode: 0o644)
        try write("full.crt", identity.chain + identity.authorityCertificate, mode: 0o644)
        try write("reversed.crt", identity.authorityCertificate + identity.chain, mode: 0o644)
        try write("stranger.crt", identity.chain + other.authorityCertificate, mode: 0o644)
        try write("open.key", bytes(identity.key), mode: 0o644)
    }

    private func writeSecrets() throws {
        try write("jwt", Array("\(Self.secretText(1))\n".utf8))
        try write("jwt-again", Array(Self.secretText(1).utf8))
        try write("jwt-other", Array(Self.secretText(2).utf8))
        try write("jwt-open", Array(Self.secretText(3).utf8), mode: 0o644)
        try write("jwt-group", Array(Self.secretText(6).utf8), mode: 0o660)
        try write("shared/jwt", Array(Self.secretText(7).utf8))
        try makeFolder("shared", mode: 0o777)
        try write("jwt-32", Array(Self.secretText(4).utf8.prefix(32)))
        try write("jwt-short", Array(Self.secretText(5).utf8.prefix(31)))
        try write("jwt-sample", Array("your-256-bit-secret-changeme-please!!".utf8))
        try write("jwt-poor", Array("abababababababcdcdcdcdcdabababefefefefababab".utf8))
        try write("empty", [])
        try write("large", [UInt8](repeating: 0x61, count: (1 << 20) + 1))
        try makeFolder("folder", mode: 0o700)
    }

    private func writePublicKeys() throws {
        let key = try SigningKey.generateES256()
        try write("public.pem", key.publicPEM ?? [], mode: 0o644)
        try write("public-secret.pem", key.publicPEM ?? [])
        try write("private.pem", key.privatePEM.map(bytes) ?? [])
        let ed25519 = try SigningKey.generateEd25519()
        try write("ed25519.pem", ed25519.publicPEM ?? [], mode: 0o644)
        try write("garbage.pem", Array("not a key\n".utf8))
        try write("keys.json", Array(Self.keySet.utf8), mode: 0o644)
        try write("broken.json", Array("{\"keys\": [".utf8), mode: 0o644)
        try write("no-keys.json", Array("{\"keys\": []}".utf8), mode: 0o644)
    }

    private func bytes(_ secret: Secret) -> [UInt8] {
        secret.reveal { span in span.indices.map { span[$0] } }
    }

    /// A text of 64 characters that looks random and is the same in every run.
    static func secretText(_ seed: UInt64) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        var generator = SeededGenerator(seed: seed)
        return String((0..<64).map { _ in letters[Int(generator.next() % UInt64(letters.count))] })
    }

    /// The P-256 key of RFC 7517 appendix A.1 and an RSA key that is too short to be used.
    private static let keySet = """
        {"keys": [
          {"kty": "EC", "crv": "P-256", "kid": "1", "use": "sig",
           "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"},
          {"kty": "RSA", "kid": "2", "n": "AQAB", "e": "AQAB"}
        ]}
        """
}

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
