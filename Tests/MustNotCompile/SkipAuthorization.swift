// error: missing argument for parameter 'under' in call
import GatehouseCore

func skip(_ request: RequestContext, _ hygiene: Hygiene, _ record: borrowing AccessRecord) -> OutboundRequest {
    hygiene.prepare(request, for: 0, record: record)
}
