/// What a listener answers that only sends clients elsewhere: 308 to the same target at the configured origin.
///
/// Immutable; shared by all loops.
package struct Redirect: Sendable {
    /// The origin, `https://host[:port]`, without a slash at its end.
    package let origin: [UInt8]

    /// Makes a redirect; configuration has checked the origin.
    package init(origin: [UInt8]) {
        self.origin = origin
    }

    /// Answers a request whose path has been checked.
    ///
    /// `Location` is the origin and the target that the codec has validated, so nothing that the client sends can leave the
    /// origin. Throws `ambiguousPath(.emptySegment)` for `//`, and `methodForbidden` where there is no target to send on.
    package func answer(_ head: RequestHead, _ path: borrowing PathKey) throws(Refusal) -> LocalAnswer {
        if path.hasEmptySegments { throw .ambiguousPath(.emptySegment) }
        guard !head.method.isForbidden else { throw .methodForbidden }
        var lines = FieldLines()
        lines.append(.location) {
            $0.append(contentsOf: self.origin)
            $0.append(contentsOf: head.bytes[head.target.clamped(to: head.bytes.indices)])
        }
        return LocalAnswer(status: 308, lines: lines)
    }
}
