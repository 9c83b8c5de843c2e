import Foundation
import Synchronization
import TestSupport

/// What `scripts/chaos` asks of the tests: longer runs, and the figures in a file.
enum QuotaFigures {
    /// How often a store is killed.
    static var kills: Int {
        ProcessInfo.processInfo.environment["GATEHOUSE_CHAOS_KILLS"].flatMap { Int($0) } ?? 5
    }

    /// Adds a line to the file of `scripts/chaos`; nothing without one.
    static func note(_ line: String) {
        guard let path = ProcessInfo.processInfo.environment["GATEHOUSE_CHAOS_REPORT"],
            let file = FileHandle(forWritingAtPath: path)
        else { return }
        _ = try? file.seekToEnd()
        try? file.write(contentsOf: Data((line + "\n").utf8))
        try? file.close()
    }

    /// Seconds with one or two digits of them.
    static func text(_ seconds: Double) -> String { String(format: "%.2f s", seconds) }
}

/// Looks all the time whether a gate reaches its store.
final class StoreWatch: Sendable {
    /// What the thread that looks shares with whoever waits for it.
    private final class State: Sendable {
        let away = Mutex(0.0)
        let isOver = Atomic<Bool>(false)
        let hasEnded = Atomic<Bool>(false)
    }

    private let state = State()

    /// Begins to look.
    init(_ gate: QuotaGate) {
        Thread.detachNewThread { [state] in
            var last = ContinuousClock.now
            while !state.isOver.load(ordering: .sequentiallyConsistent) {
                let isUp = (try? gate.isStoreUp()) ?? true
                let now = ContinuousClock.now
                if !isUp { state.away.withLock { $0 += last.duration(to: now).seconds } }
                last = now
                // house: the watch must not take the machine from what it watches.
                usleep(5_000)
            }
            state.hasEnded.store(true, ordering: .sequentiallyConsistent)
        }
    }

    deinit { state.isOver.store(true, ordering: .sequentiallyConsistent) }

    /// Stops looking and returns for how many seconds in all the store was away.
    func stop() throws -> Double {
        state.isOver.store(true, ordering: .sequentiallyConsistent)
        try wait(for: "the watch to end", seconds: 60) { state.hasEnded.load(ordering: .sequentiallyConsistent) }
        return state.away.withLock { $0 }
    }
}
