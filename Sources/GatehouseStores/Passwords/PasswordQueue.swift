private import Dispatch
internal import GatehouseAccounts
private import Synchronization

/// What waits for the threads of the password pool: first come, first served, and bounded.
///
/// `Sendable`; the lock is held for a few instructions only, because a thread of the lowest priority takes it too.
final class PasswordQueue: Sendable {
    /// One piece of work with someone who waits for it.
    struct Job: Sendable {
        let ticket: UInt64
        /// Does the work and returns what delivers the result.
        let work: @Sendable () -> @Sendable () -> Void
        /// Delivers that there will be no result.
        let refuse: @Sendable (PasswordFault) -> Void
        let submitted = ContinuousClock.now
    }

    private struct State: Sendable {
        var jobs: [Job] = []
        var figures = PasswordFigures()
        var nextTicket: UInt64 = 0
        var isStopped = false
    }

    private let threads: Int
    private let limit: Int
    private let state = Mutex(State())
    private let wakeUp = DispatchSemaphore(value: 0)

    /// Makes a queue for that many threads, beside which at most `limit` jobs wait.
    init(threads: Int, limit: Int) {
        self.threads = threads
        self.limit = limit
    }

    var figures: PasswordFigures {
        state.withLock { state in
            var figures = state.figures
            figures.waiting = state.jobs.count
            return figures
        }
    }

    /// A name for a job that is about to be submitted.
    func ticket() -> UInt64 {
        state.withLock { state in
            state.nextTicket &+= 1
            return state.nextTicket
        }
    }

    /// Takes a job, or says at once why not; nobody else then answers for it.
    ///
    /// Called in the task that waits. That it was cancelled is looked at under the lock: a cancellation comes either
    /// before, and is seen here, or after, and `abandon` finds the job.
    func submit(_ job: Job) -> PasswordFault? {
        let fault: PasswordFault? = state.withLock { state in
            guard !state.isStopped else { return .internalFailure }
            guard !Task.isCancelled else {
                state.figures.abandoned &+= 1
                return .abandoned
            }
            guard state.jobs.count + state.figures.inFlight < threads + limit else {
                state.figures.refused &+= 1
                return .busy
            }
            state.jobs.append(job)
            return nil
        }
        if fault == nil { wakeUp.signal() }
        return fault
    }

    /// Takes a job back whose caller is gone; one that a thread has begun is finished all the same.
    func abandon(_ ticket: UInt64) {
        let job: Job? = state.withLock { state in
            guard let index = state.jobs.firstIndex(where: { $0.ticket == ticket }) else { return nil }
            state.figures.abandoned &+= 1
            return state.jobs.remove(at: index)
        }
        job?.refuse(.abandoned)
    }

    /// The body of a thread: does one job after the other until the queue is stopped.
    func run() {
        while true {
            wakeUp.wait()
            if state.withLock({ $0.isStopped }) { return }
            guard let job = begin() else { continue }
            let deliver = job.work()
            finish()
            deliver()
        }
    }

    /// Refuses what waits and everything after it, and lets the threads end after what they are doing.
    func stop() {
        let waiting = state.withLock { state in
            state.isStopped = true
            defer { state.jobs = [] }
            return state.jobs
        }
        for _ in 0..<threads { wakeUp.signal() }
        for job in waiting { job.refuse(.internalFailure) }
    }

    // Nil if the job that the signal was for has been abandoned.
    private func begin() -> Job? {
        state.withLock { state in
            guard !state.jobs.isEmpty else { return nil }
            let job = state.jobs.removeFirst()
            state.figures.inFlight += 1
            state.figures.mostInFlight = max(state.figures.mostInFlight, state.figures.inFlight)
            state.figures.waits.record(ContinuousClock.now - job.submitted)
            return job
        }
    }

    // Before the result is delivered: whoever gets it finds the place free.
    private func finish() {
        state.withLock { state in
            state.figures.inFlight -= 1
            state.figures.done &+= 1
        }
    }
}
