private import COpenSSL

/// One parsed X.509 certificate.
struct Certificate: Sendable {
    let object: LibraryObject

    init(object: LibraryObject) {
        self.object = object
    }

    /// Reads the certificate of a PEM block.
    init(_ block: PEMBlock) throws(KeyFlaw) {
        guard block.label == "CERTIFICATE" else { throw .malformed }
        let parsed = unsafe block.contents.reveal { der in
            unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
                var position = buffer.baseAddress
                return unsafe d2i_X509(nil, &position, buffer.count)
            }
        }
        self.object = try unsafe LibraryObject(parsed, otherwise: .malformed) { unsafe X509_free($0) }
    }
}
