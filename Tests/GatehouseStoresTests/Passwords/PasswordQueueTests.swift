import Dispatch
import GatehouseAccounts
import Synchronization
import Testing

@testable import GatehouseStores

/// What happens when there is more to do than the threads can.
@Suite struct PasswordQueueTests {
    private let password = NormalizedPassword("kfwq zvbn mtyr 77")
    private let cheap = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"

    @Test func `D-07 of 64 at once two are worked on, eight wait and the rest are refused at once`() async throws {
        let queue = PasswordQueue(threads: 2, limit: 8)
        let threads = try (0..<2).map { _ in try PasswordThread { queue.run() } }
        let work = BlockedWork()
        for _ in 0..<2 { #expect(queue.submit(work.job(queue)) == nil) }
        try await eventually("both threads are busy") { queue.figures.inFlight == 2 }
        for _ in 0..<8 { #expect(queue.submit(work.job(queue)) == nil) }
        for _ in 0..<54 { #expect(queue.submit(work.job(queue)) == .busy) }
        // None of the 54 had to wait for a thread: the first two are still at their work.
        #expect(queue.figures.inFlight == 2 && queue.figures.waiting == 8 && queue.figures.done == 0)
        for _ in 0..<10 { work.release() }
        try await eventually("all are done") { work.results.count == 10 }
        #expect(work.results.allSatisfy { $0 == nil })
        let figures = queue.figures
        #expect(figures.mostInFlight == 2 && figures.done == 10 && figures.refused == 54)
        #expect(figures.inFlight == 0 && figures.waiting == 0 && figures.waits.count == 10 && figures.waits.sum > 0)
        queue.stop()
        for thread in threads { thread.join() }
    }

    @Test func `D-07 a thousand callers are all answered, and never are more than two worked on`() async throws {
        let pool = try PasswordPool(PasswordPool.Settings(concurrency: 2, queue: 8, cost: Self.quick))
        let faults = await withTaskGroup(of: PasswordFault?.self) { group in
            for _ in 0..<1000 { group.addTask { await self.fault(of: pool, against: nil) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let figures = pool.figures
        #expect(faults.count == 1000 && faults.allSatisfy { $0 == nil || $0 == .busy })
        #expect(figures.done == UInt64(faults.count { $0 == nil }) && figures.done >= 10)
        #expect(figures.refused == UInt64(faults.count { $0 == .busy }))
        #expect(figures.mostInFlight <= 2 && figures.waits.count == figures.done)
    }

    @Test func `a caller that is cancelled while it waits gives its place up`() async throws {
        let queue = PasswordQueue(threads: 1, limit: 1)
        let thread = try PasswordThread { queue.run() }
        let work = BlockedWork()
        #expect(queue.submit(work.job(queue)) == nil)
        try await eventually("the thread is busy") { queue.figures.inFlight == 1 }
        let gone = work.job(queue)
        #expect(queue.submit(gone) == nil)
        #expect(queue.submit(work.job(queue)) == .busy)
        queue.abandon(gone.ticket)
        #expect(work.results == [.abandoned])
        #expect(queue.figures.waiting == 0 && queue.figures.abandoned == 1)
        #expect(queue.submit(work.job(queue)) == nil)
        for _ in 0..<2 { work.release() }
        try await eventually("both are done") { work.results.count == 3 }
        #expect(work.results == [.abandoned, nil, nil] && queue.figures.done == 2)
        queue.stop()
        thread.join()
    }

    @Test func `a caller of the pool that is cancelled while it waits is told, and one that is worked on is answered`()
        async throws
    {
        let pool = try PasswordPool(PasswordPool.Settings(concurrency: 1, queue: 1, cost: Self.quick))
        let gate = DispatchSemaphore(value: 0)
        let busy = Task { () async throws(PasswordFault) in
            try await pool.perform { () throws(PasswordFault) in
                gate.wait()
                return 1
            }
        }
        try await eventually("the thread is busy") { pool.figures.inFlight == 1 }
        let gone = Task { await self.fault(of: pool, against: nil) }
        try await eventually("one waits") { pool.figures.waiting == 1 }
        gone.cancel()
        #expect(await gone.value == .abandoned)
        #expect(pool.figures.waiting == 0 && pool.figures.abandoned == 1)
        busy.cancel()
        gate.signal()
        #expect(try await busy.value == 1)
    }

    @Test func `a caller that is cancelled before it comes is not served`() async throws {
        let pool = try PasswordPool(.cheap)
        let task = Task {
            try? await eventually("cancelled") { Task.isCancelled }
            return await self.fault(of: pool, against: nil)
        }
        task.cancel()
        #expect(await task.value == .abandoned)
        #expect(pool.figures.done == 0 && pool.figures.waiting == 0)
    }

    @Test func `what is worked on cannot be taken back`() async throws {
        let queue = PasswordQueue(threads: 1, limit: 1)
        let thread = try PasswordThread { queue.run() }
        let work = BlockedWork()
        let job = work.job(queue)
        #expect(queue.submit(job) == nil)
        try await eventually("the thread is busy") { queue.figures.inFlight == 1 }
        queue.abandon(job.ticket)
        work.release()
        try await eventually("it is done") { work.results.count == 1 }
        #expect(work.results == [nil] && queue.figures.abandoned == 0)
        queue.stop()
        thread.join()
    }

    @Test func `a queue that is stopped refuses what waits and what comes`() async throws {
        let queue = PasswordQueue(threads: 1, limit: 4)
        let thread = try PasswordThread { queue.run() }
        let work = BlockedWork()
        #expect(queue.submit(work.job(queue)) == nil)
        try await eventually("the thread is busy") { queue.figures.inFlight == 1 }
        #expect(queue.submit(work.job(queue)) == nil)
        queue.stop()
        #expect(work.results == [.internalFailure])
        #expect(queue.submit(work.job(queue)) == .internalFailure)
        work.release()
        thread.join()
        #expect(work.results == [.internalFailure, nil])
        queue.stop()
    }

    @Test func `a pool that is stopped refuses what comes`() async throws {
        let pool = try PasswordPool(.cheap)
        pool.stop()
        #expect(await fault(of: pool, against: nil) == .internalFailure)
        pool.stop()
    }

    @Test func `a pool that is forgotten ends its threads`() async throws {
        weak var forgotten: PasswordQueue?
        do {
            let queue = PasswordQueue(threads: 1, limit: 1)
            let thread = try PasswordThread { queue.run() }
            forgotten = queue
            queue.stop()
            thread.join()
        }
        try await eventually("the queue is freed") { forgotten == nil }
    }

    @Test func `what comes first is served first`() async throws {
        let queue = PasswordQueue(threads: 1, limit: 8)
        let order = Order()
        let gate = DispatchSemaphore(value: 0)
        for number in 0..<8 {
            let job = PasswordQueue.Job(
                ticket: queue.ticket(),
                work: {
                    gate.wait()
                    return { order.append(number) }
                },
                refuse: { _ in order.append(-1) }
            )
            #expect(queue.submit(job) == nil)
        }
        let thread = try PasswordThread { queue.run() }
        for _ in 0..<8 { gate.signal() }
        try await eventually("all are done") { order.numbers.count == 8 }
        #expect(order.numbers == Array(0..<8))
        queue.stop()
        thread.join()
    }

    private func fault(of pool: PasswordPool, against phc: String?) async -> PasswordFault? {
        do {
            _ = try await pool.verify(password, against: phc)
            return nil
        } catch {
            return error
        }
    }
    private static let quick = Argon2Cost(memoryKibibytes: 1024, iterations: 1, parallelism: 1) ?? .standard

    private final class Order: Sendable {
        private let storage = Mutex<[Int]>([])

        var numbers: [Int] { storage.withLock { $0 } }

        func append(_ number: Int) { storage.withLock { $0.append(number) } }
    }
}

/// Work that ends when the test lets it, and what became of it.
private final class BlockedWork: Sendable {
    private let gate = DispatchSemaphore(value: 0)
    private let seen = Mutex<[PasswordFault?]>([])

    var results: [PasswordFault?] {
        self.seen.withLock { $0 }
    }

    func job(_ queue: PasswordQueue) -> PasswordQueue.Job {
        PasswordQueue.Job(
            ticket: queue.ticket(),
            work: {
                self.gate.wait()
                return { self.seen.withLock { $0.append(nil) } }
            },
            refuse: { fault in self.seen.withLock { $0.append(fault) } }
        )
    }

    func release() {
        self.gate.signal()
    }
}
