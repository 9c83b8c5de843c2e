import Foundation
import Testing
import TestSupport

/// A gate with quotas in front of an application that says ok; unlike `Scene` it need not be ready.
final class QuotaGate: Sendable {
    /// The running binary.
    let sidecar: Sidecar
    private let adminPort: Int
    private let upstream: ScriptedUpstream

    /// Starts the binary and waits until it takes connections.
    ///
    /// - Parameters:
    ///   - settings: the lines of `rate_limits:`, each `key: value`.
    ///   - upstream: the application; one of its own unless said.
    ///   - environment: added to the environment of the process.
    ///   - change: changes the configuration before it is written.
    /// - Throws: what `Sidecar` throws.
    init(
        _ settings: [String],
        upstream: ScriptedUpstream? = nil,
        environment: [String: String] = [:],
        _ change: (inout ProxyConfiguration) throws -> Void = { _ in }
    ) throws {
        let upstream = try upstream ?? Self.application()
        let admin = try FreePort.next()
        var configuration = openConfiguration("http://127.0.0.1:\(upstream.port)")
        configuration.workers = 1
        // The fixture waits for an admin listener that it knows to be ready; this one may be not ready for long.
        configuration.hasAdmin = false
        try change(&configuration)
        let lines = ["admin: { address: \"127.0.0.1:\(admin)\" }", "rate_limits:"] + settings.map { "  " + $0 }
        configuration.sections.append(lines.joined(separator: "\n"))
        sidecar = try Sidecar(configuration, environment: environment)
        adminPort = admin
        self.upstream = upstream
    }

    /// An application that answers every request with two bytes.
    static func application() throws -> ScriptedUpstream {
        try ScriptedUpstream { conversation in
            while try conversation.request() != nil { try conversation.answer() }
        }
    }

    /// The port of the listener.
    var port: Int { sidecar.port }

    /// What it wrote to standard error so far.
    var log: String { sidecar.process.errors }

    /// Asks the admin listener.
    func admin(_ path: String) throws -> Answer {
        let client = try RawClient(port: adminPort, seconds: 30)
        try client.send("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(adminPort)\r\nConnection: close\r\n\r\n")
        return try client.answer()
    }

    /// The sum of every sample whose line begins with `prefix`.
    func metric(_ prefix: String) throws -> Double {
        let lines = try admin("/metrics").text.split(separator: "\n").filter { $0.hasPrefix(prefix) }
        return lines.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }

    /// How many decisions of a policy had an outcome.
    func decisions(_ policy: String, _ outcome: String) throws -> Int {
        let count = try metric("gatehouse_ratelimit_decisions_total{policy=\"\(policy)\",outcome=\"\(outcome)\"}")
        return Int(count)
    }

    /// How many decisions were made without the store.
    func degraded(_ policy: String = "default") throws -> Int { try decisions(policy, "degraded") }

    /// Whether the quota store answers, as the metrics say.
    func isStoreUp() throws -> Bool { try metric("gatehouse_ratelimit_backend_up") == 1 }

    /// What `/readyz` answers; nil while nobody listens there.
    func readiness() -> Answer? { try? admin("/readyz") }

    /// Waits until the store answers and `/readyz` says so; returns the seconds that it took.
    @discardableResult
    func waitForStore(seconds: Double = 60) throws -> Double {
        let start = ContinuousClock.now
        try wait(for: "the quota store to answer", seconds: seconds) {
            try readiness()?.status == 200 && isStoreUp()
        }
        return start.duration(to: .now).seconds
    }

    /// Waits until the store is away.
    func waitForAbsence(seconds: Double = 60) throws {
        try wait(for: "the quota store to be away", seconds: seconds) {
            try readiness()?.status == 503 && !isStoreUp()
        }
    }

    /// Asks `count` times on one connection and returns the statuses.
    func ask(_ count: Int, _ fields: [String] = [], path: String = "/") throws -> [Int] {
        let client = try sidecar.client()
        let lines = (["Host: localhost"] + fields).map { $0 + "\r\n" }.joined()
        return try (0..<count).map { _ in
            try client.send("GET \(path) HTTP/1.1\r\n\(lines)\r\n")
            return try client.answer().status
        }
    }

    /// Does something once more, five times at most, as long as the store was late meanwhile, as happens on a busy machine.
    ///
    /// - Returns: what came of it when the store decided everything.
    func undisturbed<R>(_ body: () throws -> R) throws -> R {
        func count() throws -> Double {
            let lines = try admin("/metrics").text.split(separator: "\n").filter { $0.contains("outcome=\"degraded\"") }
            return lines.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
        }
        for _ in 0..<5 {
            let before = try count()
            let result = try body()
            if try count() == before { return result }
        }
        throw SupportFailure("the store was late five times")
    }

    /// Ends the gate and records everything that was wrong with it.
    func finish(location: SourceLocation = #_sourceLocation) {
        for problem in sidecar.finish() { Issue.record("\(problem)", sourceLocation: location) }
    }

    /// Runs a test on this gate and ends it, whatever the test does.
    func play<R>(location: SourceLocation = #_sourceLocation, _ test: (QuotaGate) throws -> R) rethrows -> R {
        defer { finish(location: location) }
        return try test(self)
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension [QuotaGate] {
    /// Runs a test on these gates and ends them, whatever the test does.
    func play(location: SourceLocation = #_sourceLocation, _ test: ([QuotaGate]) throws -> Void) rethrows {
        defer { for gate in self { gate.finish(location: location) } }
        try test(self)
    }

    /// Waits until every process knows that it shares the store with all the others.
    func waitForCensus(_ server: RedisServer) throws {
        for gate in self { try gate.waitForStore() }
        var complete: Int?
        try wait(for: "\(count) processes to announce themselves", seconds: 60) {
            guard try server.expect("ZCARD", "gh:processes").integer == count else { return false }
            complete = try server.expect("TIME").members.first?.integer
            return true
        }
        // Who announced itself after all others were there was told of all of them.
        let since = "(\(complete ?? 0)"
        try wait(for: "\(count) processes to know each other", seconds: 60) {
            try server.expect("ZCOUNT", "gh:processes", since, "+inf").integer == count
        }
    }
}
