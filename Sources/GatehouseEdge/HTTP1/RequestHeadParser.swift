internal import GatehouseCore

/// What the codec needs to know of an HTTP/1.1 request beyond its neutral head.
struct RequestFraming {
    /// Whether the client speaks HTTP/1.0.
    var isHTTP10 = false
    /// Whether the connection may be used again after the answer (RFC 9112 section 9.3).
    var keepsAlive = true
    /// Whether the client asked for the connection to be kept although it speaks HTTP/1.0.
    var saysKeepAlive = false
    /// Whether the client asked for the connection to be closed, which wins over whatever else it asked for.
    var saysClose = false
    /// Whether `Transfer-Encoding: chunked` frames the body.
    var isChunked = false
}

/// Parses the head of an HTTP/1.1 request into a neutral head, strictly (RFC 9112).
///
/// Pure and resumable: fed with ever more of the same head, it goes on where it was. Everything that two parsers could read
/// differently is a refusal; nothing is repaired.
struct RequestHeadParser {
    /// The bounds of a head.
    struct Limits: Sendable {
        /// Bytes of the head, request line included.
        var headBytes: Int
        /// Field lines.
        var fieldCount: Int
    }

    enum Step {
        case needsMore
        /// The head is complete and has so many bytes.
        case complete(Int)
        case refused(Refusal)
    }

    private let limits: Limits
    private var fields = FieldSectionParser()
    private var sawRequestLine = false
    private(set) var framing = RequestFraming()

    init(limits: Limits) {
        self.limits = limits
    }

    /// Goes on parsing; `bytes` begin with the head's first byte.
    mutating func parse(_ bytes: RawSpan, into head: RequestHead) -> Step {
        do throws(Refusal) {
            if !self.sawRequestLine {
                guard try self.parseRequestLine(bytes, head) else {
                    guard bytes.byteCount < self.limits.headBytes else { throw .targetTooLong }
                    return .needsMore
                }
            }
            guard try self.parseFields(bytes, head) else {
                guard bytes.byteCount < self.limits.headBytes else { throw .headTooLarge }
                return .needsMore
            }
            return try self.finish(bytes, head)
        } catch {
            self.keepRequestLine(bytes, head)
            return .refused(error)
        }
    }

    /// Reads field lines until the section ends; false while it is not complete.
    ///
    /// The head's table is moved out for the time: each access to a property of a class is checked at run time, and appending to a
    /// local array is not.
    private mutating func parseFields(_ bytes: RawSpan, _ head: RequestHead) throws(Refusal) -> Bool {
        var fields = head.fields
        var present = head.present
        head.fields = []
        defer {
            head.fields = fields
            head.present = present
        }
        while true {
            switch self.fields.next(bytes) {
            case .needsMore:
                return false
            case .malformed(let flaw):
                throw .malformed(flaw)
            case .field(let field):
                guard self.fields.position <= self.limits.headBytes else { throw .headTooLarge }
                guard fields.count < self.limits.fieldCount else { throw .tooManyFields }
                fields.append(field)
                present.insert(field.name)
            case .end:
                guard self.fields.position <= self.limits.headBytes else { throw .headTooLarge }
                return true
            }
        }
    }

    /// Leaves of a head that was refused or did not arrive in time what a record may name: method and path, if the line that holds them could be read.
    func keepRequestLine(_ bytes: RawSpan, _ head: RequestHead) {
        head.fields.removeAll(keepingCapacity: true)
        head.present.removeAll()
        head.bytes.removeAll(keepingCapacity: true)
        head.authority = 0..<0
        guard self.sawRequestLine, head.target.upperBound <= bytes.byteCount else {
            head.methodRange = 0..<0
            head.target = 0..<0
            head.path = 0..<0
            return
        }
        head.path = ByteScan.prefix(bytes, head.target, upTo: 0x3F)
        head.bytes.append(contentsOf: bytes.extracting(0..<head.target.upperBound))
    }

    private mutating func finish(_ bytes: RawSpan, _ head: RequestHead) throws(Refusal) -> Step {
        let length = self.fields.position
        // What follows the head in the buffer is none of the interpretation's business.
        let bytes = bytes.extracting(0..<length)
        head.bytes.append(contentsOf: bytes)
        self.framing = try RequestFraming.interpret(bytes, head, isHTTP10: self.framing.isHTTP10)
        return .complete(length)
    }

    /// Returns false while the line is not complete.
    private mutating func parseRequestLine(_ bytes: RawSpan, _ head: RequestHead) throws(Refusal) -> Bool {
        guard let line = try RequestLine(bytes) else { return false }
        guard line.end <= self.limits.headBytes else { throw .targetTooLong }
        self.framing.isHTTP10 = line.isHTTP10
        head.methodRange = line.method
        head.method = Method(bytes.extracting(line.method))
        head.target = line.target
        self.fields.position = line.end
        self.sawRequestLine = true
        return true
    }
}

extension Array<UInt8> {
    /// Appends the bytes of a span.
    mutating func append(contentsOf bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe self.append(contentsOf: $0) }
    }
}
