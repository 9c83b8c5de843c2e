import Foundation
import Synchronization
import TestSupport

/// Clients that ask as fast as they are answered, each on a thread and a connection of its own.
final class QuotaLoad: Sendable {
    /// One request that was let through, in seconds since the load began.
    struct Admission: Sendable {
        /// When its first byte was sent.
        let sent: Double
        /// When its answer had come.
        let received: Double
    }

    /// What happened.
    struct Tally: Sendable {
        /// The requests that no quota refused.
        var admissions: [Admission] = []
        /// How many answers there were, by status.
        var statuses: [Int: Int] = [:]
        /// What was wrong, other than an answer.
        var failures: [String] = []
        /// How long the load ran in seconds.
        var duration = 0.0

        /// How many answers there were.
        var count: Int { statuses.values.reduce(0, +) }

        /// The most admissions by which any stretch of the run went over `burst` + `rate` times its length; negative if none did.
        ///
        /// A stretch goes from the sending of a request to an answer. What was sent before it does not count, though it may have been
        /// decided within, so nothing is found that was not there.
        func excess(burst: Double, rate: Double) -> Double {
            let sent = admissions.map(\.sent).sorted()
            var next = 0
            var start = -Double.infinity
            var worst = -burst
            for (place, end) in admissions.map(\.received).sorted().enumerated() {
                while next < sent.count, sent[next] <= end {
                    start = max(start, rate * sent[next] - Double(next))
                    next += 1
                }
                worst = max(worst, Double(place + 1) - rate * end + start - burst)
            }
            return worst
        }
    }

    private let run: LoadRun

    /// Starts the clients.
    ///
    /// - Parameters:
    ///   - ports: where they ask, in turn.
    ///   - clients: how many there are.
    ///   - most: how many requests each of them sends at most.
    ///   - pauseMilliseconds: how long a client rests after each answer.
    init(ports: [Int], clients: Int, most: Int = .max, pauseMilliseconds: UInt32 = 0) {
        run = LoadRun(clients: clients)
        for number in 0..<clients {
            Thread.detachNewThread { [run] in
                run.ask(port: ports[number % ports.count], most: most, pauseMilliseconds: pauseMilliseconds)
            }
        }
    }

    // The threads know the run alone, so a test that throws ends its clients too.
    deinit { run.end() }

    /// How many answers there were so far.
    var count: Int { run.result.count }

    /// Ends the clients and returns what happened.
    func stop() throws -> Tally {
        run.end()
        return try outcome()
    }

    /// Waits until the clients have sent all that they may and returns what happened.
    func outcome(seconds: Double = 60) throws -> Tally {
        try wait(for: "the clients to end", seconds: seconds) { run.hasEnded }
        return run.result
    }
}

/// What the threads of a load share.
private final class LoadRun: Sendable {
    private let tally = Mutex(QuotaLoad.Tally())
    private let isOver = Atomic<Bool>(false)
    private let running: Atomic<Int>
    private let start = ContinuousClock.now

    init(clients: Int) { running = Atomic(clients) }

    /// What happened so far.
    var result: QuotaLoad.Tally {
        var result = tally.withLock { $0 }
        result.duration = now
        return result
    }

    /// Whether all clients have ended.
    var hasEnded: Bool { running.load(ordering: .sequentiallyConsistent) == 0 }

    /// Tells the clients to end.
    func end() { isOver.store(true, ordering: .sequentiallyConsistent) }

    /// Is one client, to its end.
    func ask(port: Int, most: Int, pauseMilliseconds: UInt32) {
        defer { running.subtract(1, ordering: .sequentiallyConsistent) }
        var client: RawClient?
        for _ in 0..<most {
            guard !isOver.load(ordering: .sequentiallyConsistent) else { return }
            let sent = now
            do {
                let connection = try client ?? RawClient(port: port, seconds: 30)
                client = connection
                try connection.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                note(try connection.answer().status, sent)
            } catch {
                tally.withLock { $0.failures.append("\(error)") }
                client = nil
            }
            // house: a client that is refused rests, or the clients alone would take the whole machine.
            if pauseMilliseconds > 0 { usleep(pauseMilliseconds * 1000) }
        }
    }

    private var now: Double { start.duration(to: .now).seconds }

    private func note(_ status: Int, _ sent: Double) {
        let received = now
        tally.withLock { tally in
            tally.statuses[status, default: 0] += 1
            // Whatever the application made of it, the quotas let it through.
            let isRefused = status == 429 || status == 503
            if !isRefused { tally.admissions.append(QuotaLoad.Admission(sent: sent, received: received)) }
        }
    }
}
