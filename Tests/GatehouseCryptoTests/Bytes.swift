import GatehouseCrypto

extension VerificationKey {
    /// Verifies arrays.
    func accepts(_ signature: [UInt8], over message: [UInt8], _ algorithm: SignatureAlgorithm) -> Bool {
        isValid(signature: signature.span, over: message.span, algorithm: algorithm)
    }
}

extension [UInt8] {
    /// The bytes of a text.
    init(text: String) { self = Array(text.utf8) }

    /// The bytes that hexadecimal digits name; white space is passed over.
    init(hex: String) {
        let digits = hex.compactMap(\.hexDigitValue)
        self = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// The same bytes with the lowest bit of one of them changed.
    func flippingBit(at index: Int) -> [UInt8] {
        var copy = self
        copy[index] ^= 1
        return copy
    }

    /// The sum of two big-endian numbers of one length, or nothing when it needs another byte.
    func adding(_ other: [UInt8]) -> [UInt8]? {
        var carry = 0
        var sum: [UInt8] = []
        for (left, right) in zip(reversed(), other.reversed()) {
            carry += Int(left) + Int(right)
            sum.append(UInt8(truncatingIfNeeded: carry))
            carry >>= 8
        }
        return carry == 0 ? sum.reversed() : nil
    }

    /// The difference of two big-endian numbers of one length, the second not larger than the first.
    func subtracting(_ other: [UInt8]) -> [UInt8] {
        var borrow = 0
        var difference: [UInt8] = []
        for (left, right) in zip(reversed(), other.reversed()) {
            let value = Int(left) - Int(right) - borrow
            difference.append(UInt8(truncatingIfNeeded: value))
            borrow = value < 0 ? 1 : 0
        }
        return difference.reversed()
    }

    /// Whether this big-endian number is not smaller than another of the same length.
    func isAtLeast(_ other: [UInt8]) -> Bool { !lexicographicallyPrecedes(other) }
}
