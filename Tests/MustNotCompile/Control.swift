// compiles
import GatehouseCore
import GatehouseCrypto

func forward(
    _ request: RequestContext,
    _ route: Route,
    _ hygiene: Hygiene,
    _ record: borrowing AccessRecord
) -> OutboundRequest? {
    guard let permit = Permit.open(route) else { return nil }
    return hygiene.prepare(request, for: 0, under: permit, record: record)
}

func admit(_ token: VerifiedToken, _ route: Route) throws(Refusal) -> Permit {
    try Permit.authorize(token, on: route)
}

func same(_ one: Secret, _ other: Secret) -> Bool {
    one.constantTimeEquals(other)
}
