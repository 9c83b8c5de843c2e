internal import GatehouseCrypto
private import Glibc

/// Reads and checks certificate files and their private keys.
struct CertificateLoader {
    let context: ReadingContext
    let mode: Settings.Mode

    /// The pair of the keys `certificate` and `private_key`, or nothing with each flaw said at the key it concerns.
    func pair(_ section: ResolvedSection) -> CertificatePair? {
        let chain = file(section, "certificate").flatMap { certificates($0.bytes, section.place(of: "certificate")) }
        let key = section.text("private_key").flatMap { path in
            context.readSecretFile(path, "private_key", at: section.place(of: "private_key"), mode)
        }
        guard let certificatePath = section.text("certificate"), let keyPath = section.text("private_key"),
            let chain, let leaf = chain.first, let key
        else { return nil }
        let place = section.place(of: "private_key")
        if let flaw = KeyLoading.flaw(ofPrivateKey: key.bytes) {
            context.diagnostics.error("private_key: \(flaw)", at: place)
            return nil
        }
        guard KeyLoading.key(key.bytes, belongsTo: leaf) else {
            let isInChain = chain.dropFirst().contains { KeyLoading.key(key.bytes, belongsTo: $0) }
            let hint = isInChain ? "the chain is in the wrong order: the key's own certificate comes first" : nil
            context.diagnostics.error("private_key: it does not belong to the certificate", at: place, hint: hint)
            return nil
        }
        let names = leaf.names.map { $0.lowercased() }
        return CertificatePair(certificatePath: certificatePath, privateKeyPath: keyPath, names: names)
    }

    /// The pair, or nothing if neither key is there; half a pair is an error.
    func optionalPair(_ section: ResolvedSection) -> CertificatePair? {
        switch (section.isWritten("certificate"), section.isWritten("private_key")) {
        case (true, true):
            return pair(section)
        case (false, false):
            return nil
        case (let hasCertificate, _):
            let missing = hasCertificate ? "private_key" : "certificate"
            context.diagnostics.error("`\(missing)` is missing in `tls`", at: section.position)
            return nil
        }
    }

    /// Whether a file holds at least one certificate that can be read, said if not.
    func isAuthorityFile(_ section: ResolvedSection, _ key: String) -> Bool {
        guard let file = file(section, key) else { return false }
        guard KeyLoading.certificates(file.bytes) != nil else {
            context.diagnostics.error("\(key): this is not a PEM file with certificates", at: section.place(of: key))
            return false
        }
        return true
    }

    private func file(_ section: ResolvedSection, _ key: String) -> BoundedFile? {
        guard let path = section.text(key) else { return nil }
        return context.readFile(path, key, at: section.place(of: key))
    }

    private func certificates(_ bytes: [UInt8], _ place: Position?) -> [KeyLoading.ReadCertificate]? {
        guard let chain = KeyLoading.certificates(bytes), let leaf = chain.first else {
            context.diagnostics.error(
                "certificate: this is not a PEM file with certificates",
                at: place,
                hint: "a DER file is converted by `openssl x509 -inform der -in FILE`"
            )
            return nil
        }
        for (lower, upper) in zip(chain, chain.dropFirst()) where lower.issuer != upper.subject {
            context.diagnostics.error(
                "certificate: the chain is not in order: a certificate is not followed by its issuer's",
                at: place,
                hint: "leaf first, then each issuer"
            )
            return nil
        }
        checkValidity(leaf, place)
        return chain
    }

    private func checkValidity(_ leaf: KeyLoading.ReadCertificate, _ place: Position?) {
        let now = time(nil)
        let flaw = now > leaf.notAfter ? "has expired" : now < leaf.notBefore ? "is not valid yet" : nil
        guard let flaw else { return }
        if mode == .production {
            context.diagnostics.error("certificate: it \(flaw) (GH-D004)", at: place)
        } else {
            context.diagnostics.warning("certificate: it \(flaw)", at: place)
        }
    }
}
