import Glibc
import Synchronization

/// Debian's redis-server on a free port of the loopback address, with a folder of its own.
///
/// It answers when the initialiser returns. The fixture talks to it over a Unix socket, so that it reaches a server that
/// speaks only TLS too. The process is killed by its id when the last reference goes.
package final class RedisServer: Sendable {
    /// What the server was told at its start.
    package let options: Options
    /// The port on which it listens.
    package let port: Int
    /// The port of the cluster bus; nil unless it is a node of a cluster.
    package let busPort: Int?
    private let scratch: Scratch
    private let login: Login
    private let process: Mutex<ChildProcess>

    /// Starts a server and waits until it answers PING.
    ///
    /// - Parameter options: what the server is told.
    /// - Throws: `SupportFailure` with what the server logged when it does not come up.
    package init(_ options: Options = Options()) throws {
        let login = Login(options)
        for _ in 0..<3 {
            // Sentinels and cluster nodes sync their own configuration, and whoever waits for a busy disk is taken for dead.
            let scratch = try Scratch("redis", inMemory: true)
            let port = try FreePort.next()
            let busPort = options.isClusterNode ? try FreePort.next() : nil
            let text = options.text(port: port, busPort: busPort, folder: scratch, login: login)
            try scratch.write("redis.conf", text)
            let process = try Self.start(in: scratch, options)
            guard try Self.waitForAnswer(of: process, in: scratch, login) else {
                // Someone took a port between its choice and its use; anything else is a failure at once.
                guard process.output.contains("in use") else {
                    throw SupportFailure("redis-server ended: \(process.output.suffix(2000)) \(process.errors)")
                }
                continue
            }
            (self.options, self.port, self.busPort) = (options, port, busPort)
            (self.scratch, self.login) = (scratch, login)
            self.process = Mutex(process)
            return
        }
        throw SupportFailure("redis-server found no port")
    }

    /// The address as `127.0.0.1:PORT`.
    package var address: String { "127.0.0.1:\(port)" }

    /// The location of database 0, without a name or a password.
    package var url: String { "\(options.tls == nil ? "redis" : "rediss")://\(address)/0" }

    /// What the server logged so far.
    package var log: String { process.withLock { $0.output } }

    /// The process id.
    package var identifier: Int32 { process.withLock { $0.identifier } }

    /// Runs one command as somebody who may do everything; an error of the server is a value like any other.
    ///
    /// - Parameters:
    ///   - arguments: the command and its arguments.
    ///   - seconds: how long the answer may take.
    /// - Returns: the answer.
    /// - Throws: `SupportFailure` when the server is away, `SocketEnd.timedOut` when it does not answer.
    @discardableResult
    package func cli(_ arguments: String..., seconds: Double = 10) throws -> RESPValue {
        try cli(arguments, seconds: seconds)
    }

    /// Runs one command, as `cli(_:seconds:)` with its arguments in an array.
    @discardableResult
    package func cli(_ arguments: [String], seconds: Double = 10) throws -> RESPValue {
        try Self.ask(arguments, in: scratch, login, seconds: seconds)
    }

    /// Runs one command that must succeed.
    ///
    /// - Throws: `SupportFailure` with the text of the error, and what `cli` throws.
    @discardableResult
    package func expect(_ arguments: String...) throws -> RESPValue {
        let answer = try cli(arguments)
        if case .error(let text) = answer { throw SupportFailure("\(arguments) on \(address): \(text)") }
        return answer
    }

    /// Whether the server runs and says that it is a replica.
    package var isReplica: Bool {
        // A server that becomes a replica ends the connections that it has, this one too.
        (try? info("role")) == "slave"
    }

    /// Waits until a replica has everything that was written here so far.
    package func waitUntilCopied(to replica: RedisServer) throws {
        guard let goal = try info("master_repl_offset").flatMap({ Int($0) }) else {
            throw SupportFailure("\(address) does not say how much was written")
        }
        try wait(for: "\(replica.address) to catch up with \(address)", seconds: 60) {
            (try? replica.info("slave_repl_offset")).flatMap { $0 }.flatMap { Int($0) } ?? -1 >= goal
        }
    }

    /// A line of `INFO`, such as `role`; nil when there is none.
    package func info(_ name: String) throws -> String? {
        let text = try expect("INFO", "everything").text ?? ""
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name + ":") }
        return line.map { String($0.dropFirst(name.utf8.count + 1)) }
    }

    /// Forgets every script, so that the next `EVALSHA` is answered with `NOSCRIPT`.
    package func scriptFlush() throws { try expect("SCRIPT", "FLUSH", "SYNC") }

    /// Kills the process with SIGKILL and waits for its end; what is not durable is lost.
    package func kill() throws {
        let process = process.withLock { $0 }
        process.signal(SIGKILL)
        try process.waitUntilExit()
    }

    /// Starts the process again on the same port with the files it left, after `kill`, and waits until it answers.
    package func restart() throws {
        guard process.withLock({ $0.status }) != nil else { throw SupportFailure("\(address) still runs") }
        unsafe unlink(scratch.file("redis.sock"))
        let fresh = try Self.start(in: scratch, options)
        process.withLock { $0 = fresh }
        guard try Self.waitForAnswer(of: fresh, in: scratch, login) else {
            throw SupportFailure("redis-server ended: \(fresh.output.suffix(2000)) \(fresh.errors)")
        }
    }

    /// Stops the process with SIGSTOP: connections stay open and nothing is answered.
    package func pause() { process.withLock { $0.signal(SIGSTOP) } }

    /// Lets a paused process go on.
    package func resume() { process.withLock { $0.signal(SIGCONT) } }

    private static func start(in scratch: Scratch, _ options: Options) throws -> ChildProcess {
        let mode = options.isSentinel ? ["--sentinel"] : []
        return try ChildProcess(["redis-server", scratch.file("redis.conf")] + mode)
    }

    /// Waits for PONG; false when the process ended instead.
    private static func waitForAnswer(of process: ChildProcess, in scratch: Scratch, _ login: Login) throws -> Bool {
        var hasEnded = false
        try wait(for: "redis-server to answer", seconds: 60) {
            hasEnded = process.status != nil
            let answer = try? ask(["PING"], in: scratch, login, seconds: 10)
            return hasEnded || answer == .simple("PONG")
        }
        return !hasEnded
    }

    private static func ask(
        _ arguments: [String],
        in scratch: Scratch,
        _ login: Login,
        seconds: Double
    ) throws -> RESPValue {
        let deadline = Deadline(seconds: seconds)
        let socket = try Socket.connect(path: scratch.file("redis.sock"))
        let reader = RESPReader(socket)
        if let command = login.command {
            try socket.send(command.encoded, within: deadline)
            let answer = try reader.value(within: deadline)
            guard !answer.isError else { return answer }
        }
        try socket.send(RESPValue.command(arguments).encoded, within: deadline)
        return try reader.value(within: deadline)
    }
}
