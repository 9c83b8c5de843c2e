internal import GatehouseAccounts
internal import GatehouseStores

private import Glibc

/// The folder of the accounts' signing keys, for commands beside the gate.
enum AccountsKeyFolder {
    /// Reads the keys; makes the folder and the first key, which only its owner may read, where there are none.
    static func open(_ path: String) throws(CommandFailure) -> AccountsKeys {
        do throws(KeyFolderFault) {
            return try KeyFolder.open(path, now: Int64(time(nil))).keys
        } catch {
            throw CommandFailure(code: 78, message: "accounts.signing.keys: \(error.message)")
        }
    }
}
