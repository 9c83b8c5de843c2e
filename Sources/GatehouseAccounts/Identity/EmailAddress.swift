/// An e-mail address that has the form of one; whether a mailbox answers there is another question.
///
/// The form is RFC 5321's `local@domain` with RFC 6531's letters, without quoted local parts, comments and address
/// literals. Mail goes to `canonical` of the stored address, never to what a later request typed.
package struct EmailAddress: Sendable, Equatable {
    /// As it was typed; nothing is trimmed.
    package let text: String
    /// The local part in normalization form C, and the domain in ASCII (IDNA2008 without transitional rules), lower case.
    package let canonical: String
    /// What must be unique: `canonical` after full case folding, the same in every locale.
    package let folded: String

    /// The longest address, in bytes, of the typed and of the canonical form (RFC 5321 section 4.5.3.1.3).
    package static let longest = 254

    /// Reads an address.
    ///
    /// - Throws: `invalidFormat` before `tooLong`.
    package init(_ text: String) throws(FieldFlaw) {
        let parts = text.unicodeScalars.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let local = parts.first, let domain = parts.last else { throw .invalidFormat }
        guard Self.isLocalPart(local), Self.isPlausibleDomain(domain) else { throw .invalidFormat }
        // A domain of any length would be the library's to walk through; the answer is known without it.
        guard domain.utf8Count <= 1024 else { throw .tooLong }
        let isTooLong = text.utf8.count > Self.longest
        guard let ascii = try Self.ascii(domain, isTooLong: isTooLong) else { throw .invalidFormat }
        guard let composed = UnicodeForm.composed(String(local)) else { throw .invalidFormat }
        let canonical = "\(composed)@\(ascii)"
        guard !isTooLong, canonical.utf8.count <= Self.longest else { throw .tooLong }
        guard let folded = UnicodeForm.folded(canonical) else { throw .invalidFormat }
        self.text = text
        self.canonical = canonical
        self.folded = folded
    }

    /// What stands before the `@`, in normalization form C.
    package var localPart: String { String(canonical.prefix { $0 != "@" }) }

    private static func isLocalPart(_ text: Substring.UnicodeScalarView) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isASCII ? isAtomText($0) : !$0.isBlankOrHidden }
    }

    // `atext` of RFC 5322 section 3.2.3 and the dot. Dots at odd places are accepted, as browsers and mailboxes do.
    private static func isAtomText(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        case ".", "!", "#", "$", "%", "&", "'", "*", "+", "-", "/", "=", "?", "^", "_", "`", "{", "|", "}", "~": true
        default: false
        }
    }

    private static func isPlausibleDomain(_ text: Substring.UnicodeScalarView) -> Bool {
        !text.isEmpty && text.allSatisfy { !$0.isBlankOrHidden }
    }

    // Nil if it is none. A label that is too long is `tooLong` where the whole address is too, as the form is not at fault.
    private static func ascii(_ domain: Substring.UnicodeScalarView, isTooLong: Bool) throws(FieldFlaw) -> String? {
        switch DomainName.ascii(String(domain)) {
        case .name(let name): return name
        case .tooLong where isTooLong: throw .tooLong
        case .tooLong, .invalid: return nil
        }
    }
}

extension Substring.UnicodeScalarView {
    fileprivate var utf8Count: Int { reduce(0) { $0 + UTF8.width($1) } }
}
