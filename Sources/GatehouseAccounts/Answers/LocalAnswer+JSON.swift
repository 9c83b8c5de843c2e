import GatehouseCore

extension LocalAnswer {
    /// An answer with a JSON document that nobody may keep: it is about a person, or holds a token.
    static func json(
        _ status: Int = 200,
        location: String? = nil,
        _ body: (inout JSONWriter) -> Void
    ) -> LocalAnswer {
        var writer = JSONWriter()
        body(&writer)
        var lines = FieldLines()
        lines.append(.contentType, "application/json")
        lines.append(.cacheControl, "no-store")
        if let location { lines.append(.location, location) }
        return LocalAnswer(status: status, lines: lines, content: writer.bytes)
    }

    /// An answer with a JSON document that is the same for everybody, and may be kept for 5 minutes.
    static func document(_ content: [UInt8]) -> LocalAnswer {
        var lines = FieldLines()
        lines.append(.contentType, "application/json")
        lines.append(.cacheControl, "public, max-age=300")
        return LocalAnswer(status: 200, lines: lines, content: content)
    }

    /// An answer without content.
    static var done: LocalAnswer {
        var lines = FieldLines()
        lines.append(.cacheControl, "no-store")
        return LocalAnswer(status: 204, lines: lines)
    }
}
