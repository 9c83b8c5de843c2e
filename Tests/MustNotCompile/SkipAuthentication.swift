// error: cannot convert value of type 'RequestContext' to expected argument type 'VerifiedToken'
import GatehouseCore

func skip(_ request: RequestContext, _ route: Route) throws(Refusal) -> Permit {
    try Permit.authorize(request, on: route)
}
