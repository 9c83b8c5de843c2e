// error: 'pending' consumed more than once
import GatehouseCore

func twice(
    _ pipeline: RequestPipeline,
    _ pending: consuming PendingRequest,
    _ outcome: QuotaOutcome,
    _ request: RequestContext
) {
    var record = AccessRecord()
    _ = pipeline.resume(pending, with: outcome, request, record: &record)
    _ = pipeline.resume(pending, with: outcome, request, record: &record)
}
