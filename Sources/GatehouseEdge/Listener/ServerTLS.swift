internal import NIOCore
internal import NIOSSL

/// A prepared TLS configuration, for a listener or for connections to an app; opaque outside of the edge.
package struct TLSContext: Sendable {
    let context: NIOSSLContext
}

/// TLS towards clients: versions, curves, suites, ALPN and the choice of a certificate by name.
package enum ServerTLS {
    /// A certificate chain with its key, and the names that it is for.
    package struct Identity: Sendable {
        let chain: [NIOSSLCertificateSource]
        let key: NIOSSLPrivateKeySource
        let names: [String]

        /// Reads a pair of PEM files; `names` are lower-case DNS names, `*.` patterns included.
        package init(chainPath: String, keyPath: String, names: [String]) throws {
            self.chain = try NIOSSLCertificate.fromPEMFile(chainPath).map { .certificate($0) }
            self.key = .privateKey(try NIOSSLPrivateKey(file: keyPath, format: .pem))
            self.names = names
        }
    }

    /// Makes the context of a listener; the first identity is the one for clients that name no host, or an unknown one.
    ///
    /// TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only; the post-quantum key exchange comes first. Sessions
    /// are resumed by tickets whose keys the library rotates. No renegotiation, no early data.
    package static func context(_ identities: [Identity], requiresTLS13: Bool, protocols: [String]) throws -> TLSContext
    {
        guard let first = identities.first else { throw Flaw.noIdentity }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: first.chain,
            privateKey: first.key
        )
        configuration.minimumTLSVersion = requiresTLS13 ? .tlsv13 : .tlsv12
        configuration.curves = [.x25519_MLKEM768, .x25519, .secp256r1, .secp384r1]
        configuration.cipherSuiteValues = ServerTLS.suites
        configuration.applicationProtocols = protocols
        configuration.shutdownTimeout = .seconds(2)
        if identities.count > 1 {
            configuration.sslContextCallback = { values, promise in
                promise.succeed(ServerTLS.override(for: values.serverHostname, among: identities))
            }
        }
        return TLSContext(context: try NIOSSLContext(configuration: configuration))
    }

    private static let suites: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]

    /// An exact name wins over a pattern; a pattern's star is one label (RFC 6125 section 6.4.3).
    private static func override(for host: String?, among identities: [Identity]) -> NIOSSLContextConfigurationOverride
    {
        guard let host = host?.lowercased() else { return .noChanges }
        let parent = host.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).dropFirst().first
        let pattern = parent.map { "*." + $0 }
        let chosen =
            identities.first { $0.names.contains(host) }
            ?? identities.first { identity in pattern.map(identity.names.contains) ?? false }
        guard let chosen else { return .noChanges }
        var override = NIOSSLContextConfigurationOverride()
        override.certificateChain = chosen.chain
        override.privateKey = chosen.key
        return override
    }

    /// What the library's own errors have no case for.
    private enum Flaw: Error {
        case noIdentity
    }
}
