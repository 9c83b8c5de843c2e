import GatehouseCore
import Synchronization

@testable import GatehouseAccounts

/// An accounts store in memory with the transactions of the real one: all of a mutation and its event, or nothing.
final class MemoryStore: AccountsStore {
    private let content = Mutex(Content())

    private struct Content {
        var state = MemoryState()
        var events: [AuditEvent] = []
        var operations: [String] = []
        var fault: StoreFault?
        var readFault: StoreFault?
    }

    /// What was recorded so far.
    var events: [AuditEvent] { self.content.withLock { $0.events } }
    /// The tables.
    var state: MemoryState { self.content.withLock { $0.state } }

    /// What mutations and records fail with; nil for none.
    func fail(with fault: StoreFault?, reads: StoreFault? = nil) {
        self.content.withLock { content in
            content.fault = fault
            content.readFault = reads
        }
    }

    /// Forgets what was recorded and counted.
    func forget() {
        self.content.withLock { content in
            content.events = []
            content.operations = []
        }
    }

    /// The operations since they were last forgotten.
    var operations: [String] { self.content.withLock { $0.operations } }

    /// Changes the tables behind the service's back.
    func edit(_ body: (inout MemoryState) -> Void) {
        self.content.withLock { body(&$0.state) }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any AccountsReads) throws(StoreFault) -> Value
    ) async throws(StoreFault) -> Value {
        let (fault, state) = self.content.withLock { ($0.readFault, $0.state) }
        if let fault { throw fault }
        let transaction = MemoryTransaction(state)
        let value = try body(transaction)
        self.content.withLock { $0.operations += ["read"] + transaction.operations }
        return value
    }

    func mutate<Value: Sendable>(
        _ body: @escaping @Sendable (any AccountsWrites) throws(StoreFault) -> Mutation<Value>
    ) async throws(StoreFault) -> Value {
        let result = self.content.withLock { content -> Result<Value, StoreFault> in
            let transaction = MemoryTransaction(content.state)
            do throws(StoreFault) {
                let mutation = try body(transaction)
                if let fault = content.fault { return .failure(fault) }
                content.state = transaction.state
                content.events.append(mutation.event)
                content.operations += ["mutate"] + transaction.operations
                return .success(mutation.value)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    func recordOnly(_ event: AuditEvent) async throws(StoreFault) {
        let fault = self.content.withLock { content in
            if content.fault == nil { content.events.append(event) }
            return content.fault
        }
        if let fault { throw fault }
    }

    func removeExpired(at microseconds: Int64) async throws(StoreFault) {
        self.content.withLock { content in
            content.state.revocations.removeAll { $0.entry.until <= microseconds / 1_000_000 }
        }
    }
}
