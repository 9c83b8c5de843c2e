// error: 'Permit' initializer is inaccessible due to 'private' protection level
import GatehouseCore

func forge(_ route: Route) -> Permit {
    Permit(route: route, token: nil)
}
