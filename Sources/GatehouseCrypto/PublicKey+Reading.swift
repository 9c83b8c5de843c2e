private import COpenSSL

extension PublicKey {
    /// Reads one public key or the first certificate of a PEM file.
    init(pem text: borrowing Span<UInt8>) throws(KeyFlaw) {
        let blocks = try PEMBlock.parse(text)
        guard !blocks.contains(where: { $0.label.hasSuffix("PRIVATE KEY") }) else { throw .privateKeyGiven }
        guard let first = blocks.first else { throw .malformed }
        let isChain = blocks.allSatisfy { $0.label == "CERTIFICATE" }
        guard blocks.count == 1 || isChain else { throw .severalKeys }
        let object: LibraryObject
        switch first.label {
        case "PUBLIC KEY": object = try unsafe Self.read(first) { unsafe d2i_PUBKEY(nil, &$0, $1) }
        case "RSA PUBLIC KEY": object = try unsafe Self.read(first) { unsafe d2i_PublicKey(EVP_PKEY_RSA, nil, &$0, $1) }
        case "CERTIFICATE": object = try Self.readCertificateKey(first)
        default: throw .unsupportedKey
        }
        try self.init(object: object)
    }

    /// Takes the members out of a key of libcrypto, public or private.
    init(object: LibraryObject) throws(KeyFlaw) {
        switch unsafe EVP_PKEY_get_base_id(object.pointer) {
        case EVP_PKEY_RSA:
            self = .rsa(
                modulus: try Self.number(OSSL_PKEY_PARAM_RSA_N, of: object),
                exponent: try Self.number(OSSL_PKEY_PARAM_RSA_E, of: object)
            )
        case EVP_PKEY_EC:
            let curve = try Self.curve(of: object)
            let width = curve.coordinateCount
            self = .ellipticCurve(
                curve,
                x: try Self.number(OSSL_PKEY_PARAM_EC_PUB_X, of: object, width: width),
                y: try Self.number(OSSL_PKEY_PARAM_EC_PUB_Y, of: object, width: width)
            )
        case EVP_PKEY_ED25519:
            var bytes = [UInt8](repeating: 0, count: Edwards25519.encodedCount)
            var count = bytes.count
            guard unsafe EVP_PKEY_get_raw_public_key(object.pointer, &bytes, &count) == 1, count == bytes.count else {
                throw KeyFlaw.ofLibrary(.malformed)
            }
            self = .ed25519(bytes)
        default:
            throw .unsupportedKey
        }
    }

    private static func read(
        _ block: PEMBlock,
        _ decode: (inout UnsafePointer<UInt8>?, Int) -> OpaquePointer?
    ) throws(KeyFlaw) -> LibraryObject {
        let key = unsafe block.contents.reveal { der in
            unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
                var position = buffer.baseAddress
                guard let key = unsafe decode(&position, buffer.count) else { return nil }
                // Bytes after the key mean that the file is not what it seems.
                guard unsafe position == buffer.baseAddress.map({ unsafe $0 + buffer.count }) else {
                    unsafe EVP_PKEY_free(key)
                    return nil
                }
                return unsafe key
            }
        }
        return try unsafe LibraryObject(key, otherwise: .malformed) { unsafe EVP_PKEY_free($0) }
    }

    private static func readCertificateKey(_ block: PEMBlock) throws(KeyFlaw) -> LibraryObject {
        let certificate = try Certificate(block)
        let key = unsafe X509_get_pubkey(certificate.object.pointer)
        return try unsafe LibraryObject(key, otherwise: .unsupportedKey) { unsafe EVP_PKEY_free($0) }
    }

    private static func curve(of object: LibraryObject) throws(KeyFlaw) -> Curve {
        // Explicit parameters could describe a look-alike of a known curve with another base point (CVE-2020-0601).
        var isExplicit: CInt = 0
        _ = unsafe EVP_PKEY_get_int_param(object.pointer, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &isExplicit)
        var name = [CChar](repeating: 0, count: 64)
        var count = 0
        let found = unsafe EVP_PKEY_get_utf8_string_param(
            object.pointer,
            OSSL_PKEY_PARAM_GROUP_NAME,
            &name,
            name.count,
            &count
        )
        ERR_clear_error()
        let text = String(decoding: name.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard isExplicit == 0, found == 1, let curve = Curve.allCases.first(where: { $0.groupName == text }) else {
            throw .unsupportedKey
        }
        return curve
    }

    // The width pads a coordinate to its full length; without one the number is as short as it can be.
    private static func number(_ name: String, of object: LibraryObject, width: Int? = nil) throws(KeyFlaw) -> [UInt8] {
        var pointer: OpaquePointer?
        _ = unsafe EVP_PKEY_get_bn_param(object.pointer, name, &pointer)
        let number = try unsafe LibraryObject(pointer, otherwise: .malformed) { unsafe BN_free($0) }
        let count = width ?? Int((unsafe BN_num_bits(number.pointer) + 7) / 8)
        // Longer than any key that is accepted, and short enough for the arithmetic of every check.
        guard count <= 1 << 16 else { throw .malformed }
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe BN_bn2binpad(number.pointer, &bytes, CInt(count)) == CInt(count) else {
            throw KeyFlaw.ofLibrary(.malformed)
        }
        return bytes
    }
}
