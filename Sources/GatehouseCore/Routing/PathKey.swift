/// The form of a request's path that patterns are compared with.
///
/// Percent-encoded unreserved characters are decoded, once (RFC 3986 section 6.2.2.2); other escapes keep their place, with
/// digits in upper case. The app still gets the bytes that the client sent. A key stays valid as long as its head is not reset.
package struct PathKey: Sendable {
    /// The key's place in the head's bytes, or in `decoded`.
    let range: Range<Int>
    /// The key, where decoding made it differ from the bytes received.
    let decoded: [UInt8]?
    /// Whether a segment in the path's middle or at its start is empty, which only a route can allow.
    package let hasEmptySegments: Bool

    /// Checks the head's path and makes the key.
    ///
    /// Throws `ambiguousPath` for a path that an app could read differently from us: `.` and `..` segments in any spelling,
    /// encoded slashes and control bytes, backslashes, malformed escapes and invalid UTF-8. Empty segments are only noted. Does not
    /// allocate unless the path holds an escape.
    package init(checking head: RequestHead) throws(Refusal) {
        let bytes = head.bytes
        let path = head.path.clamped(to: 0..<bytes.count)
        guard !path.isEmpty else {
            // The target of CONNECT has no path. The method is refused whatever the target is.
            guard head.method == .connect else { throw .malformed(.target) }
            self.init(range: path, decoded: nil, hasEmptySegments: false)
            return
        }
        let span = bytes.span
        guard span[path.lowerBound] == Byte.slash else { throw .malformed(.target) }
        var segments = SegmentCheck()
        var index = path.lowerBound
        while index < path.upperBound {
            let byte = span[index]
            if Byte.isPlainInPath(byte) {
                segments.passPlain()
            } else if byte == Byte.slash || byte == Byte.dot || byte == Byte.semicolon {
                if let flaw = segments.pass(byte) { throw .ambiguousPath(flaw) }
            } else if byte == Byte.percent {
                try self.init(decoding: span, path)
                return
            } else {
                throw PathKey.refusal(of: byte)
            }
            index &+= 1
        }
        if let flaw = segments.finish() { throw .ambiguousPath(flaw) }
        self.init(range: path, decoded: nil, hasEmptySegments: segments.sawEmpty)
    }

    /// The bytes that `range` refers to.
    func storage(in head: RequestHead) -> [UInt8] {
        self.decoded ?? head.bytes
    }

    private init(range: Range<Int>, decoded: [UInt8]?, hasEmptySegments: Bool) {
        self.range = range
        self.decoded = decoded
        self.hasEmptySegments = hasEmptySegments
    }

    private init(decoding span: borrowing Span<UInt8>, _ path: Range<Int>) throws(Refusal) {
        var decoder = PathDecoder(capacity: path.count)
        var segments = SegmentCheck()
        var index = path.lowerBound
        while index < path.upperBound {
            let byte = span[index]
            index &+= 1
            var passed = byte
            if byte == Byte.percent {
                guard path.upperBound - index >= 2 else { throw .ambiguousPath(.malformedEscape) }
                passed = try decoder.appendEscape(span[index], span[index &+ 1])
                index &+= 2
            } else {
                guard Byte.isInPath(byte) else { throw PathKey.refusal(of: byte) }
                try decoder.appendLiteral(byte)
            }
            if let flaw = segments.pass(passed) { throw .ambiguousPath(flaw) }
        }
        try decoder.finish()
        if let flaw = segments.finish() { throw .ambiguousPath(flaw) }
        self.init(range: 0..<decoder.bytes.count, decoded: decoder.bytes, hasEmptySegments: segments.sawEmpty)
    }

    private static func refusal(of byte: UInt8) -> Refusal {
        switch byte {
        case Byte.backslash: .ambiguousPath(.backslash)
        case 0x00..<0x20, 0x7F: .ambiguousPath(.controlByte)
        default: .malformed(.target)
        }
    }
}
