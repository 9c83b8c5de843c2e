private import COpenSSL

/// The checks on an Ed25519 public key that libcrypto leaves out (RFC 8032 section 5.1).
enum Edwards25519 {
    /// The length in bytes of an encoded point.
    static let encodedCount = 32

    /// Tells whether the encoding is one of the points whose order divides 8, in a canonical form or not.
    ///
    /// Under such a key signatures can be made without the private key.
    static func isSmallOrder(_ encoded: [UInt8]) -> Bool {
        var ordinate = encoded
        guard ordinate.count == encodedCount else { return true }
        ordinate[encodedCount - 1] &= 0x7f
        return smallOrderOrdinates.contains(ordinate)
    }

    /// Tells whether the encoding is canonical and names a point of the curve.
    ///
    /// The curve is -x² + y² = 1 + d x² y², so x² = (y² - 1) / (d y² + 1), and the right side must be a square. A
    /// quotient is a square exactly when the product is, which saves the inversion.
    static func isOnCurve(_ encoded: [UInt8]) throws(KeyFlaw) -> Bool {
        guard encoded.count == encodedCount else { return false }
        var ordinate = [UInt8](encoded.reversed())
        ordinate[0] &= 0x7f
        let y = try number(ordinate)
        let p = try number(prime)
        let d = try number(coefficient)
        let one = try number([1])
        let square = try number([])
        let numerator = try number([])
        let denominator = try number([])
        let work = try unsafe LibraryObject(BN_CTX_new()) { unsafe BN_CTX_free($0) }
        guard unsafe BN_cmp(y.pointer, p.pointer) < 0 else { return false }
        let computed =
            unsafe BN_mod_sqr(square.pointer, y.pointer, p.pointer, work.pointer) == 1
            && BN_mod_sub(numerator.pointer, square.pointer, one.pointer, p.pointer, work.pointer) == 1
            && BN_mod_mul(denominator.pointer, d.pointer, square.pointer, p.pointer, work.pointer) == 1
            && BN_mod_add(denominator.pointer, denominator.pointer, one.pointer, p.pointer, work.pointer) == 1
            && BN_mod_mul(square.pointer, numerator.pointer, denominator.pointer, p.pointer, work.pointer) == 1
        guard computed else { throw .libraryFailure }
        return unsafe BN_kronecker(square.pointer, p.pointer, work.pointer) == 1
    }

    private static func number(_ bytes: [UInt8]) throws(KeyFlaw) -> LibraryObject {
        try unsafe LibraryObject(BN_bin2bn(bytes, CInt(truncatingIfNeeded: bytes.count), nil)) { unsafe BN_free($0) }
    }

    // 2^255 - 19, big-endian.
    private static let prime = hexadecimal("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed")

    // d = -121665 / 121666, big-endian.
    private static let coefficient = hexadecimal("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3")

    // Little-endian, without the sign bit: y = 0 (order 4), 1 (order 1), p - 1 (order 2), the two of order 8, and the
    // non-canonical p and p + 1, which stand for 0 and 1.
    private static let smallOrderOrdinates = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ].map(hexadecimal)
}
