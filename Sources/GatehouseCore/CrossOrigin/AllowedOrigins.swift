/// Which web origins are let in.
package enum AllowedOrigins: Sendable, Equatable {
    /// Every origin, and never with credentials.
    case any
    /// Only these.
    case listed([AllowedOrigin])

    /// Whether a page of that origin may read answers; `origin` is the value of one `Origin` line.
    func contains(_ bytes: [UInt8], _ origin: Range<Int>) -> Bool {
        switch self {
        case .any:
            return !origin.isEmpty
        case .listed(let entries):
            let span = unsafe bytes.span.bytes.extracting(origin.clamped(to: bytes.indices))
            for index in entries.indices where entries[index].matches(span) {
                return true
            }
            return false
        }
    }
}

/// One entry of the list of origins; compared byte for byte, as browsers write origins in exactly one way (RFC 6454 section 6.1).
package enum AllowedOrigin: Sendable, Equatable {
    /// Exactly this origin: `scheme://host[:port]`.
    case exact([UInt8])
    /// An origin with exactly one label of a host name between the two parts: `https://` and `.example.com`.
    case oneLabel(prefix: [UInt8], suffix: [UInt8])

    /// Whether the origin is this one; `null` never is, as every sandboxed page has that origin.
    func matches(_ origin: RawSpan) -> Bool {
        switch self {
        case .exact(let bytes):
            origin.byteCount == bytes.count && origin.holds(bytes, at: 0) && !origin.spells("null")
        case .oneLabel(let prefix, let suffix):
            origin.byteCount > prefix.count + suffix.count && origin.holds(prefix, at: 0)
                && origin.holds(suffix, at: origin.byteCount - suffix.count)
                && AllowedOrigin.isLabel(origin.extracting(prefix.count..<(origin.byteCount - suffix.count)))
        }
    }

    /// A label of letters in lower case, digits and inner dashes (RFC 1034 section 3.5).
    private static func isLabel(_ label: RawSpan) -> Bool {
        guard (1...63).contains(label.byteCount) else { return false }
        for index in 0..<label.byteCount {
            switch label.byte(index) {
            case 0x61...0x7A, 0x30...0x39: continue
            case Byte.dash where index > 0 && index < label.byteCount - 1: continue
            default: return false
            }
        }
        return true
    }
}

extension RawSpan {
    /// Whether the bytes from an offset on are those given; the caller has checked that there are so many.
    func holds(_ bytes: [UInt8], at offset: Int) -> Bool {
        for index in bytes.indices where self.byte(offset &+ index) != bytes[index] {
            return false
        }
        return true
    }

    /// Whether the bytes spell an ASCII text, case included.
    func spells(_ text: StaticString) -> Bool {
        guard text.utf8CodeUnitCount == self.byteCount else { return false }
        for index in 0..<self.byteCount where unsafe self.byte(index) != text.utf8Start[index] {
            return false
        }
        return true
    }
}
