private import Glibc
package import Logging

/// Writes each log event as one JSON object on one line to standard error, in one `write`.
///
/// Metadata become members whose names begin with `gatehouse.`. Strings are escaped and bounded like those of the access log.
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

    /// Writes the event; what standard error does not take is lost.
    package func log(event: LogEvent) {
        var members: [(String, String)] = []
        var metadata = self.metadata
        if let own = event.metadata { metadata.merge(own) { _, new in new } }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            members.append((key, "\(value)"))
        }
        if let error = event.error { members.append(("error", "\(error)")) }
        let line = LogLine.render(
            now: .now(),
            level: event.level.rawValue,
            label: self.label,
            message: event.message.description,
            members: members
        )
        _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
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
