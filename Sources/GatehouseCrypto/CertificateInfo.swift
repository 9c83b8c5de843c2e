private import COpenSSL

/// What an operator needs to know of one X.509 certificate.
package struct CertificateInfo: Sendable, Equatable {
    /// The subject as an RFC 2253 name.
    package let subject: String
    /// The issuer as an RFC 2253 name.
    package let issuer: String
    /// The first second of validity, since 1970.
    package let notBefore: Int
    /// The last second of validity, since 1970.
    package let notAfter: Int
    /// The DNS names of the subject alternative name.
    package let dnsNames: [String]
    /// The IP addresses of the subject alternative name, in their canonical text form (RFC 5952 for version 6).
    package let addresses: [String]
    private let publicKey: [UInt8]

    /// Reads a PEM chain in its order; the first is the leaf.
    ///
    /// Throws `malformed` when there is no certificate or one that cannot be read, and `privateKeyGiven` when a private
    /// key is among them. Does not check any signature.
    package static func parse(chain pem: [UInt8]) throws(KeyFlaw) -> [CertificateInfo] {
        let blocks = try PEMBlock.parse(pem.span)
        guard !blocks.contains(where: { $0.label.hasSuffix("PRIVATE KEY") }) else { throw .privateKeyGiven }
        var chain: [CertificateInfo] = []
        for block in blocks { chain.append(try CertificateInfo(Certificate(block))) }
        return chain
    }

    /// Tells whether the private key, in PEM form, belongs to this certificate.
    package func matches(privateKeyPEM: Secret) -> Bool {
        guard let key = try? LibraryObject.privateKey(pem: privateKeyPEM) else { return false }
        return key.publicDER == publicKey
    }

    private init(_ certificate: Certificate) throws(KeyFlaw) {
        let pointer = unsafe certificate.object.pointer
        let key = try unsafe LibraryObject(X509_get_pubkey(pointer), otherwise: .unsupportedKey) {
            unsafe EVP_PKEY_free($0)
        }
        guard let publicKey = key.publicDER else { throw .unsupportedKey }
        self.publicKey = publicKey
        self.subject = try unsafe Self.text(of: X509_get_subject_name(pointer))
        self.issuer = try unsafe Self.text(of: X509_get_issuer_name(pointer))
        self.notBefore = try unsafe Self.seconds(X509_get0_notBefore(pointer))
        self.notAfter = try unsafe Self.seconds(X509_get0_notAfter(pointer))
        (self.dnsNames, self.addresses) = Self.alternativeNames(of: certificate)
    }

    private static func text(of name: OpaquePointer?) throws(KeyFlaw) -> String {
        let output = try unsafe LibraryObject(BIO_new(BIO_s_mem())) { unsafe BIO_free_all($0) }
        guard unsafe gatehouse_print_name(output.pointer, name) >= 0 else { throw KeyFlaw.ofLibrary(.malformed) }
        return String(decoding: PEMBlock.memory(of: output), as: UTF8.self)
    }

    // ASN1_TIME_diff gives days and seconds, which spares the calendar.
    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) throws(KeyFlaw) -> Int {
        let epoch = unsafe ASN1_TIME_set(nil, 0)
        defer { unsafe ASN1_TIME_free(epoch) }
        var days: CInt = 0
        var seconds: CInt = 0
        guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { throw KeyFlaw.ofLibrary(.malformed) }
        return Int(days) * 86_400 + Int(seconds)
    }

    private static func alternativeNames(of certificate: Certificate) -> (names: [String], addresses: [String]) {
        var names: [String] = []
        var addresses: [String] = []
        let found = unsafe X509_get_ext_d2i(certificate.object.pointer, NID_subject_alt_name, nil, nil)
        let list = OpaquePointer(found)
        defer { unsafe GENERAL_NAMES_free(list) }
        for index in 0..<max(unsafe gatehouse_general_name_count(list), 0) {
            var type: CInt = 0
            let value = unsafe GENERAL_NAME_get0_value(gatehouse_general_name_at(list, index), &type)
            guard type == GEN_DNS || type == GEN_IPADD else { continue }
            let bytes = unsafe bytes(of: value?.assumingMemoryBound(to: ASN1_STRING.self))
            if type == GEN_DNS {
                names.append(String(decoding: bytes, as: UTF8.self))
            } else if let address = AddressText.format(bytes) {
                addresses.append(address)
            }
        }
        return (names, addresses)
    }

    private static func bytes(of string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
        let count = unsafe max(Int(ASN1_STRING_length(string)), 0)
        return unsafe [UInt8](UnsafeBufferPointer(start: ASN1_STRING_get0_data(string), count: count))
    }
}
