/// A certificate for a client of a server that asks for one, signed by the authority of `TLSFiles`.
package final class ClientCertificate: Sendable {
    private static let result = Result { try ClientCertificate(authority: TLSFiles.shared()) }
    private let scratch: Scratch

    /// The certificate that all tests of this run share; its authority is that of `TLSFiles.shared()`.
    package static func shared() throws -> ClientCertificate { try result.get() }

    /// Makes a certificate and its P-256 key with the `openssl` program.
    ///
    /// - Parameters:
    ///   - authority: whose key signs.
    ///   - name: the common name.
    ///   - days: how long it is valid.
    /// - Throws: `SupportFailure` when `openssl` fails.
    package init(authority: TLSFiles, name: String = "gatehouse", days: Int = 2) throws {
        scratch = try Scratch("client")
        // `TLSFiles` keeps the authority's key beside its certificate, under the same name.
        let signer = authority.authority.dropLast("crt".count) + "key"
        _ = try Command.output([
            "openssl", "req", "-x509", "-CA", authority.authority, "-CAkey", String(signer), "-newkey", "ec",
            "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "\(days)", "-keyout", scratch.file("client.key"),
            "-out", scratch.file("client.crt"), "-subj", "/CN=\(name)", "-addext",
            "basicConstraints=critical,CA:FALSE", "-addext", "keyUsage=critical,digitalSignature", "-addext",
            "extendedKeyUsage=clientAuth",
        ])
    }

    /// The file with the certificate.
    package var certificate: String { scratch.file("client.crt") }
    /// The file with its private key, readable by its owner only.
    package var key: String { scratch.file("client.key") }
}
