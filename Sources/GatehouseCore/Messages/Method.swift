/// A request method: the registered ones by name, others as `.other` (RFC 9110 section 9).
package enum Method: UInt8, Sendable, CaseIterable {
    case get, head, post, put, patch, delete, options, trace, connect, track, other

    /// The token as it stands on the wire; empty for `.other`.
    package var token: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .trace: "TRACE"
        case .connect: "CONNECT"
        case .track: "TRACK"
        case .other: ""
        }
    }

    /// Reads a method token; methods are case-sensitive (RFC 9110 section 9.1).
    package init(_ bytes: RawSpan) {
        for candidate in Method.allCases where candidate.matches(bytes) {
            self = candidate
            return
        }
        self = .other
    }

    /// Whether repeating the request has the effect of making it once (RFC 9110 section 9.2.2).
    package var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options: true
        case .post, .patch, .trace, .connect, .track, .other: false
        }
    }

    /// Whether the gate refuses the method on any path.
    package var isForbidden: Bool {
        self == .trace || self == .connect || self == .track
    }

    private func matches(_ bytes: RawSpan) -> Bool {
        let token = self.token
        guard token.utf8CodeUnitCount == bytes.byteCount, bytes.byteCount > 0 else { return false }
        return unsafe bytes.withUnsafeBytes { raw in
            unsafe raw.elementsEqual(UnsafeBufferPointer(start: token.utf8Start, count: token.utf8CodeUnitCount))
        }
    }
}
