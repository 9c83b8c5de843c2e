internal import GatehouseCore

/// The request line of RFC 9112 section 3: exactly `method SP target SP HTTP/1.x CRLF`.
struct RequestLine {
    let method: Range<Int>
    let target: Range<Int>
    let isHTTP10: Bool
    /// The offset behind the line's LF.
    let end: Int

    /// The longest method that is read (security H-22).
    static let longestMethod = 32

    /// Reads the line at the start of `bytes`; nil while it is not complete.
    ///
    /// Bytes that cannot be right are refused as soon as they are seen, also in an incomplete line.
    init?(_ bytes: RawSpan) throws(Refusal) {
        let count = bytes.byteCount
        var index = 0
        while true {
            guard index < count else { return nil }
            let byte = ByteScan.byte(bytes, index)
            guard ByteScan.isToken(byte), !RequestLine.isLowerCase(byte) else { break }
            index += 1
            guard index <= RequestLine.longestMethod else { throw .malformed(.method) }
        }
        guard index > 0, ByteScan.byte(bytes, index) == ByteScan.space else {
            throw .malformed(RequestLine.flaw(at: ByteScan.byte(bytes, index), otherwise: .method))
        }
        self.method = 0..<index
        index += 1
        let targetStart = index
        while index < count, ByteScan.isTarget(ByteScan.byte(bytes, index)) { index &+= 1 }
        guard index < count else { return nil }
        guard index > targetStart, ByteScan.byte(bytes, index) == ByteScan.space else {
            throw .malformed(RequestLine.flaw(at: ByteScan.byte(bytes, index), otherwise: .target))
        }
        self.target = targetStart..<index
        guard let version = try RequestLine.version(bytes, from: index + 1) else { return nil }
        self.isHTTP10 = version.isHTTP10
        self.end = version.end
    }

    /// Reads `HTTP/1.1 CRLF` or `HTTP/1.0 CRLF`; other well-formed versions are 505.
    private static func version(_ bytes: RawSpan, from start: Int) throws(Refusal) -> (isHTTP10: Bool, end: Int)? {
        let count = bytes.byteCount
        let form: StaticString = "HTTP/0.0\r\n"
        var major: UInt8 = 0
        var minor: UInt8 = 0
        for offset in 0..<form.utf8CodeUnitCount {
            guard start + offset < count else { return nil }
            let byte = ByteScan.byte(bytes, start + offset)
            switch offset {
            case 5, 7:
                guard byte &- 0x30 < 10 else { throw .malformed(.requestLine) }
                if offset == 5 { major = byte &- 0x30 } else { minor = byte &- 0x30 }
            default:
                guard unsafe byte == form.utf8Start[offset] else {
                    throw .malformed(offset > 7 ? .lineEnding : .requestLine)
                }
            }
        }
        guard major == 1, minor < 2 else { throw .versionNotSupported }
        return (minor == 0, start + form.utf8CodeUnitCount)
    }

    private static func isLowerCase(_ byte: UInt8) -> Bool {
        byte &- 0x61 < 26
    }

    private static func flaw(at byte: UInt8, otherwise flaw: Malformation) -> Malformation {
        byte == ByteScan.lineFeed || byte == ByteScan.carriageReturn ? .requestLine : flaw
    }
}
