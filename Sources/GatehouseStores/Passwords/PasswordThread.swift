internal import GatehouseAccounts
private import Glibc

/// A thread of the password pool: the last in line for the processor, and deaf to signals.
///
/// `Sendable`; `join` is for the owner, once.
struct PasswordThread: Sendable {
    private let thread: pthread_t

    /// Starts a thread that runs the body once.
    ///
    /// - Throws: `internalFailure` where the system has no thread left.
    init(_ body: @escaping @Sendable () -> Void) throws(PasswordFault) {
        let job = unsafe Unmanaged.passRetained(Job(body: body))
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread,
            nil,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<Job>.fromOpaque(context).takeRetainedValue().run()
                return nil
            },
            job.toOpaque()
        )
        guard result == 0 else {
            unsafe job.release()
            throw .internalFailure
        }
        self.thread = thread
    }

    /// Waits until the body has returned.
    func join() {
        _ = pthread_join(thread, nil)
    }

    private final class Job: Sendable {
        let body: @Sendable () -> Void

        init(body: @escaping @Sendable () -> Void) {
            self.body = body
        }

        func run() {
            var signals = sigset_t()
            unsafe sigfillset(&signals)
            _ = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
            yieldToEveryone()
            body()
        }

        // On Linux the number 0 is the calling thread, not its process. The threads of Argon2's lanes inherit it.
        private func yieldToEveryone() {
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
        }
    }
}
