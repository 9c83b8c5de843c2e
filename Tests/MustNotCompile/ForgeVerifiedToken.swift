// error: 'VerifiedToken' initializer is inaccessible due to 'fileprivate' protection level
import GatehouseCore

let forge = VerifiedToken.init
