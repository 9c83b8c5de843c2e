// error: 'permit' consumed more than once
import GatehouseCore

func twice(_ request: RequestContext, _ route: Route, _ hygiene: Hygiene, _ record: borrowing AccessRecord) {
    guard let permit = Permit.open(route) else { return }
    _ = hygiene.prepare(request, for: 0, under: permit, record: record)
    _ = hygiene.prepare(request, for: 0, under: permit, record: record)
}
