// error: 'next' is inaccessible due to 'private' protection level
import GatehouseCore

func takeOut(_ pending: borrowing PendingRequest) -> Bool {
    switch pending.next {
    case .admitted: true
    case .refused: false
    }
}
