import Foundation

/// Signs tokens with a key of its own, by the `openssl` program.
///
/// Header and payload are given as JSON text, so that a test can sign what no library would write.
package final class TokenSigner: Sendable {
    /// How a signer signs.
    package enum Algorithm: String, Sendable {
        case HS256, RS256, PS256, ES256, EdDSA
    }

    /// The algorithm that the header of `token` names.
    package let algorithm: Algorithm
    /// The issuer that `token` names.
    package let issuer: String
    /// The file of the public key, or of the secret for HS256.
    package let keyFile: String
    private let scratch: Scratch

    /// Makes a signer with a new key.
    package init(_ algorithm: Algorithm, issuer: String = "https://issuer.test/") throws {
        self.algorithm = algorithm
        self.issuer = issuer
        scratch = try Scratch("signer")
        switch algorithm {
        case .HS256:
            let secret = try Command.output(["openssl", "rand", "-hex", "32"]).trimmingBlanks
            LogHygiene.forbid(secret.filter { !$0.isNewline })
            keyFile = try scratch.write("secret", secret)
            return
        case .RS256, .PS256:
            try Self.generate(["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], into: scratch)
        case .ES256: try Self.generate(["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], into: scratch)
        case .EdDSA: try Self.generate(["-algorithm", "ed25519"], into: scratch)
        }
        keyFile = scratch.file("public.pem")
        _ = try Command.output(["openssl", "pkey", "-in", scratch.file("key.pem"), "-pubout", "-out", keyFile])
    }

    /// The key source of an issuer in `proxy.conf`.
    package var keySetting: String { (algorithm == .HS256 ? "secret_file: " : "public_key_file: ") + keyFile }

    /// A token that is valid for an hour, with claims added, replaced, or left out.
    ///
    /// - Parameters:
    ///   - claims: member values as JSON text; an empty text leaves the member out.
    ///   - header: member values of the header as JSON text, in the same way.
    /// - Returns: the compact form.
    /// - Throws: `SupportFailure` when `openssl` fails.
    package func token(_ claims: [String: String] = [:], header: [String: String] = [:]) throws -> String {
        let now = Int(Date().timeIntervalSince1970)
        let defaults = [
            "iss": "\"\(issuer)\"", "aud": "\"orders\"", "sub": "\"user-1\"", "exp": "\(now + 3600)", "iat": "\(now)",
        ]
        return try sign(
            header: Self.object(["alg": "\"\(algorithm.rawValue)\"", "typ": "\"JWT\""].merging(header) { $1 }),
            payload: Self.object(defaults.merging(claims) { $1 })
        )
    }

    /// A token whose header and payload are these very bytes.
    package func sign(header: String, payload: String) throws -> String {
        let input = Self.base64URL(Array(header.utf8)) + "." + Self.base64URL(Array(payload.utf8))
        return try sign(input: input)
    }

    /// A token whose first two parts are this very text.
    package func sign(input: String) throws -> String {
        let token = input + "." + Self.base64URL(try signature(of: Array(input.utf8)))
        LogHygiene.forbid(token: token)
        return token
    }

    /// Bytes as base64url without padding.
    package static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    /// The HMAC with SHA-256 of bytes under any key, as an attacker would make it.
    package static func authenticationCode(of input: [UInt8], key: [UInt8]) throws -> [UInt8] {
        let hexadecimal = key.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        let line = try Command.output(
            ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:" + hexadecimal],
            input: input
        )
        let digits = Array((line.split(separator: "=").last ?? "").utf8).filter { $0 > 0x20 }
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
    }

    private func signature(of input: [UInt8]) throws -> [UInt8] {
        if algorithm == .HS256 {
            let secret = Array(Scratch.text(at: keyFile).utf8)
            let trimmed = secret.last == 0x0A ? Array(secret.dropLast()) : secret
            return try Self.authenticationCode(of: input, key: trimmed)
        }
        let work = try Scratch("signature")
        let source = try work.write("input", input)
        let key = scratch.file("key.pem")
        let tool: [String] =
            switch algorithm {
            case .EdDSA: ["pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", source]
            case .PS256:
                [
                    "dgst", "-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32", "-sign", key,
                    source,
                ]
            default: ["dgst", "-sha256", "-sign", key, source]
            }
        _ = try Command.output(["openssl"] + Self.writing(tool, to: work.file("output")))
        let bytes = Array(FileManager.default.contents(atPath: work.file("output")) ?? Data())
        return algorithm == .ES256 ? try Self.fixedWidth(bytes) : bytes
    }

    private static func writing(_ tool: [String], to file: String) -> [String] {
        [tool[0], "-out", file] + tool.dropFirst()
    }

    /// The two integers of a DER signature, each in 32 bytes, as RFC 7518 section 3.4 wants them.
    private static func fixedWidth(_ der: [UInt8]) throws -> [UInt8] {
        var integers: [UInt8] = []
        var rest = der.dropFirst(2)
        for _ in 0..<2 {
            guard let length = rest.dropFirst().first, rest.count >= 2 + Int(length) else {
                throw SupportFailure("openssl wrote no ECDSA signature")
            }
            let digits = rest.dropFirst(2).prefix(Int(length)).drop { $0 == 0 }
            integers += [UInt8](repeating: 0, count: max(0, 32 - digits.count)) + digits
            rest = rest.dropFirst(2 + Int(length))
        }
        return integers
    }

    private static func generate(_ options: [String], into scratch: Scratch) throws {
        _ = try Command.output(["openssl", "genpkey"] + options + ["-out", scratch.file("key.pem")])
    }

    private static func object(_ members: [String: String]) -> String {
        let pairs = members.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
        return "{" + pairs.joined(separator: ",") + "}"
    }
}
