private import Foundation
private import Synchronization

/// Threads for work that blocks, each with a tool of its own, and a bounded queue before them.
///
/// The tool is made on its thread and never leaves it. What does not fit into the queue is refused at once.
final class StoreWorkers<Tool>: Sendable {
    private let state = Mutex(State())
    private let available = DispatchSemaphore(value: 0)
    private let ended = DispatchGroup()
    private let limit: Int

    /// Starts the threads; `limit` is how many jobs may wait.
    init(named name: String, threads: Int, limit: Int, makeTool: @escaping @Sendable () -> Tool) {
        self.limit = limit
        for _ in 0..<threads {
            self.ended.enter()
            let thread = Thread { self.run(with: makeTool) }
            thread.name = name
            thread.start()
        }
    }

    /// How many jobs wait.
    var waitingCount: Int { self.state.withLock { $0.jobs.count } }

    /// Takes a job, which will run on one of the threads; false if the queue is full or closed, and then it never runs.
    func submit(_ job: @escaping @Sendable (Tool) -> Void) -> Bool {
        let isTaken = self.state.withLock { state in
            guard !state.isClosed, state.jobs.count < self.limit else { return false }
            state.jobs.append(job)
            return true
        }
        if isTaken { self.available.signal() }
        return isTaken
    }

    /// Takes no more jobs, and calls back when the last one has run and the tools are gone.
    func close(_ whenEnded: @escaping @Sendable () -> Void) {
        self.state.withLock { $0.isClosed = true }
        self.available.signal()
        self.ended.notify(queue: .global(), execute: whenEnded)
    }

    private func run(with makeTool: () -> Tool) {
        do {
            let tool = makeTool()
            while let job = self.next() { job(tool) }
        }
        // One thread wakes the next, until all have seen that there is nothing left.
        self.available.signal()
        self.ended.leave()
    }

    private func next() -> (@Sendable (Tool) -> Void)? {
        while true {
            self.available.wait()
            let (job, isClosed) = self.state.withLock { state in
                (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isClosed)
            }
            if let job { return job }
            if isClosed { return nil }
        }
    }

    private struct State {
        var jobs: [@Sendable (Tool) -> Void] = []
        var isClosed = false
    }
}
