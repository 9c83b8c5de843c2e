private import GatehouseCrypto

/// What a new password must be.
///
/// It says nothing about passwords that exist: they are compared, not judged. Pure; the estimate of strength, which is
/// expensive, comes from a `PasswordWorker`.
package struct PasswordPolicy: Sendable, Equatable {
    /// The fewest code points, after normalization.
    package let minimumLength: Int
    /// The least strength, in bits.
    package let minimumStrength: Double

    /// Makes a policy; the defaults are those of the configuration.
    package init(minimumLength: Int = 12, minimumStrength: Double = 10) {
        self.minimumLength = minimumLength
        self.minimumStrength = minimumStrength
    }

    /// The first flaw, in the order of `FieldFlaw`.
    ///
    /// - Parameters:
    ///   - password: what is judged.
    ///   - owner: whose it will be.
    ///   - strengthBits: the estimate; nil if none was made, which leaves this one question out.
    /// - Returns: nil for a password that passes.
    package func flaw(
        of password: NormalizedPassword,
        for owner: PasswordOwner,
        strengthBits: Double?
    ) -> FieldFlaw? {
        if let flaw = flawWithoutOwner(of: password) { return flaw }
        if let strengthBits, strengthBits < minimumStrength { return .passwordTooCommon }
        return containsIdentity(password, of: owner) ? .passwordContainsIdentity : nil
    }

    /// The first flaw of those that need neither the estimate nor the owner: form, length and the list.
    package func flawWithoutOwner(of password: NormalizedPassword) -> FieldFlaw? {
        guard password.isText, !hasControls(password) else { return .invalidFormat }
        guard password.codePointCount >= minimumLength else { return .passwordTooShort }
        guard !password.isTooLong else { return .passwordTooLong }
        return ListedPasswords.contains(password) ? .passwordTooCommon : nil
    }

    // The controls are U+0000 to U+001F, DELETE, and U+0080 to U+009F, which are C2 80 to C2 9F in UTF-8.
    private func hasControls(_ password: NormalizedPassword) -> Bool {
        password.secret.reveal { span in
            var previous: UInt8 = 0
            for index in span.indices {
                let byte = span[index]
                if byte < 0x20 || byte == 0x7f || (previous == 0xc2 && byte < 0xa0) { return true }
                previous = byte
            }
            return false
        }
    }

    private func containsIdentity(_ password: NormalizedPassword, of owner: PasswordOwner) -> Bool {
        guard let folded = password.folded() else { return false }
        return owner.identityParts.contains { part in
            let part = Array(part.utf8)
            return folded.reveal { span in Self.contains(part.span, in: span) }
        }
    }

    private static func contains(_ part: borrowing Span<UInt8>, in text: borrowing Span<UInt8>) -> Bool {
        guard !part.isEmpty, part.count <= text.count else { return false }
        for start in 0...(text.count - part.count) where matches(part, in: text, at: start) { return true }
        return false
    }

    private static func matches(
        _ part: borrowing Span<UInt8>,
        in text: borrowing Span<UInt8>,
        at start: Int
    ) -> Bool {
        for index in part.indices where part[index] != text[start + index] { return false }
        return true
    }
}
