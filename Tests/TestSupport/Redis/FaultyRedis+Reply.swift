extension FaultyRedis {
    /// One command, as a connection received it.
    package struct Call: Sendable {
        /// The number of the connection, counted from zero.
        package let connection: Int
        /// The number of the command on that connection, counted from zero.
        package let number: Int
        /// The command and its arguments; undecodable bytes are replaced.
        package let arguments: [String]

        /// The command in upper case, with its second word for containers such as `SCRIPT LOAD`.
        package var name: String {
            let words = arguments.prefix(2).map { $0.uppercased() }
            let isContainer = ["SCRIPT", "CLIENT", "CLUSTER", "SENTINEL", "CONFIG", "ACL"].contains(words.first ?? "")
            return isContainer ? words.joined(separator: " ") : words.first ?? ""
        }
    }

    /// What the server does with a command.
    package indirect enum Reply: Sendable {
        /// Answers with a value.
        case value(RESPValue)
        /// Sends these bytes, whatever they mean.
        case bytes([UInt8])
        /// Never answers, and goes on reading.
        case silence
        /// Waits that many seconds, then does what follows.
        case late(seconds: Double, Reply)
        /// Sends the bytes one at a time with a pause after each.
        case trickle([UInt8], pauseSeconds: Double)
        /// Does one after the other.
        case all([Reply])
        /// Closes the connection in order.
        case close
        /// Resets the connection.
        case reset

        /// Answers `+OK`.
        package static var ok: Reply { .value(.simple("OK")) }
        /// Answers with an error text.
        package static func error(_ text: String) -> Reply { .value(.error(text)) }
        /// Answers with an error of the list.
        package static func error(_ error: RedisErrorText) -> Reply { .value(.error(error.text)) }
        /// Sends bytes that are no value of the protocol.
        package static var garbage: Reply { .bytes(Array("\u{0}\u{1}HTTP/1.1 400 Bad Request\r\n\r\n".utf8)) }
        /// Announces a bulk string of a gibibyte and sends a few bytes of it.
        package static var hugeBulk: Reply { .bytes(Array("$1073741824\r\nabc".utf8)) }
        /// Announces an array of a gibi of members and sends one.
        package static var hugeArray: Reply { .bytes(Array("*1073741824\r\n:1\r\n".utf8)) }
        /// Nests arrays deeper than any answer needs.
        package static var deepArray: Reply { .bytes(Array(String(repeating: "*1\r\n", count: 100_000).utf8)) }
        /// Sends half of an answer and closes.
        package static var halfAnswer: Reply { .all([.bytes(Array("*3\r\n:1\r\n:".utf8)), .close]) }
    }

    /// Answers as a healthy master without data would, as far as clients ask before their first real command.
    ///
    /// `EVAL` and `EVALSHA` are answered with the number 1.
    package static func healthy(_ call: Call) -> Reply {
        switch call.name {
        case "PING": .value(.simple("PONG"))
        case "HELLO": .error("NOPROTO unsupported protocol version")
        case "ROLE": .value(.array([.text("master"), .integer(0), .array([])]))
        case "SCRIPT LOAD": .value(.text("1b936e3fe509bcbc9cd0664897bbe8fd0cac101b"))
        case "EVAL", "EVALSHA": .value(.integer(1))
        case "TIME": .value(.array([.text("1700000000"), .text("0")]))
        default: .ok
        }
    }
}
