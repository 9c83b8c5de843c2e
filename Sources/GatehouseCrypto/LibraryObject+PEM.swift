private import COpenSSL

extension LibraryObject {
    /// Reads the one private key of a PEM file; blocks of EC parameters before it are passed over.
    static func privateKey(pem text: Secret) throws(KeyFlaw) -> LibraryObject {
        let blocks = try text.reveal { bytes throws(KeyFlaw) in try PEMBlock.parse(bytes) }
        let keys = blocks.filter { $0.label.hasSuffix("PRIVATE KEY") }
        guard let block = keys.first else { throw .malformed }
        guard keys.count == 1 else { throw .severalKeys }
        guard !block.isEncrypted, block.label != "ENCRYPTED PRIVATE KEY" else { throw .privateKeyEncrypted }
        guard ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"].contains(block.label) else { throw .unsupportedKey }
        let key = unsafe block.contents.reveal { der in
            unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
                var position = buffer.baseAddress
                return unsafe d2i_AutoPrivateKey(nil, &position, buffer.count)
            }
        }
        return try unsafe LibraryObject(key, otherwise: .malformed) { unsafe EVP_PKEY_free($0) }
    }

    /// The public half of a key as PEM SubjectPublicKeyInfo, or `nil` when libcrypto fails.
    var publicPEM: [UInt8]? {
        guard let output = try? unsafe LibraryObject(BIO_new(BIO_s_mem()), release: { unsafe BIO_free_all($0) }),
            unsafe PEM_write_bio_PUBKEY(output.pointer, pointer) == 1
        else { return nil }
        return PEMBlock.memory(of: output)
    }

    /// The private key as unencrypted PKCS#8 PEM, or `nil` when libcrypto fails.
    var privatePEM: Secret? {
        // Secure memory is wiped when it is freed.
        guard let output = try? unsafe LibraryObject(BIO_new(BIO_s_secmem()), release: { unsafe BIO_free_all($0) }),
            unsafe PEM_write_bio_PKCS8PrivateKey(output.pointer, pointer, nil, nil, 0, nil, nil) == 1
        else { return nil }
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe gatehouse_memory_of(output.pointer, &start)
        return unsafe Secret(copying: UnsafeRawBufferPointer(start: start, count: max(count, 0)))
    }

    /// The DER of the public half, by which two keys can be told to be the same.
    var publicDER: [UInt8]? {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_PUBKEY(pointer, &bytes)
        defer { unsafe gatehouse_free(bytes) }
        guard count > 0 else {
            ERR_clear_error()
            return nil
        }
        return unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: Int(count)))
    }
}
