/// Watches the bytes of a path go by and finds segments that no app should be asked to interpret.
///
/// A dot segment counts with parameters, too: servlet containers read `/..;x/` as `/../`, so it would leave the prefix that was
/// matched.
struct SegmentCheck {
    /// Whether a segment other than the last was empty.
    private(set) var sawEmpty = false
    /// How the segment began: so many dots and nothing else, or anything else.
    private var shape = Shape.outside

    private enum Shape {
        case outside, empty, oneDot, twoDots, parameters, ordinary
    }

    /// Passes a byte that is neither `/`, `.` nor `;`.
    @inline(__always)
    mutating func passPlain() {
        if self.shape != .parameters { self.shape = .ordinary }
    }

    /// Passes any byte of the key.
    @inline(__always)
    mutating func pass(_ byte: UInt8) -> PathFlaw? {
        switch byte {
        case Byte.slash: return self.passSlash()
        case Byte.semicolon: return self.passSemicolon()
        case Byte.dot: self.passDot()
        default: self.passPlain()
        }
        return nil
    }

    /// Ends the path; an empty last segment is only a trailing slash.
    func finish() -> PathFlaw? {
        self.isDotSegment ? .dotSegment : nil
    }

    private var isDotSegment: Bool {
        self.shape == .oneDot || self.shape == .twoDots
    }

    private mutating func passSlash() -> PathFlaw? {
        if self.isDotSegment { return .dotSegment }
        if self.shape == .empty { self.sawEmpty = true }
        self.shape = .empty
        return nil
    }

    private mutating func passDot() {
        switch self.shape {
        case .empty: self.shape = .oneDot
        case .oneDot: self.shape = .twoDots
        case .outside, .twoDots, .ordinary: self.shape = .ordinary
        case .parameters: break
        }
    }

    private mutating func passSemicolon() -> PathFlaw? {
        if self.isDotSegment { return .dotSegment }
        self.shape = .parameters
        return nil
    }
}
