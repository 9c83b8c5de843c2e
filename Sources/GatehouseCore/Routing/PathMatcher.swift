/// The patterns of a table in a flat form: nothing is allocated, retained or released while a path is matched.
struct PathMatcher: Sendable {
    private var pieces: [UInt8] = []
    private var steps: [Step] = []
    private var patterns: [Pattern] = []

    /// A run of literal bytes, slashes included, and whether one whole segment of any text follows.
    private struct Step {
        var start: Int
        var count: Int
        var isFollowedByAny: Bool
    }

    private struct Pattern {
        var firstStep: Int
        var stepCount: Int
        var isOpen: Bool
    }

    /// Adds a pattern behind those that are in.
    mutating func append(_ pattern: PathPattern) {
        let firstStep = self.steps.count
        var start = self.pieces.count
        for segment in pattern.segments {
            self.pieces.append(Byte.slash)
            switch segment {
            case .literal(let bytes):
                self.pieces.append(contentsOf: bytes)
            case .any:
                self.steps.append(Step(start: start, count: self.pieces.count - start, isFollowedByAny: true))
                start = self.pieces.count
            }
        }
        if start < self.pieces.count {
            self.steps.append(Step(start: start, count: self.pieces.count - start, isFollowedByAny: false))
        }
        let stepCount = self.steps.count - firstStep
        self.patterns.append(Pattern(firstStep: firstStep, stepCount: stepCount, isOpen: pattern.isOpen))
    }

    /// The index of the first pattern that matches, or nil.
    func firstMatch(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        guard !range.isEmpty, range.upperBound <= bytes.count else { return nil }
        let path = unsafe bytes.span.bytes.extracting(range)
        let pieces = unsafe self.pieces.span.bytes
        var index = 0
        while index < self.patterns.count {
            if self.matches(self.patterns[index], path, pieces) { return index }
            index &+= 1
        }
        return nil
    }

    @inline(__always)
    private func matches(_ pattern: Pattern, _ path: borrowing RawSpan, _ pieces: borrowing RawSpan) -> Bool {
        var position = 0
        var index = pattern.firstStep
        while index < pattern.firstStep &+ pattern.stepCount {
            let step = self.steps[index]
            guard step.count <= path.byteCount &- position,
                PathMatcher.isEqual(path, position, pieces, step.start, step.count)
            else { return false }
            position &+= step.count
            if step.isFollowedByAny {
                let start = position
                while position < path.byteCount, path.byte(position) != Byte.slash { position &+= 1 }
                guard position > start else { return false }
            }
            index &+= 1
        }
        return position == path.byteCount || (pattern.isOpen && path.byte(position) == Byte.slash)
    }

    /// Whether `count` bytes are equal; the last eight are compared first, as routes tend to begin alike.
    @inline(__always)
    private static func isEqual(
        _ path: borrowing RawSpan,
        _ position: Int,
        _ pieces: borrowing RawSpan,
        _ start: Int,
        _ count: Int
    ) -> Bool {
        var offset = 0
        if count >= 8 {
            let last = count &- 8
            guard path.word(position &+ last) == pieces.word(start &+ last) else { return false }
            while offset < last {
                guard path.word(position &+ offset) == pieces.word(start &+ offset) else { return false }
                offset &+= 8
            }
            return true
        }
        while offset < count {
            guard path.byte(position &+ offset) == pieces.byte(start &+ offset) else { return false }
            offset &+= 1
        }
        return true
    }
}
