private import CIDN2

/// The domain of an e-mail address in the one form that the domain name system knows.
enum DomainName: Equatable {
    case name(String)
    case tooLong
    case invalid

    /// Converts by IDNA2008 with the mapping of UTS 46, not transitional, and with the letters of host names only (STD 3).
    ///
    /// A trailing dot, an empty label and an IPv4 address are no domain. The library's own check of the letters is not
    /// used: version 2.3.3 drops those that are not allowed, which makes another domain of `exa/mple.com`.
    static func ascii(_ text: String) -> DomainName {
        var result: UnsafeMutablePointer<UInt8>?
        let flags = CInt(IDN2_NONTRANSITIONAL.rawValue)
        let code = unsafe text.withCString { bytes in
            unsafe bytes.withMemoryRebound(to: UInt8.self, capacity: text.utf8.count + 1) {
                unsafe idn2_lookup_u8($0, &result, flags)
            }
        }
        defer { unsafe idn2_free(result) }
        switch code {
        case IDN2_OK.rawValue: break
        case IDN2_TOO_BIG_DOMAIN.rawValue, IDN2_TOO_BIG_LABEL.rawValue: return .tooLong
        default: return .invalid
        }
        guard let result = unsafe result else { return .invalid }
        let name = unsafe String(cString: result).lowercased()
        return isHostName(name) ? .name(name) : .invalid
    }

    // A label in Punycode holds its ASCII letters as they are, so nothing hides in one.
    private static func isHostName(_ name: String) -> Bool {
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.allSatisfy(isLabel), let last = labels.last else { return false }
        return !last.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        let hyphen = UInt8(ascii: "-")
        guard let first = label.first, let last = label.last, first != hyphen, last != hyphen else { return false }
        return label.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), hyphen: true
            default: false
            }
        }
    }
}
