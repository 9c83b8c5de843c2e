package import GatehouseCore

/// The accounts service: signup, login, sessions, and what is published about them.
///
/// Holds no state of its own but the keys: what it knows is in the store. Every mutation is one transaction with its audit event, and
/// what it ends is in the process-wide `Revocations` before the answer leaves. May be called from any task.
package struct AccountsService: AccountsPort {
    let configuration: AccountsConfiguration
    let keys: AccountsKeys
    let store: any AccountsStore
    let passwords: any PasswordWorker
    let revocations: Revocations
    let tokens: AccessTokens
    let documents: AccountsDocuments
    /// The wall clock in microseconds since 1970.
    let clock: @Sendable () -> Int64
    private let report: @Sendable (AccountsFault) -> Void

    /// Puts the service together.
    ///
    /// - Parameters:
    ///   - configuration: What the configuration says.
    ///   - keys: The keys to sign and to derive with.
    ///   - store: Where accounts are kept.
    ///   - passwords: What hashes and compares.
    ///   - revocations: The list that the gate's authenticator asks.
    ///   - clock: The wall clock in microseconds since 1970.
    ///   - report: Is told what broke, for the operator's log; called on any task, often while something is away.
    package init(
        configuration: AccountsConfiguration,
        keys: AccountsKeys,
        store: any AccountsStore,
        passwords: any PasswordWorker,
        revocations: Revocations,
        clock: @escaping @Sendable () -> Int64,
        report: @escaping @Sendable (AccountsFault) -> Void
    ) {
        self.configuration = configuration
        self.keys = keys
        self.store = store
        self.passwords = passwords
        self.revocations = revocations
        self.tokens = AccessTokens(configuration, keys)
        self.documents = AccountsDocuments(configuration, keys)
        self.clock = clock
        self.report = report
    }

    /// Serves a call; see `AccountsPort`.
    package func serve(_ call: AccountsCall, content: [UInt8]) async -> AccountsReply {
        do throws(Rejection) {
            return .answer(try await self.answer(call, content))
        } catch {
            return error.reply
        }
    }

    private func answer(_ call: AccountsCall, _ content: [UInt8]) async throws(Rejection) -> LocalAnswer {
        switch call.endpoint {
        case .signup: try await self.signUp(call, content)
        case .login: try await self.logIn(call, content)
        case .refresh: try await self.refresh(call, content)
        case .logout: try await self.logOut(Caller(call), content)
        case .passwordChange: try await self.changePassword(Caller(call), content)
        case .sessions: try await self.sessions(Caller(call))
        case .sessionEnd: try await self.endSession(Caller(call))
        case .me: try await self.me(Caller(call))
        case .meUpdate: try await self.updateMe(Caller(call), content)
        case .meDelete: try await self.deleteMe(Caller(call), content)
        case .keySet: .document(self.documents.keySet)
        case .metadata: .document(self.documents.metadata)
        case .description: .document(self.documents.description)
        }
    }

    /// Reads from the store.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any AccountsReads) throws(StoreFault) -> Value
    ) async throws(Rejection) -> Value {
        do throws(StoreFault) {
            return try await self.store.read(body)
        } catch {
            throw self.rejection(error)
        }
    }

    /// Changes the store, and records it.
    func mutate<Value: Sendable>(
        _ body: @escaping @Sendable (any AccountsWrites) throws(StoreFault) -> Mutation<Value>
    ) async throws(Rejection) -> Value {
        do throws(StoreFault) {
            return try await self.store.mutate(body)
        } catch {
            throw self.rejection(error)
        }
    }

    /// Records an attempt that changes nothing.
    func recordOnly(_ event: AuditEvent) async throws(Rejection) {
        do throws(StoreFault) {
            try await self.store.recordOnly(event)
        } catch {
            throw self.rejection(error)
        }
    }

    /// What a client is told when the store fails; the operator is told more.
    func rejection(_ fault: StoreFault) -> Rejection {
        switch fault {
        case .emailTaken: return .refused(.emailTaken)
        case .usernameTaken: return .refused(.usernameTaken)
        case .unavailable:
            self.report(.store(fault))
            return .refused(.databaseUnavailable)
        case .auditUnavailable:
            self.report(.store(fault))
            return .refused(.auditUnavailable)
        case .corrupt:
            self.report(.store(fault))
            return .refused(.internalError)
        }
    }

    /// What a client is told when a password cannot be worked on; the operator is told more.
    func rejection(_ fault: PasswordFault) -> Rejection {
        switch fault {
        case .busy, .abandoned: return .refused(.accountsBusy)
        case .corruptHash, .internalFailure:
            self.report(.password(fault))
            return .refused(.internalError)
        }
    }

    /// Tells the operator of a hash that cannot be compared; the client sees a wrong password.
    func reportCorruptHash() {
        self.report(.password(.corruptHash))
    }

    /// What ends, at a time in microseconds since 1970.
    func end(_ sessions: [Identifier], subject: Identifier? = nil, at now: Int64) -> SessionEnd {
        SessionEnd(sessions, subject: subject, self.configuration, now: now)
    }
}

/// Something of ours that broke while a call was served; for the operator's log.
package enum AccountsFault: Error, Sendable, Equatable {
    /// The store.
    case store(StoreFault)
    /// The work on a password.
    case password(PasswordFault)

    /// One sentence; holds nothing of a request.
    package var message: String {
        switch self {
        case .store(.unavailable(let reason)): "the accounts database is unavailable: \(reason)"
        case .store(.auditUnavailable(let reason)): "the audit log is unavailable: \(reason)"
        case .store(.corrupt(let place)): "the accounts database holds what it must not: \(place)"
        case .store(.emailTaken), .store(.usernameTaken): "a name is taken"
        case .password(.corruptHash): "a stored password hash cannot be read"
        case .password(.internalFailure): "the password workers have no memory or are stopped"
        case .password(.busy): "the password queue is full"
        case .password(.abandoned): "the caller went away"
        }
    }
}
