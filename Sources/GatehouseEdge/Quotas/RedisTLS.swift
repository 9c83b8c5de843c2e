internal import NIOSSL

/// TLS towards Redis: whom we trust, and who we say we are.
package enum RedisTLS {
    /// Makes the context of all connections to Redis and its sentinels.
    ///
    /// `authorityPath` names a PEM file of roots, nil means the system's; `chainPath` and `keyPath` are the client certificate, if any.
    /// TLS 1.2 at least, and the server's certificate is always checked against the host or address of the URL (RFC 9525).
    package static func context(authorityPath: String?, chainPath: String?, keyPath: String?) throws -> TLSContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let authorityPath { configuration.trustRoots = .file(authorityPath) }
        if let chainPath, let keyPath {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(chainPath).map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: keyPath, format: .pem))
        }
        return TLSContext(context: try NIOSSLContext(configuration: configuration))
    }
}
