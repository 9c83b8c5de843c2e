package import GatehouseAccounts
private import Synchronization

/// Hashes and compares passwords on a few threads of its own, with a bound on what may wait for them.
///
/// Memory is bounded too: each thread works on one hash at a time, so it is `concurrency` times the memory of a hash, and
/// as much again for a stored hash that asks for more than the live cost. The threads run at nice 19, so that a flood of
/// logins does not slow the traffic. `Sendable`; every caller shares one pool.
package final class PasswordPool: PasswordWorker, Sendable {
    /// How many hashes are made at one time, how much may wait, and what a new hash costs.
    package struct Settings: Sendable, Equatable {
        /// Threads.
        package let concurrency: Int
        /// Pieces of work that may wait; more are refused at once.
        package let queue: Int
        /// The live parameters.
        package let cost: Argon2Cost

        /// Gathers the settings; the defaults are those of the configuration.
        package init(concurrency: Int = 2, queue: Int = 64, cost: Argon2Cost = .standard) {
            self.concurrency = max(1, concurrency)
            self.queue = max(0, queue)
            self.cost = cost
        }
    }

    private let cost: Argon2Cost
    private let decoy: Argon2Hash
    private let queue: PasswordQueue
    private let threads: Mutex<[PasswordThread]>

    /// Starts the threads.
    ///
    /// - Throws: `internalFailure` where the system has no threads left; those that were started are ended.
    package init(_ settings: Settings) throws(PasswordFault) {
        self.cost = settings.cost
        self.decoy = Argon2Hash.decoy(cost: settings.cost)
        let queue = PasswordQueue(threads: settings.concurrency, limit: settings.queue)
        self.queue = queue
        self.threads = Mutex([])
        for _ in 0..<settings.concurrency {
            do {
                let thread = try PasswordThread { queue.run() }
                threads.withLock { $0.append(thread) }
            } catch {
                stop()
                throw error
            }
        }
    }

    deinit {
        stop()
    }

    /// What the pool does and has done.
    package var figures: PasswordFigures { queue.figures }

    /// Ends the threads and waits for them; what waits gets `internalFailure`, and so does everything later.
    ///
    /// Blocks for as long as the hashes take that are being made, so it is not for an event loop. May be called again.
    package func stop() {
        queue.stop()
        let threads = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in threads { thread.join() }
    }

    /// Hashes a new password with a fresh salt and the live parameters, as a PHC string.
    package func hash(_ password: NormalizedPassword) async throws(PasswordFault) -> String {
        let cost = cost
        return try await perform { () throws(PasswordFault) in try Argon2Hash(of: password, cost: cost).phc }
    }

    /// Compares a password with a stored hash, or does the same work for an account that does not exist.
    package func verify(
        _ password: NormalizedPassword,
        against phc: String?
    ) async throws(PasswordFault) -> PasswordVerdict {
        guard !password.isTooLong else { return .mismatch }
        let cost = cost
        let decoy = decoy
        return try await perform { () throws(PasswordFault) in
            guard let phc else { return try Self.mismatch(password, against: decoy) }
            guard let stored = try? Argon2Hash(phc: phc) else {
                _ = try Self.mismatch(password, against: decoy)
                throw .corruptHash
            }
            let matches = try stored.matches(password)
            return PasswordVerdict(matches: matches, needsRehash: !stored.isMade(like: cost))
        }
    }

    /// Estimates how hard a password is to guess for someone who knows the words, in bits.
    package func strengthBits(
        of password: NormalizedPassword,
        told words: [String]
    ) async throws(PasswordFault) -> Double {
        try await perform { () throws(PasswordFault) in PasswordStrength.bits(of: password, told: words) }
    }

    /// Judges a new password by the whole policy and hashes it if it passes, in one turn of the queue.
    package func judgeAndHash(
        _ password: NormalizedPassword,
        by policy: PasswordPolicy,
        for owner: PasswordOwner
    ) async throws(PasswordFault) -> PasswordJudgement {
        if let flaw = policy.flawWithoutOwner(of: password) { return .refused(flaw) }
        let cost = cost
        return try await perform { () throws(PasswordFault) in
            let bits = PasswordStrength.bits(of: password, told: owner.words)
            if let flaw = policy.flaw(of: password, for: owner, strengthBits: bits) { return .refused(flaw) }
            return .accepted(phc: try Argon2Hash(of: password, cost: cost).phc)
        }
    }

    // The comparison is made and its answer ignored: what no password matches must not be matched by chance either.
    private static func mismatch(
        _ password: NormalizedPassword,
        against decoy: Argon2Hash
    ) throws(PasswordFault) -> PasswordVerdict {
        _ = try decoy.matches(password)
        return .mismatch
    }

    func perform<Value: Sendable>(
        _ work: @escaping @Sendable () throws(PasswordFault) -> Value
    ) async throws(PasswordFault) -> Value {
        let queue = queue
        let ticket = queue.ticket()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, PasswordFault>, Never>) in
                let job = PasswordQueue.Job(
                    ticket: ticket,
                    work: {
                        let result = Result { () throws(PasswordFault) in try work() }
                        return { continuation.resume(returning: result) }
                    },
                    refuse: { continuation.resume(returning: .failure($0)) }
                )
                if let fault = queue.submit(job) { job.refuse(fault) }
            }
        } onCancel: {
            queue.abandon(ticket)
        }
        return try result.get()
    }
}
