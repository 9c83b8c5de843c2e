private import COpenSSL

/// The plan of a certificate that is about to be signed.
struct CertificateDraft {
    let commonName: String
    /// The authority's certificate, or `nil` for one that signs itself.
    let issuer: Certificate?
    let days: Int
    /// The extensions by number and value, in libcrypto's syntax; values must not hold unchecked text.
    let extensions: [(identifier: CInt, value: String)]

    /// Builds the certificate and signs it with ECDSA and SHA-256.
    ///
    /// It is valid from an hour ago, for clocks that are behind, and has a random serial number of 127 bits.
    func signed(subjectKey: SigningKey, authorityKey: SigningKey) throws(KeyFlaw) -> Certificate {
        guard let subjectKey = subjectKey.object, let authorityKey = authorityKey.object else { throw .unsupportedKey }
        let object = try unsafe LibraryObject(X509_new()) { unsafe X509_free($0) }
        let certificate = unsafe object.pointer
        let name = unsafe X509_get_subject_name(certificate)
        let fromNow = days * 86_400 - 3600
        let built =
            unsafe X509_set_version(certificate, 2) == 1
            && X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) != nil
            && X509_gmtime_adj(X509_getm_notAfter(certificate), fromNow) != nil
            && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, commonName, -1, -1, 0) == 1
            && X509_set_issuer_name(certificate, issuerName(else: name)) == 1
            && X509_set_pubkey(certificate, subjectKey.pointer) == 1
        guard built else { throw KeyFlaw.ofLibrary() }
        try setSerial(of: object)
        for entry in extensions { try add(entry.identifier, entry.value, to: object) }
        let signed = try unsafe LibraryObject(EVP_MD_fetch(nil, "SHA256", nil)) { unsafe EVP_MD_free($0) }
        guard unsafe X509_sign(certificate, authorityKey.pointer, signed.pointer) > 0 else { throw KeyFlaw.ofLibrary() }
        return Certificate(object: object)
    }

    private func issuerName(else own: OpaquePointer?) -> OpaquePointer? {
        guard let issuer else { return unsafe own }
        return unsafe X509_get_subject_name(issuer.object.pointer)
    }

    private func setSerial(of object: LibraryObject) throws(KeyFlaw) {
        var bytes = Random.bytes(16)
        // RFC 5280 section 4.1.2.2: positive; the second bit keeps it from ever being short.
        bytes[0] = bytes[0] & 0x7f | 0x40
        let number = try unsafe LibraryObject(BN_bin2bn(bytes, CInt(bytes.count), nil)) { unsafe BN_free($0) }
        let serial = unsafe X509_get_serialNumber(object.pointer)
        guard unsafe BN_to_ASN1_INTEGER(number.pointer, serial) != nil else { throw KeyFlaw.ofLibrary() }
    }

    private func add(_ identifier: CInt, _ value: String, to object: LibraryObject) throws(KeyFlaw) {
        var context = unsafe X509V3_CTX()
        let authority = unsafe issuer?.object.pointer ?? object.pointer
        unsafe gatehouse_set_extension_context(&context, authority, object.pointer)
        let made = unsafe X509V3_EXT_nconf_nid(nil, &context, identifier, value)
        let entry = try unsafe LibraryObject(made) { unsafe X509_EXTENSION_free($0) }
        guard unsafe X509_add_ext(object.pointer, entry.pointer, -1) == 1 else { throw KeyFlaw.ofLibrary() }
    }
}

extension Certificate {
    /// The certificate as PEM.
    func pem() throws(KeyFlaw) -> [UInt8] {
        let output = try unsafe LibraryObject(BIO_new(BIO_s_mem())) { unsafe BIO_free_all($0) }
        guard unsafe PEM_write_bio_X509(output.pointer, object.pointer) == 1 else { throw KeyFlaw.ofLibrary() }
        return PEMBlock.memory(of: output)
    }
}
