internal import GatehouseCore

/// What one loop writes down about its requests: access log lines and metrics.
///
/// Confined to its loop; the lines leave it in batches.
final class LoopRecords {
    let metrics: LoopMetrics
    private let log: AccessLogBuffer?
    private let names: RecordNames

    init(metrics: LoopMetrics, log: AccessLogBuffer?, names: RecordNames) {
        self.metrics = metrics
        self.log = log
        self.names = names
    }

    /// Counts a request that has begun.
    func requestBegan() {
        self.metrics.requestBegan()
    }

    /// Counts what quotas have decided.
    func quotasTaken(_ taken: borrowing TakenQuotas, _ table: QuotaTable) {
        self.metrics.quotasTaken(taken, table)
    }

    /// Closes the record of a request.
    func requestEnded(_ exchange: Exchange, _ loop: LoopContext) {
        let time = LoopRecords.time(loop)
        let head = exchange.head.methodRange.isEmpty ? nil : exchange.head
        self.metrics.record(exchange.record, head: head, now: time)
        if let head, head.present.contains(.origin), exchange.pipeline.crossOrigin?.allows(head) == false {
            self.metrics.crossOriginRejected(route: exchange.record.route)
        }
        self.log?.append(
            exchange.record,
            head: head,
            client: exchange.record.clientAddress,
            names: self.names,
            protocolName: exchange.protocolName,
            now: time
        )
    }

    /// Hands over the lines that have gathered.
    func sweep(_ loop: LoopContext) {
        self.log?.flushIfDue(LoopRecords.time(loop))
    }

    /// Hands over everything, at the end.
    func flush() {
        self.log?.flush()
    }

    private static func time(_ loop: LoopContext) -> RecordTime {
        RecordTime(wallMilliseconds: loop.wallMilliseconds, monotonicNanoseconds: loop.now)
    }
}
