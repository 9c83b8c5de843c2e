private import Glibc

/// A thread outside of every event loop and every pool, for work that may block for ever.
enum WriterThread {
    /// Starts a detached thread that runs the body once; where the system has no thread left, nothing runs.
    ///
    /// All signals are blocked on it: they are for the main thread, and `SIGPIPE` has to show as `EPIPE`.
    static func start(named name: String, _ body: @escaping @Sendable () -> Void) {
        let job = unsafe Unmanaged.passRetained(Job(name: name, body: body))
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
        if result == 0 {
            pthread_detach(thread)
        } else {
            unsafe job.release()
        }
    }

    private final class Job: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }

        func run() {
            var signals = sigset_t()
            unsafe sigfillset(&signals)
            _ = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
            self.showName()
            self.body()
        }

        /// Makes the name visible to `top -H` and profilers; nothing depends on it.
        private func showName() {
            let descriptor = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return }
            let name = Array(self.name.utf8.prefix(15))
            _ = unsafe name.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            _ = close(descriptor)
        }
    }
}
