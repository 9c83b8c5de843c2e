internal import GatehouseCrypto
internal import NIOCore

/// What a new connection says first, and what it must hear before it is used.
struct RedisGreeting {
    private enum Step {
        case authenticate
        case select
        case role
        case loadScript
        case ping
    }

    private let user: String?
    private let password: Secret?
    private let database: Int
    private let steps: [Step]

    /// The greeting of a server that keeps quotas; `asksRole` if it must be a primary (security B-30).
    static func server(_ configuration: RedisConfiguration, database: Int, asksRole: Bool) -> RedisGreeting {
        var steps: [Step] = []
        if database != 0 { steps.append(.select) }
        if asksRole { steps.append(.role) }
        steps.append(.loadScript)
        return RedisGreeting(configuration.user, configuration.password, database, steps)
    }

    /// The greeting of a sentinel.
    static func sentinel(_ configuration: RedisConfiguration) -> RedisGreeting {
        RedisGreeting(nil, configuration.sentinelPassword, 0, [.ping])
    }

    private init(_ user: String?, _ password: Secret?, _ database: Int, _ steps: [Step]) {
        self.user = user
        self.password = password
        self.database = database
        self.steps = password == nil ? steps : [.authenticate] + steps
    }

    /// How many commands it is.
    var count: Int {
        self.steps.count
    }

    /// Writes all commands, into a buffer that is not used again since it holds the password.
    func write(to output: inout ByteBuffer) {
        for step in self.steps {
            switch step {
            case .authenticate:
                let password = self.password?.reveal { bytes in bytes.indices.map { bytes[$0] } } ?? []
                let user = self.user.map { [Array($0.utf8)] } ?? []
                output.writeCommand([Array("AUTH".utf8)] + user + [password])
            case .select: output.writeCommand("SELECT", "\(self.database)")
            case .role: output.writeCommand("ROLE")
            case .loadScript: output.writeCommand("SCRIPT", "LOAD", QuotaScript.text)
            case .ping: output.writeCommand("PING")
            }
        }
    }

    /// Checks the reply to the command at a place; returns what is wrong with it.
    func check(_ reader: RedisReplyReader, at place: Int) -> RedisFault? {
        guard self.steps.indices.contains(place) else { return .protocolViolation }
        let step = self.steps[place]
        if let text = reader.errorText { return RedisGreeting.fault(of: text, at: step) }
        switch step {
        case .role: return reader.reply.members.first?.string == "master" ? nil : .notPrimary
        default: return nil
        }
    }

    private static func fault(of text: ArraySlice<UInt8>, at step: Step) -> RedisFault {
        switch RedisErrorReply(text) {
        case .fault(let fault): fault
        // A server without passwords, or without that database, will have none later either.
        default: step == .authenticate || step == .select ? .forbidden(RedisErrorReply.shown(text)) : .unavailable
        }
    }
}
