private import COpenSSL

/// A certificate authority of its own and one server certificate, all as PEM.
package struct DevelopmentIdentity: Sendable {
    /// The certificate of the authority, for `curl --cacert`.
    package let authorityCertificate: [UInt8]
    /// The private key of the authority.
    package let authorityKey: Secret
    /// The server's certificate chain, leaf first, without the authority, which clients must have anyway.
    package let chain: [UInt8]
    /// The private key of the server's certificate.
    package let key: Secret
}

/// Makes certificates for development, which browsers and strict verifiers accept once the authority is trusted.
package enum DevelopmentCertificates {
    /// Makes an authority and a server certificate for the DNS names and the IP addresses, on P-256.
    ///
    /// Throws `certificateNameBad` for a name or an address that is not one, or when there are none of both. The days
    /// are clamped to 1...397, the longest life that browsers accept. Takes about a millisecond.
    package static func make(
        names: [String],
        addresses: [String],
        days: Int
    ) throws(KeyFlaw) -> DevelopmentIdentity {
        let alternatives = try subjectAlternatives(names: names, addresses: addresses)
        let authorityKey = try SigningKey.generateES256()
        let key = try SigningKey.generateES256()
        // Browsers mix up authorities of one name and several keys, so each gets a name of its own.
        let mark = String(decoding: Base64URL.encode(Random.bytes(6)), as: UTF8.self)
        let authority = try CertificateDraft(
            commonName: "Gatehouse development authority \(mark)",
            issuer: nil,
            days: 397,
            extensions: [
                (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"),
                (NID_key_usage, "critical,keyCertSign,cRLSign"),
                (NID_subject_key_identifier, "hash"),
            ]
        ).signed(subjectKey: authorityKey, authorityKey: authorityKey)
        let leaf = try CertificateDraft(
            commonName: "Gatehouse development server",
            issuer: authority,
            days: min(max(days, 1), 397),
            extensions: [
                (NID_basic_constraints, "critical,CA:FALSE"),
                (NID_key_usage, "critical,digitalSignature"),
                (NID_ext_key_usage, "serverAuth"),
                (NID_subject_alt_name, alternatives),
                (NID_subject_key_identifier, "hash"),
                (NID_authority_key_identifier, "keyid:always"),
            ]
        ).signed(subjectKey: key, authorityKey: authorityKey)
        guard let authorityPEM = authorityKey.privatePEM, let keyPEM = key.privatePEM else { throw .libraryFailure }
        return DevelopmentIdentity(
            authorityCertificate: try authority.pem(),
            authorityKey: authorityPEM,
            chain: try leaf.pem(),
            key: keyPEM
        )
    }

    // The value goes through libcrypto's own syntax, in which a comma or a colon would have a meaning: hence the check.
    private static func subjectAlternatives(names: [String], addresses: [String]) throws(KeyFlaw) -> String {
        guard !names.isEmpty || !addresses.isEmpty, names.allSatisfy(isName), addresses.allSatisfy(isAddress) else {
            throw .certificateNameBad
        }
        return (names.map { "DNS:\($0)" } + addresses.map { "IP:\($0)" }).joined(separator: ",")
    }

    private static func isName(_ name: String) -> Bool {
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard name.utf8.count <= 253 else { return false }
        return labels.enumerated().allSatisfy { index, label in
            if index == 0, labels.count > 1, label.elementsEqual("*".utf8) { return true }
            guard (1...63).contains(label.count), label.allSatisfy(isNameByte) else { return false }
            return label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }

    private static func isAddress(_ text: String) -> Bool {
        // libcrypto reads addresses leniently, so the characters are checked first.
        guard text.utf8.allSatisfy({ isNameByte($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }) else {
            return false
        }
        let address = unsafe a2i_IPADDRESS(text)
        defer { unsafe ASN1_OCTET_STRING_free(address) }
        ERR_clear_error()
        return unsafe address != nil
    }
}
