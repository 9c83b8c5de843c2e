internal import GatehouseCrypto

/// The files that a first gate needs, beside its `proxy.conf`: a signing key, an authority, and a certificate for this machine.
enum StarterFiles {
    /// How long the certificates are good: a year, which every browser and checker accepts.
    static let days = 365

    /// Writes all of them, with new keys.
    static func write(to folder: inout FolderWriter) throws(CommandFailure) {
        try self.writeCertificates(to: &folder)
        try folder.makeFolder(StarterConfiguration.dataFolder)
        _ = try AccountsKeyFolder.open("\(folder.path)/\(StarterConfiguration.keysFolder)")
        folder.adopt(StarterConfiguration.keysFolder)
    }

    /// Writes `ca.crt`, `ca.key`, `tls/server.crt` and `tls/server.key`.
    static func writeCertificates(to folder: inout FolderWriter) throws(CommandFailure) {
        let identity: DevelopmentIdentity
        do throws(KeyFlaw) {
            identity = try DevelopmentCertificates.make(
                names: ["localhost"],
                addresses: ["127.0.0.1", "::1"],
                days: self.days
            )
        } catch {
            throw CommandFailure(code: 1, message: "cannot make a certificate: \(error.message)")
        }
        try folder.makeFolder("tls")
        try folder.write(identity.key, to: "tls/server.key")
        try folder.write(identity.chain, to: "tls/server.crt", mode: 0o644)
        try folder.write(identity.authorityKey, to: "ca.key")
        try folder.write(identity.authorityCertificate, to: "ca.crt", mode: 0o644)
    }
}
