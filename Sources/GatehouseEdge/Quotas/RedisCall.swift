/// A command that was sent and whose reply has not come.
struct RedisCall {
    /// What to do with the reply.
    enum Kind {
        /// It belongs to the greeting.
        case greeting
        /// It is what the script says to some charges of a request.
        case quotas
        /// It shows that the server answers.
        case probe
        /// It is how many processes there are.
        case census
        /// It is where the servers are.
        case map
        /// It does not matter.
        case ignored
    }

    /// What was already tried for the same charges; each is tried once.
    struct History: OptionSet {
        let rawValue: UInt8

        static let sentText = History(rawValue: 1)
        static let moved = History(rawValue: 2)
        static let asked = History(rawValue: 4)
        static let triedAgain = History(rawValue: 8)
    }

    let kind: Kind
    /// The number of the request that waits.
    var ticket: UInt64 = 0
    /// Its charges that this call is about, a bit each.
    var places: UInt8 = 0
    var history: History = []
    /// When the call was written; set by the connection.
    var sentAt: UInt64 = 0

    /// No call.
    static let none = RedisCall(kind: .ignored)
}
