private import COpenSSL

/// Verifies with one public key and one algorithm, through a context that is prepared once and copied for every message.
///
/// The prepared context is never used itself, only copied from, which reads it; so threads may share it.
struct PublicKeyVerifier: Sendable {
    private let prepared: LibraryObject

    /// Prepares the context, with padding and salt length for RSA.
    init(key: LibraryObject, algorithm: SignatureAlgorithm) throws(KeyFlaw) {
        let context = try unsafe LibraryObject(EVP_MD_CTX_new()) { unsafe EVP_MD_CTX_free($0) }
        var parameters: OpaquePointer?
        let digest = algorithm.digestName
        let result = unsafe EVP_DigestVerifyInit_ex(context.pointer, &parameters, digest, nil, nil, key.pointer, nil)
        guard result == 1, unsafe algorithm.configurePadding(parameters) else { throw KeyFlaw.ofLibrary() }
        self.prepared = context
    }

    /// Tells whether the signature, in the form that libcrypto reads, was made over the message.
    func isValid(signature: borrowing Span<UInt8>, over message: borrowing Span<UInt8>) -> Bool {
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        let result = unsafe signature.withUnsafeBufferPointer { signature in
            unsafe message.withUnsafeBufferPointer { message in
                guard unsafe EVP_MD_CTX_copy_ex(context, prepared.pointer) == 1 else { return CInt(0) }
                return unsafe EVP_DigestVerify(
                    context,
                    signature.baseAddress,
                    signature.count,
                    message.baseAddress,
                    message.count
                )
            }
        }
        // Exactly 1 is success: errors are 0 or negative (CVE-2020-28042 is what happens to those who test for truth).
        guard result == 1 else {
            ERR_clear_error()
            return false
        }
        return true
    }
}

extension SignatureAlgorithm {
    /// The name of the digest as libcrypto knows it, or `nil` for EdDSA.
    var digestName: String? {
        switch self {
        case .hs256, .rs256, .ps256, .es256: "SHA256"
        case .hs384, .rs384, .ps384, .es384: "SHA384"
        case .hs512, .rs512, .ps512, .es512: "SHA512"
        case .edDSA: nil
        }
    }

    /// Sets the RSA padding on a context of libcrypto; does nothing for the other families.
    ///
    /// RFC 7518 section 3.5 fixes the salt to the digest's length and the mask's digest to the same digest. Left alone,
    /// libcrypto would accept a salt of any length.
    func configurePadding(_ context: OpaquePointer?) -> Bool {
        switch self {
        case .rs256, .rs384, .rs512:
            return unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
        case .ps256, .ps384, .ps512:
            guard unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 else { return false }
            guard unsafe EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1 else { return false }
            return unsafe EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, digestName, nil) == 1
        default:
            return true
        }
    }
}
