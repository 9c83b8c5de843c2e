/// Why a connection to Redis is of no use, or an answer none.
enum RedisFault: Error, Equatable {
    /// It could not be made.
    case unreachable
    /// It ended.
    case lost
    /// Nothing came for too long.
    case silent
    /// What came is no reply, or not one to what was asked.
    case protocolViolation
    /// The server cannot serve now, such as `LOADING`.
    case unavailable
    /// The server is no primary.
    case notPrimary
    /// Name, password or rights are wrong; only a person can help.
    case forbidden(String)
    /// We ended it.
    case stopped

    /// What happened, for the operator's log.
    var text: String {
        switch self {
        case .unreachable: "no connection"
        case .lost: "the connection was lost"
        case .silent: "no answer in time"
        case .protocolViolation: "it does not speak the protocol of Redis"
        case .unavailable: "it is not ready"
        case .notPrimary: "it is no primary"
        case .forbidden(let text): text
        case .stopped: "stopped"
        }
    }
}

/// What an error reply asks of us (security B-20 to B-27); decided by its first word, since scripts add text at the end.
enum RedisErrorReply: Equatable {
    case scriptUnknown
    case fault(RedisFault)
    /// The slot is at the named node for good; an empty host is the one that answered.
    case moved(RedisAddress)
    /// The slot is on its way to the named node.
    case ask(RedisAddress)
    case tryAgain
    /// Slots of the cluster are not served, this one perhaps.
    case clusterDown
    /// What lies under this key is the matter, or the call itself; others go well.
    case spoiled
    /// This call failed, and so will others, such as `OOM`.
    case failed

    init(_ text: ArraySlice<UInt8>) {
        let words = text.split(separator: 0x20, maxSplits: 3)
        switch words.first.map({ String(decoding: $0, as: UTF8.self) }) {
        case "NOSCRIPT": self = .scriptUnknown
        case "BUSY", "LOADING", "MASTERDOWN": self = .fault(.unavailable)
        case "CLUSTERDOWN": self = .clusterDown
        case "READONLY": self = .fault(.notPrimary)
        case "NOAUTH", "WRONGPASS", "NOPERM": self = .fault(.forbidden(RedisErrorReply.shown(text)))
        case "MOVED": self = RedisAddress(words).map { .moved($0) } ?? .failed
        case "ASK": self = RedisAddress(words).map { .ask($0) } ?? .failed
        case "TRYAGAIN": self = .tryAgain
        case "WRONGTYPE", "CROSSSLOT": self = .spoiled
        case "ERR" where text.starts(with: "ERR The user executing the script".utf8):
            self = .fault(.forbidden(RedisErrorReply.shown(text)))
        case "ERR" where text.starts(with: "ERR AUTH".utf8) || text.starts(with: "ERR Client sent AUTH".utf8):
            self = .fault(.forbidden(RedisErrorReply.shown(text)))
        default: self = .failed
        }
    }

    /// The text for a log.
    static func shown(_ text: ArraySlice<UInt8>) -> String {
        String(decoding: text.prefix(200), as: UTF8.self)
    }
}

extension RedisAddress {
    /// Reads `MOVED SLOT HOST:PORT`; the host may be empty or an IPv6 address.
    fileprivate init?(_ words: [ArraySlice<UInt8>]) {
        guard words.count >= 3, let colon = words[2].lastIndex(of: 0x3A) else { return nil }
        guard let port = words[2][(colon + 1)...].decimal, port > 0, port < 65_536 else { return nil }
        self.init(host: String(decoding: words[2][..<colon], as: UTF8.self), port: port)
    }
}
