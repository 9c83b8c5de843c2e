// error: to closure result type 'Mutation<
import GatehouseAccounts

func disable(_ store: any AccountsStore, _ user: Identifier) async throws(StoreFault) {
    let _: Bool = try await store.mutate { writes throws(StoreFault) in
        try writes.setDisabled(true, of: user, at: 0)
        return true
    }
}
