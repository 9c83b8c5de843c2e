private import GatehouseCore
private import GatehouseCrypto

extension LoginFailureKey {
    /// The key for a login.
    ///
    /// An account has one key, by whichever name it was asked for. What names no account has one as well, by the name itself, so
    /// that both are slowed alike.
    init(user: Identifier?, name: String, clientAddress: String) {
        self.init(
            account: user.map { LoginFailureKey.account($0) } ?? SHA256.digest(Array("name:\(name)".utf8)),
            address: LoginFailureKey.group(clientAddress)
        )
    }

    /// The account part of the key of a user.
    static func account(_ user: Identifier) -> [UInt8] {
        SHA256.digest(Array("user:\(user.text)".utf8))
    }

    /// A number that spreads the pairs of account and address evenly.
    var spread: UInt64 {
        let digest = SHA256.digest(self.account + Array(self.address.utf8))
        return digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The address as it is counted: one household or server has a /64 of IPv6.
    private static func group(_ text: String) -> String {
        guard let address = NetworkAddress(ArraySlice(Array(text.utf8))) else { return "" }
        let counted = address.isIPv4 ? address : NetworkAddress(high: address.high, low: 0)
        return String(decoding: counted.text, as: UTF8.self)
    }
}
