private import COpenSSL

/// A public key by its members, and the checks that each family must pass.
///
/// Whatever form a key arrives in, it is taken apart into these members and built anew from them, so there is one place
/// for the checks and nothing else of the original survives.
enum PublicKey: Sendable {
    case rsa(modulus: [UInt8], exponent: [UInt8])
    case ellipticCurve(Curve, x: [UInt8], y: [UInt8])
    case ed25519([UInt8])

    /// Checks the members and tells what the key is.
    func checkedKind() throws(KeyFlaw) -> KeyKind {
        switch self {
        case .rsa(let modulus, let exponent):
            return .rsa(bits: try Self.checkedBits(modulus: modulus, exponent: exponent))
        case .ellipticCurve(let curve, let x, let y):
            guard x.count == curve.coordinateCount, y.count == curve.coordinateCount else {
                throw .wrongMemberLength(expected: curve.coordinateCount)
            }
            return .ellipticCurve(curve)
        case .ed25519(let x):
            guard x.count == Edwards25519.encodedCount else { throw .wrongMemberLength(expected: 32) }
            guard !Edwards25519.isSmallOrder(x) else { throw .smallOrder }
            guard try Edwards25519.isOnCurve(x) else { throw .pointNotOnCurve }
            return .ed25519
        }
    }

    /// Builds the key for libcrypto, which checks that a point lies on its curve.
    func makeObject() throws(KeyFlaw) -> LibraryObject {
        switch self {
        case .rsa(let modulus, let exponent):
            return try Self.makeRSA(modulus: modulus, exponent: exponent)
        case .ellipticCurve(let curve, let x, let y):
            return try Self.makeEllipticCurve(curve, point: [0x04] + x + y)
        case .ed25519(let x):
            let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, x, x.count)
            return try unsafe LibraryObject(key, otherwise: .malformed) { unsafe EVP_PKEY_free($0) }
        }
    }

    // RFC 7518 section 3.3 asks for 2048 bits; the upper bound keeps a hostile key set from burning the processor.
    private static func checkedBits(modulus: [UInt8], exponent: [UInt8]) throws(KeyFlaw) -> Int {
        let modulus = modulus.drop { $0 == 0 }
        guard let first = modulus.first, let last = modulus.last, last & 1 == 1 else { throw .rsaModulusBad }
        let bits = modulus.count * 8 - first.leadingZeroBitCount
        guard bits >= 2048 else { throw .rsaTooSmall(bits: bits) }
        guard bits <= 8192 else { throw .rsaTooLarge(bits: bits) }
        let exponent = exponent.drop { $0 == 0 }
        guard exponent.count <= 8 else { throw .rsaExponentBad }
        let value = exponent.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard value >= 65537, value & 1 == 1 else { throw .rsaExponentBad }
        return bits
    }

    private static func makeRSA(modulus: [UInt8], exponent: [UInt8]) throws(KeyFlaw) -> LibraryObject {
        let n = try unsafe LibraryObject(BN_bin2bn(modulus, CInt(modulus.count), nil)) { unsafe BN_free($0) }
        let e = try unsafe LibraryObject(BN_bin2bn(exponent, CInt(exponent.count), nil)) { unsafe BN_free($0) }
        let key = unsafe gatehouse_rsa_public_key(n.pointer, e.pointer)
        // No search for factors: it takes milliseconds, and whoever may choose the key may as well publish its factors.
        return try unsafe LibraryObject(key, otherwise: .malformed) { unsafe EVP_PKEY_free($0) }
    }

    private static func makeEllipticCurve(_ curve: Curve, point: [UInt8]) throws(KeyFlaw) -> LibraryObject {
        // The lengths are right by now, so a refusal means that the coordinates fit no point.
        let key = unsafe gatehouse_curve_public_key(curve.groupName, point, point.count)
        let object = try unsafe LibraryObject(key, otherwise: .pointNotOnCurve) { unsafe EVP_PKEY_free($0) }
        try checkPoint(object)
        return object
    }

    private static func checkPoint(_ key: LibraryObject) throws(KeyFlaw) {
        let context = try unsafe LibraryObject(EVP_PKEY_CTX_new_from_pkey(nil, key.pointer, nil)) {
            unsafe EVP_PKEY_CTX_free($0)
        }
        guard unsafe EVP_PKEY_public_check(context.pointer) == 1 else { throw KeyFlaw.ofLibrary(.pointNotOnCurve) }
    }
}

extension Curve {
    /// The name by which libcrypto knows the curve.
    var groupName: String {
        switch self {
        case .p256: "prime256v1"
        case .p384: "secp384r1"
        case .p521: "secp521r1"
        }
    }
}
