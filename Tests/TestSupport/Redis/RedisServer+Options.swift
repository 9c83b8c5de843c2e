extension RedisServer {
    /// A user of the access control list; the user `default` is then off.
    package struct User: Sendable {
        /// The name.
        package var name: String
        /// The password, without blanks.
        package var password: String
        /// The rules after the password, such as `~gh:* +evalsha`.
        package var rules: String

        /// Makes a user with the rules of the list.
        package init(_ name: String, password: String, rules: String) {
            self.name = name
            self.password = password
            self.rules = rules
        }
    }

    /// What a server is told at its start; the default is an empty memory that anybody may use.
    package struct Options: Sendable {
        /// Serves TLS alone, with the server's certificate of these files, and demands a client's certificate.
        package var tls: TLSFiles?
        /// `requirepass`, without blanks.
        package var password: String?
        /// The only user who may log in, beside the fixture itself.
        package var user: User?
        /// Whether the server is a node of a cluster; its bus has a free port of its own.
        package var isClusterNode = false
        /// The port of the master whose replica this is.
        package var master: Int?
        /// Whether every write is on disk before its answer, so that data survive `kill`.
        package var isDurable = false
        /// Further lines of the configuration file.
        package var lines: [String] = []
        /// Whether the program runs as Sentinel; `lines` say what it watches.
        package var isSentinel = false

        /// Makes the options of a plain server.
        package init() {}
    }

    /// What the fixture logs in with, and replicas and Sentinels too.
    struct Login: Sendable {
        /// The user; nil for the default one.
        let user: String?
        /// The password; nil when none is asked for.
        let password: String?

        /// Takes the password of the options, or invents one for a user that may do everything.
        init(_ options: Options) {
            guard options.user != nil else {
                user = nil
                password = options.password
                return
            }
            user = "fixture"
            password = "fixture-" + String(UInt64.random(in: .min ... .max), radix: 36)
        }

        /// The command that logs in; nil when none is needed.
        var command: RESPValue? {
            password.map { .command(["AUTH"] + (user.map { [$0] } ?? []) + [$0]) }
        }
    }
}

extension RedisServer.Options {
    /// The text of the configuration file.
    func text(port: Int, busPort: Int?, folder: Scratch, login: RedisServer.Login) -> String {
        var lines = [
            "bind 127.0.0.1", "protected-mode no", "daemonize no", "dir \(folder.path)",
            "unixsocket \(folder.file("redis.sock"))", "port \(tls == nil ? port : 0)",
        ]
        if !isSentinel { lines += memoryLines }
        if let tls { lines += Self.lines(of: tls, port: port) }
        if let password { lines.append("requirepass \(password)") }
        if let user {
            lines.append("user default off")
            lines.append("user fixture on >\(login.password ?? "") ~* &* +@all")
            lines.append("user \(user.name) on >\(user.password) \(user.rules)")
        }
        if !isSentinel, let password = login.password {
            if let user = login.user { lines.append("masteruser \(user)") }
            lines.append("masterauth \(password)")
        }
        if let busPort {
            lines += ["cluster-enabled yes", "cluster-config-file nodes.conf", "cluster-port \(busPort)"]
        }
        if let master { lines.append("replicaof 127.0.0.1 \(master)") }
        return (lines + self.lines).joined(separator: "\n") + "\n"
    }

    private var memoryLines: [String] {
        let durable = ["appendonly yes", "appendfsync always"]
        return [
            #"save """#, "repl-diskless-sync-delay 0", "repl-diskless-load swapdb", "enable-debug-command yes",
            "replica-priority 100",
        ] + (isDurable ? durable : [])
    }

    private static func lines(of tls: TLSFiles, port: Int) -> [String] {
        [
            "tls-port \(port)", "tls-cert-file \(tls.certificate)", "tls-key-file \(tls.key)",
            "tls-ca-cert-file \(tls.authority)", "tls-auth-clients yes",
        ]
    }
}
