private import Glibc
package import Logging

/// Writes each log event as one JSON object on one line to standard error, in one `write`.
///
/// Metadata become members whose names begin with `gatehouse.`. Strings are escaped and bounded like those of the
/// access log. Safe on an event loop: a line that standard error does not take at once is lost; of one that is too long
/// for that the metadata are.
package struct JSONLogHandler: LogHandler {
    /// The name of the logger.
    let label: String
    /// The least level that is written.
    package var logLevel: Logger.Level
    /// What every event of the logger carries.
    package var metadata: Logger.Metadata = [:]

    /// Makes the handler of a logger.
    package init(label: String, level: Logger.Level) {
        self.label = label
        self.logLevel = level
    }

    /// One metadata value of the logger.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    /// Writes the event, unless standard error is a pipe that nobody reads.
    package func log(event: LogEvent) {
        let line = self.line(event, members: self.members(event))
        let isShort = line.count <= LineOutput.longestLine
        _ = LineOutput.write(
            isShort ? line : self.line(event, members: [("truncated", "metadata")]),
            to: STDERR_FILENO
        )
    }

    private func members(_ event: LogEvent) -> [(String, String)] {
        var metadata = self.metadata
        if let own = event.metadata { metadata.merge(own) { _, new in new } }
        var members = metadata.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        if let error = event.error { members.append(("error", "\(error)")) }
        return members
    }

    private func line(_ event: LogEvent, members: [(String, String)]) -> [UInt8] {
        LogLine.render(
            now: .now(),
            level: event.level.rawValue,
            label: self.label,
            message: event.message.description,
            members: members
        )
    }
}

/// The rendering of one line of the application log.
enum LogLine {
    /// The line with its LF; each member's name gets the prefix `gatehouse.` unless it has it.
    static func render(
        now: RecordTime,
        level: String,
        label: String,
        message: String,
        members: [(String, String)]
    ) -> [UInt8] {
        var timestamp = TimestampText()
        timestamp.update(wallMilliseconds: now.wallMilliseconds)
        var text = JSONText()
        text.append("{\"time\":\"")
        text.bytes.append(contentsOf: timestamp.bytes)
        text.append("\",\"level\":")
        text.appendString(level)
        text.append(",\"logger\":")
        text.appendString(label)
        text.append(",\"message\":")
        text.appendString(message)
        for (name, value) in members {
            text.append(",")
            text.appendString(name.hasPrefix("gatehouse.") ? name : "gatehouse." + name)
            text.append(":")
            text.appendString(value)
        }
        text.append("}\n")
        return text.bytes
    }
}
