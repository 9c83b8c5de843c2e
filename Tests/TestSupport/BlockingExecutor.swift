import Foundation
import Synchronization

/// Runs tests that block on threads of their own, so that they do not hold up the tests that await.
package final class BlockingExecutor: TaskExecutor {
    /// The threads that all blocking tests share.
    package static let shared = BlockingExecutor(threads: 4)

    private let jobs = Mutex<[UnownedJob]>([])
    private let available = DispatchSemaphore(value: 0)

    private init(threads: Int) {
        for _ in 0..<threads {
            Thread.detachNewThread { [self] in
                while true { self.runNext() }
            }
        }
    }

    /// Takes a job; it runs when a thread is free, in the order taken.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        available.signal()
    }

    private func runNext() {
        available.wait()
        let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        unsafe job?.runSynchronously(on: asUnownedTaskExecutor())
    }
}
