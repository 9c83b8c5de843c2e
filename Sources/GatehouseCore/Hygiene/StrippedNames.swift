/// The names under which a client's field never reaches the app, on any route.
///
/// By these a client could pose as somebody else or as coming from somewhere else, or they are ours to set. Spellings that
/// backends fold together count as one: `_` and `.` are `-` (CVE-2025-64484; RFC 3875 section 4.1.18). Immutable.
struct StrippedNames: Sendable {
    private var known = StrippedNames.spoofable
    /// The claim headers' names in folded form, one after the other.
    private var spellings: [UInt8] = []
    private var places: [Range<Int>] = []
    /// Bit n tells whether any of the spellings has n bytes, 63 or more counting as 63.
    private var lengths: UInt64 = 0

    /// The names that are always stripped, and those of the claim headers, filled or not.
    init(claimHeaders: [ClaimHeader]) {
        for header in claimHeaders {
            let name = FieldName.intern(header.name)
            if name != .other { self.known.insert(name) }
            let start = self.spellings.count
            self.spellings.append(contentsOf: header.name.utf8.map { folded($0) })
            self.places.append(start..<self.spellings.count)
            self.lengths |= 1 << UInt64(min(self.spellings.count - start, 63))
        }
    }

    /// Whether the field, whose bytes are in `bytes`, is stripped.
    @inline(__always)
    func contains(_ field: Field, _ bytes: borrowing RawSpan) -> Bool {
        guard field.name == .other else { return self.known.contains(field.name) }
        return self.containsOther(field, bytes)
    }

    private func containsOther(_ field: Field, _ bytes: borrowing RawSpan) -> Bool {
        if field.isUnderscored { return true }
        let range = field.nameRange
        guard !range.isEmpty, range.upperBound <= bytes.byteCount else { return true }
        if lowercased(bytes.byte(range.lowerBound)) == UInt8(ascii: "x") {
            if StrippedNames.begins(bytes, range, with: "x-forwarded-") { return true }
            if StrippedNames.begins(bytes, range, with: "x-original-") { return true }
        }
        if self.lengths & (1 << UInt64(min(range.count, 63))) != 0, self.isClaim(bytes, range) { return true }
        return field.isFoldable && StrippedNames.foldsToKnown(bytes, range)
    }

    private func isClaim(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> Bool {
        for place in self.places where place.count == range.count {
            var offset = 0
            while offset < range.count,
                self.spellings[place.lowerBound &+ offset] == folded(bytes.byte(range.lowerBound &+ offset))
            {
                offset &+= 1
            }
            if offset == range.count { return true }
        }
        return false
    }

    private static func begins(_ bytes: borrowing RawSpan, _ range: Range<Int>, with prefix: StaticString) -> Bool {
        guard range.count >= prefix.utf8CodeUnitCount else { return false }
        for offset in 0..<prefix.utf8CodeUnitCount
        where unsafe folded(bytes.byte(range.lowerBound &+ offset)) != prefix.utf8Start[offset] {
            return false
        }
        return true
    }

    /// Whether a name with a dot is another spelling of one that the gate knows: nobody sends those in good faith.
    private static func foldsToKnown(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> Bool {
        let name = range.map { folded(bytes.byte($0)) }
        return unsafe FieldName.intern(name.span.bytes) != .other
    }

    /// Names that the gate knows and strips (security N-03, N-04); the prefixes `X-Forwarded-` and `X-Original-` go besides.
    static let spoofable: FieldNameSet = [
        .forwarded, .xForwardedFor, .xForwardedProto, .xForwardedHost, .xForwardedPort, .xForwardedServer,
        .xForwardedPrefix, .xForwardedSsl, .xForwardedScheme, .xForwardedUser, .xForwardedClientCert, .xForwardedEmail,
        .xForwardedGroups, .xForwardedUri, .xForwardedMethod, .xForwardedPreferredUsername, .xRealIP, .xClientIP,
        .trueClientIP, .cfConnectingIP, .xOriginalURL, .xOriginalURI, .xOriginalHost, .xOriginalMethod,
        .xOriginalForwardedFor, .xRewriteURL, .proxy, .xRequestID, .traceparent, .rateLimit, .rateLimitPolicy,
        .proxyAuthorization,
    ]
}

/// The form of a name byte under which backends may confuse two names: lower case, `_` and `.` as `-`.
@inline(__always)
func folded(_ byte: UInt8) -> UInt8 {
    byte == 0x5F || byte == 0x2E ? Byte.dash : lowercased(byte)
}
