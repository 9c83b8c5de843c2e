/// One thing that somebody did or tried to do, as the audit log records it; absent members are left out of the record.
package struct AuditEvent: Sendable, Equatable {
    /// What was done.
    package let name: Name
    /// Who did it.
    package var actor: Party
    /// To whom or what, or nil.
    package var target: Party?
    /// How it ended.
    package var result: Result
    /// The client's address as text, or nil where there is none.
    package var clientAddress: String?
    /// The request id, or nil where it was no request.
    package var requestID: String?
    /// The request's method, or nil.
    package var method: String?
    /// The name of the matched route, or nil; the gate's own endpoints have none.
    package var route: String?
    /// The request's path without the query, or nil.
    package var path: String?
    /// The status of the answer, or nil.
    package var status: Int?

    /// Makes an event of a command or of the gate itself; requests fill in the rest.
    package init(_ name: Name, actor: Party, target: Party? = nil, result: Result = .success) {
        self.name = name
        self.actor = actor
        self.target = target
        self.result = result
    }

    /// Every event that there is, by the name in the record.
    package enum Name: String, Sendable, CaseIterable {
        case userSignup = "user.signup"
        case userLogin = "user.login"
        case userLogout = "user.logout"
        case tokenRefresh = "token.refresh"
        case userUpdate = "user.update"
        case userDelete = "user.delete"
        case sessionRevoke = "session.revoke"
        case userPasswordChange = "user.password_change"
        case userCreate = "user.create"
        case userDisable = "user.disable"
        case userEnable = "user.enable"
        case userUnlock = "user.unlock"
        case userSetRole = "user.set_role"
        case userSetPassword = "user.set_password"
        case userRevokeSessions = "user.revoke_sessions"
        case keyRotate = "key.rotate"
        case keyRetire = "key.retire"
        case tokenMint = "token.mint"
        case configReload = "config.reload"
        case secretChange = "secret.change"
        case certificateChange = "certificate.change"
        case databaseMigrate = "db.migrate"
        case proxyRequest = "proxy.request"
    }

    /// Somebody or something, by kind and name.
    package struct Party: Sendable, Equatable {
        /// As an actor `user`, `anonymous`, `command` or `system`; as a target what it is.
        package let type: String
        /// Which one, or nil where nothing is known.
        package let id: String?

        /// Makes a party.
        package init(type: String, id: String? = nil) {
            self.type = type
            self.id = id
        }

        /// Somebody with an account.
        package static func user(_ id: String) -> Party { Party(type: "user", id: id) }
        /// Somebody unknown.
        package static let anonymous = Party(type: "anonymous")
        /// Whoever ran a command, by the name of the system's account.
        package static func command(_ account: String) -> Party { Party(type: "command", id: account) }
        /// The gate by itself.
        package static let system = Party(type: "system")
    }

    /// How it ended.
    package enum Result: String, Sendable, CaseIterable {
        case success, failure, denied, pending
    }
}

/// Where audit events are recorded.
package protocol AuditLog: Sendable {
    /// Records an event; when it returns the record is on the disk.
    ///
    /// Blocks for the disk, so it is never called on an event loop. Throws if the record cannot be written, in which case no part of
    /// it stays behind.
    func append(_ event: AuditEvent) throws(AuditFault)
}

/// Why an audit record was not written, for the operator's log.
package struct AuditFault: Error, Sendable, Equatable {
    /// What failed, with the system's reason.
    package let message: String

    /// Makes a fault.
    package init(message: String) {
        self.message = message
    }
}
