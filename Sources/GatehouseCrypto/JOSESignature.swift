private import COpenSSL

/// An ECDSA signature on its way from JOSE's `r || s` (RFC 7518 section 3.4) to the DER that libcrypto reads.
///
/// It holds its bytes inline: no allocation on the way to a verification.
struct JOSESignature {
    private var storage = InlineArray<144, UInt8>(repeating: 0)
    private var count = 0

    /// Converts, or returns `nil` unless the length is exact and both numbers are from 1 to the curve's order minus 1.
    ///
    /// Zero is refused before libcrypto sees it (CVE-2022-21449).
    init?(_ jose: borrowing Span<UInt8>, curve: Curve) {
        let half = curve.coordinateCount
        guard jose.count == half * 2 else { return nil }
        let r = jose.extracting(0..<half)
        let s = jose.extracting(half..<half * 2)
        let order = curve.order.span
        guard Self.isInRange(r, below: order), Self.isInRange(s, below: order) else { return nil }
        let content = Self.integerCount(r) + Self.integerCount(s)
        append(0x30)
        // Only P-521 exceeds 127 bytes, and none 255.
        if content > 127 { append(0x81) }
        append(UInt8(truncatingIfNeeded: content))
        appendInteger(r)
        appendInteger(s)
    }

    /// Lends the DER bytes to a closure.
    func withDER<R>(_ body: (borrowing Span<UInt8>) -> R) -> R {
        body(storage.span.extracting(first: count))
    }

    private static func isInRange(_ number: borrowing Span<UInt8>, below order: borrowing Span<UInt8>) -> Bool {
        var isZero = true
        for index in number.indices where number[index] != 0 { isZero = false }
        guard !isZero else { return false }
        for index in number.indices where number[index] != order[index] { return number[index] < order[index] }
        return false
    }

    private static func leadingZeros(_ number: borrowing Span<UInt8>) -> Int {
        var index = 0
        while index < number.count - 1, number[index] == 0 { index += 1 }
        return index
    }

    private static func integerCount(_ number: borrowing Span<UInt8>) -> Int {
        let start = leadingZeros(number)
        return 2 + number.count - start + (number[start] >= 0x80 ? 1 : 0)
    }

    private mutating func appendInteger(_ number: borrowing Span<UInt8>) {
        append(0x02)
        append(UInt8(truncatingIfNeeded: Self.integerCount(number) - 2))
        let start = Self.leadingZeros(number)
        // DER numbers are signed, so a high first bit needs a zero before it.
        if number[start] >= 0x80 { append(0) }
        for index in start..<number.count { append(number[index]) }
    }

    private mutating func append(_ byte: UInt8) {
        storage[count] = byte
        count += 1
    }
}

extension JOSESignature {
    /// Converts the DER signature that libcrypto made to `r || s`.
    static func fromDER(_ der: [UInt8], curve: Curve) throws(KeyFlaw) -> [UInt8] {
        let half = curve.coordinateCount
        var jose = [UInt8](repeating: 0, count: half * 2)
        let succeeded = unsafe der.withUnsafeBufferPointer { input in
            unsafe jose.withUnsafeMutableBufferPointer { output in
                var start = input.baseAddress
                let parsed = unsafe d2i_ECDSA_SIG(nil, &start, input.count)
                defer { unsafe ECDSA_SIG_free(parsed) }
                guard unsafe parsed != nil, let first = output.baseAddress else { return false }
                let width = CInt(truncatingIfNeeded: half)
                return unsafe BN_bn2binpad(ECDSA_SIG_get0_r(parsed), first, width) == width
                    && BN_bn2binpad(ECDSA_SIG_get0_s(parsed), first + half, width) == width
            }
        }
        guard succeeded else { throw KeyFlaw.ofLibrary() }
        return jose
    }
}

extension Curve {
    /// The order of the base point, big-endian (FIPS 186-5, SP 800-186).
    fileprivate var order: [UInt8] {
        switch self {
        case .p256: Self.p256Order
        case .p384: Self.p384Order
        case .p521: Self.p521Order
        }
    }

    private static let p256Order = hexadecimal(
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
    )
    private static let p384Order = hexadecimal(
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"
    )
    private static let p521Order = hexadecimal(
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa"
            + "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"
    )
}
