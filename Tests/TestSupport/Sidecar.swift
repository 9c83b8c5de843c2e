import Foundation
import Glibc

/// The real binary, running `serve` on a configuration of its own in a folder of its own.
///
/// It is ready when the initialiser returns. `finish` ends it in order and says everything that was wrong with it; a
/// sidecar that is dropped without `finish` is killed.
package final class Sidecar: Sendable {
    /// The folder with `proxy.conf` and the access log.
    package let scratch: Scratch
    /// The ports of the listeners in the order of the configuration.
    package let ports: [Int]
    /// The port of the admin listener; zero when there is none.
    package let adminPort: Int
    /// The running process.
    package let process: ChildProcess
    private let keepsLog: Bool

    /// Starts the binary and waits until `/readyz` answers 200.
    ///
    /// - Parameters:
    ///   - configuration: what `proxy.conf` says.
    ///   - environment: added to the environment of the process.
    ///   - wrapper: a command that ends by running its arguments, such as a shell that lowers a limit first.
    ///   - listening: sockets to hand over as descriptor 3 and so on, with the port of each.
    /// - Throws: `SupportFailure` with what it wrote to standard error when it does not become ready.
    package init(
        _ configuration: ProxyConfiguration,
        environment: [String: String] = [:],
        wrapper: [String] = [],
        listening: [Socket] = []
    ) throws {
        let scratch = try Scratch("sidecar")
        for attempt in 1... {
            let fresh = try (listening.count..<configuration.listeners.count + 1).map { _ in try FreePort.next() }
            let ports = listening.map(\.port) + fresh
            let text = configuration.text(ports: ports, accessLog: scratch.file("access.jsonl"))
            try scratch.write("proxy.conf", text)
            let process = try ChildProcess(
                wrapper + [GatehouseBinary.path(), "serve", "--config", scratch.file("proxy.conf")],
                environment: environment,
                descriptors: listening.map(\.descriptor)
            )
            let probe = configuration.hasAdmin ? ports.last : ports.first
            let isReady = try Self.waitUntilReady(process, port: probe ?? 0, asks: configuration.hasAdmin)
            if isReady {
                self.scratch = scratch
                self.ports = ports.dropLast()
                adminPort = configuration.hasAdmin ? ports.last ?? 0 : 0
                self.process = process
                keepsLog = configuration.accessLog == nil
                return
            }
            // Someone took a port between its choice and its use; anything else is a failure at once.
            guard attempt < 3, process.errors.lowercased().contains("in use") else {
                throw SupportFailure("the sidecar did not start: \(process.errors) \(process.output)")
            }
        }
        throw SupportFailure("the sidecar did not start")
    }

    /// The port of the first listener.
    package var port: Int { ports.first ?? 0 }

    /// Connects to a listener, the first one unless said.
    package func client(listener: Int = 0, seconds: Double = 10, receiveBuffer: Int? = nil) throws -> RawClient {
        guard ports.indices.contains(listener) else { throw SupportFailure("there is no listener \(listener)") }
        return try RawClient(port: ports[listener], seconds: seconds, receiveBuffer: receiveBuffer)
    }

    /// Sends one request on a connection of its own and returns the final answer.
    ///
    /// - Parameters:
    ///   - request: the method and the target, such as `GET /open/a`.
    ///   - fields: field lines without their line ends; `Host` is added.
    ///   - body: sent after the head; its framing is for `fields` to say.
    /// - Returns: the answer, with the interim ones before it.
    /// - Throws: `SupportFailure` when the answer is no HTTP, `SocketEnd` when none comes.
    package func ask(_ request: String, _ fields: [String] = [], body: String = "") throws -> Answer {
        let client = try client()
        let lines = (["Host: localhost"] + fields).map { $0 + "\r\n" }.joined()
        try client.send("\(request) HTTP/1.1\r\n\(lines)\r\n\(body)")
        return try client.answer(to: String(request.prefix { $0 != " " }))
    }

    /// Asks the admin listener.
    package func admin(_ path: String) throws -> Answer {
        let client = try RawClient(port: adminPort, seconds: 5)
        try client.send("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(adminPort)\r\nConnection: close\r\n\r\n")
        return try client.answer()
    }

    /// Sends a signal to the process.
    package func signal(_ number: Int32) { process.signal(number) }

    /// Ends the sidecar with SIGTERM and returns everything that was wrong with it: a crash, another status than 0, a
    /// secret in a log.
    package func finish() -> [String] {
        var problems: [String] = []
        if let status = process.status {
            problems.append("the sidecar had already ended: \(status)")
        } else {
            signal(SIGTERM)
            switch Result(catching: { try process.waitUntilExit(seconds: 15) }) {
            case .success(.exited(0)): break
            case .success(let ending): problems.append("the sidecar ended with \(ending) on SIGTERM")
            case .failure: problems.append("the sidecar ignored SIGTERM")
            }
        }
        if process.errors.contains("Fatal error") || process.errors.contains("💣") {
            problems.append("the sidecar crashed")
        }
        if !problems.isEmpty { problems.append("standard error: \(process.errors.suffix(2000))") }
        return problems + leaks()
    }

    private func leaks() -> [String] {
        let log = keepsLog ? Scratch.text(at: scratch.file("access.jsonl")) : ""
        return LogHygiene.findings(in: log, named: "the access log", isAccessLog: true)
            + LogHygiene.findings(in: process.errors, named: "standard error")
            + LogHygiene.findings(in: process.output, named: "standard output")
    }

    private static func waitUntilReady(_ process: ChildProcess, port: Int, asks: Bool) throws -> Bool {
        let deadline = Deadline(seconds: 90)
        while !deadline.hasPassed {
            guard process.status == nil else { return false }
            if let client = try? RawClient(port: port, seconds: 2) {
                guard asks else { return true }
                try? client.send("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                if let answer = try? client.answer(), answer.status == 200 { return true }
            }
            usleep(10_000)
        }
        process.signal(SIGKILL)
        throw SupportFailure("the sidecar was not ready after 90 s: \(process.errors)")
    }
}
