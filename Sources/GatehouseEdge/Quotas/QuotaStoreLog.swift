private import Logging
private import Synchronization

/// What the log tells of the quota store: that it went away, answers again, or refuses us.
///
/// One for the process; `Sendable`. A store that comes and goes is told of ten times a minute and then once as such, so that it cannot
/// fill the log; the metrics tell each change.
final class QuotaStoreLog: Sendable {
    private struct Window {
        var start: UInt64 = 0
        var count = 0
    }

    private let fallback: String
    private let window = Mutex(Window())
    private let wasForbidden = Atomic<Bool>(false)
    private let hasChanged = Atomic<Bool>(false)
    private let logger = Logger(label: "gatehouse.quotas")

    private static let windowLength: UInt64 = 60_000_000_000
    private static let most = 10

    init(fallback: QuotaStoreConfiguration.Fallback) {
        self.fallback = "\(fallback)"
    }

    /// Tells, once, that the store could not be reached when the process started.
    func isAwayFromTheStart(_ fault: RedisFault, _ address: RedisAddress) {
        guard !self.hasChanged.exchange(true, ordering: .relaxed) else { return }
        self.logger.warning("the quota store is away", metadata: self.metadata(fault, address))
    }

    func changed(
        isUp: Bool,
        _ fault: RedisFault?,
        _ address: RedisAddress,
        now: UInt64 = RecordTime.now().monotonicNanoseconds
    ) {
        self.hasChanged.store(true, ordering: .relaxed)
        let count = self.window.withLock { window in
            if now &- window.start > QuotaStoreLog.windowLength { window = Window(start: now) }
            window.count += 1
            return window.count
        }
        let metadata = self.metadata(fault, address)
        if count == QuotaStoreLog.most {
            self.logger.warning("the quota store comes and goes", metadata: metadata)
        } else if count < QuotaStoreLog.most, isUp {
            self.logger.info("the quota store answers")
        } else if count < QuotaStoreLog.most {
            self.logger.warning("the quota store is away", metadata: metadata)
        }
    }

    private func metadata(_ fault: RedisFault?, _ address: RedisAddress) -> Logger.Metadata {
        [
            "gatehouse.when_store_fails": "\(self.fallback)",
            "gatehouse.redis.address": "\(address.host):\(address.port)",
            "gatehouse.redis.error": "\(fault?.text ?? "")",
        ]
    }

    /// Tells, once until the store has answered again, that only a person can help.
    func isForbidden(_ text: String, by address: RedisAddress) {
        guard !self.wasForbidden.exchange(true, ordering: .relaxed) else { return }
        self.logger.error(
            "the quota store refuses the configured name, password or rights",
            metadata: [
                "gatehouse.redis.address": "\(address.host):\(address.port)",
                "gatehouse.redis.error": "\(text)",
            ]
        )
    }

    /// The first good answer of a new connection.
    func isAllowed() {
        self.wasForbidden.store(false, ordering: .relaxed)
    }
}
