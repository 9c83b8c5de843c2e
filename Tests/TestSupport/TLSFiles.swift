/// A certificate authority and a server certificate for `localhost` and 127.0.0.1, made on the spot.
package final class TLSFiles: Sendable {
    private static let result = Result { try TLSFiles() }
    private let scratch: Scratch

    /// The files that all tests of this run share.
    package static func shared() throws -> TLSFiles { try result.get() }

    /// Makes both with the `openssl` program; the keys are P-256.
    package init(names: String = "DNS:localhost,IP:127.0.0.1") throws {
        scratch = try Scratch("tls")
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        _ = try Command.output(
            ["openssl", "req", "-x509"] + key + [
                "-keyout", scratch.file("ca.key"), "-out", authority, "-subj", "/CN=Test CA", "-addext",
                "keyUsage=critical,keyCertSign,cRLSign",
            ]
        )
        _ = try Command.output(
            ["openssl", "req", "-x509", "-CA", authority, "-CAkey", scratch.file("ca.key")] + key + [
                "-keyout", self.key, "-out", certificate, "-subj", "/CN=localhost", "-addext",
                "subjectAltName=" + names, "-addext", "basicConstraints=critical,CA:FALSE", "-addext",
                "keyUsage=critical,digitalSignature", "-addext", "extendedKeyUsage=serverAuth",
            ]
        )
    }

    /// The authority's certificate, for clients.
    package var authority: String { scratch.file("ca.crt") }
    /// The server's certificate.
    package var certificate: String { scratch.file("server.crt") }
    /// The server's private key.
    package var key: String { scratch.file("server.key") }

    /// The listener of a sidecar that uses them.
    package var listener: ProxyConfiguration.Listener { .tls(certificate: certificate, key: key) }

    /// Sends bytes over TLS and returns everything that came back until the server closed.
    ///
    /// - Throws: `SupportFailure` when the server has not closed after `seconds`.
    package func exchange(port: Int, _ bytes: [UInt8], options: [String] = [], seconds: Double = 10) throws -> String {
        try Command.run(
            ["openssl", "s_client", "-quiet", "-connect", "127.0.0.1:\(port)", "-servername", "localhost"]
                + ["-CAfile", authority, "-verify_return_error"] + options,
            input: bytes,
            seconds: seconds
        ).output
    }
}
