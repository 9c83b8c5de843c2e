private import CIDN2
package import GatehouseCrypto

/// A password in the form in which it is judged, hashed and compared: normalization form C, spaces kept.
///
/// Form C and not KC, so that nothing that a person typed is dropped (RFC 8265 section 4.2 says the same). Any text can be
/// held, also one that the policy refuses: a login needs no reason. Like a `Secret` it cannot be printed, encoded or
/// compared, and its memory is wiped when the last copy goes away.
package struct NormalizedPassword: Sendable {
    /// The UTF-8 bytes.
    package let secret: Secret
    /// Whether the bytes are UTF-8; what is not is kept as it came, and the policy refuses it.
    package let isText: Bool

    /// The most bytes that a password may have.
    package static let longest = 1024

    /// Normalizes a text.
    ///
    /// What `text` itself occupies remains the caller's.
    package init(_ text: String) {
        var bytes = Array(text.utf8)
        self.init(normalizing: bytes.span)
        bytes.wipe()
    }

    /// Normalizes a text that is UTF-8 bytes already, such as the first line of standard input.
    package init(utf8 secret: Secret) {
        self = secret.reveal { span in NormalizedPassword(normalizing: span) }
    }

    private init(normalizing span: borrowing Span<UInt8>) {
        let composed = UnicodeForm.composed(span)
        var bytes = composed ?? Array(copying: span)
        self.secret = Secret(bytes)
        self.isText = composed != nil
        bytes.wipe()
    }

    /// The number of bytes.
    package var byteCount: Int { secret.count }

    /// Whether it has more bytes than any password of an account can have.
    package var isTooLong: Bool { byteCount > Self.longest }

    /// The number of code points; 0 for what is no text.
    var codePointCount: Int {
        guard isText else { return 0 }
        return secret.reveal { span in
            var count = 0
            for index in span.indices where span[index] & 0xc0 != 0x80 { count += 1 }
            return count
        }
    }

    /// The bytes with case folded away; nil for what is no text.
    func folded() -> Secret? {
        guard isText, var bytes = secret.reveal({ span in UnicodeForm.folded(span) }) else { return nil }
        defer { bytes.wipe() }
        return Secret(bytes)
    }
}

extension NormalizedPassword: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<password>`.
    package var description: String { "<password>" }

    /// Always `<password>`.
    package var debugDescription: String { "<password>" }

    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension [UInt8] {
    /// Overwrites the bytes, which an optimiser does not leave out.
    fileprivate mutating func wipe() {
        unsafe withUnsafeMutableBytes { unsafe gatehouse_wipe($0.baseAddress, $0.count) }
    }
}
