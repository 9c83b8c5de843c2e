internal import NIOCore

/// Gathers the counts of all loops for a scrape, without waiting longer than the deadline for any of them.
///
/// A loop that does not answer in time is represented by its last counts, so that counters never go back, and is
/// reported as missing. It is not asked again until it has answered, so scrapes of a stuck loop do not pile up; scrapes
/// at the same time share one collection. Confined to the admin loop.
final class ScrapeCollector {
    /// What a scrape found.
    struct Scrape: Sendable {
        /// The counts of all loops together.
        var counts: MetricsSnapshot
        /// How many loops did not answer in time.
        var missing: Int
    }

    private let loop: any EventLoop
    private let deadline: TimeAmount
    private let empty: MetricsSnapshot
    private var slots: [Slot]
    private var current: EventLoopPromise<Scrape>?
    private var timer: Scheduled<Void>?
    private var isClosed = false

    init(workers: [AdminWorker], empty: MetricsSnapshot, deadline: TimeAmount, loop: any EventLoop) {
        self.loop = loop
        self.deadline = deadline
        self.empty = empty
        self.slots = workers.map { Slot(worker: $0) }
    }

    /// Starts a collection or joins the one that is under way.
    func collect() -> EventLoopFuture<Scrape> {
        if let current = self.current { return current.futureResult }
        let promise = self.loop.makePromise(of: Scrape.self)
        self.current = promise
        for index in self.slots.indices {
            self.ask(index)
        }
        self.startTimer()
        self.finishIfComplete()
        return promise.futureResult
    }

    /// Asks no loop any more, for the loops are about to end; returns whether none owes an answer.
    func close() -> Bool {
        self.isClosed = true
        return self.slots.allSatisfy { $0.state != .asked }
    }

    private func ask(_ index: Int) {
        guard self.slots[index].state != .asked, !self.isClosed else { return }
        self.slots[index].state = .asked
        self.slots[index].worker.snapshot().hop(to: self.loop).assumeIsolated().whenComplete { result in
            self.receive(result, from: index)
        }
    }

    private func receive(_ result: Result<MetricsSnapshot, any Error>, from index: Int) {
        switch result {
        case .success(let counts):
            self.slots[index].last = counts
            self.slots[index].state = .fresh
        case .failure:
            self.slots[index].state = .gone
        }
        self.finishIfComplete()
    }

    /// The timer's future also fails when the loop shuts down: then the scrape ends with what there is.
    private func startTimer() {
        let timer = self.loop.assumeIsolated().scheduleTask(in: self.deadline) { self.finish() }
        timer.futureResult.assumeIsolated().whenFailure { _ in self.finish() }
        self.timer = timer
    }

    private func finishIfComplete() {
        guard self.slots.allSatisfy({ $0.state != .asked }) else { return }
        self.timer?.cancel()
        self.finish()
    }

    private func finish() {
        guard let promise = self.current else { return }
        self.current = nil
        self.timer = nil
        var scrape = Scrape(counts: self.empty, missing: 0)
        for slot in self.slots {
            if let last = slot.last { scrape.counts.merge(last) }
            if slot.state != .fresh { scrape.missing += 1 }
        }
        promise.succeed(scrape)
    }

    private struct Slot {
        let worker: AdminWorker
        var last: MetricsSnapshot?
        var state = SlotState.idle
    }

    private enum SlotState {
        case idle, asked, fresh, gone
    }
}
