import GatehouseCore

extension AccountsService {
    /// Ends the caller's session, its others, or all.
    func logOut(_ caller: Caller, _ content: [UInt8]) async throws(Rejection) -> LocalAnswer {
        // Without content there is nothing that a type could be wrong about.
        let body = content.isEmpty ? BodyReader() : try BodyReader(caller.call, content)
        let request = try LogoutRequest(reading: body)
        let now = self.clock()
        let ended: [Revocations.Entry]? = try await self.mutate { writes throws(StoreFault) in
            guard try caller.account(writes) != nil else {
                return Mutation(nil, caller.event(.userLogout, .denied, status: 401))
            }
            let end = try self.sessionEnd(request.scope, of: caller, writes, at: now)
            return Mutation(try writes.end(end), caller.event(.userLogout, .success, status: 204))
        }
        guard let ended else { throw .ended }
        self.revocations.insert(ended)
        return .done
    }

    /// The sessions of a scope; tokens without a session count as one session of their own.
    private func sessionEnd(
        _ scope: LogoutRequest.Scope,
        of caller: Caller,
        _ reads: any AccountsReads,
        at now: Int64
    ) throws(StoreFault) -> SessionEnd {
        let all = try reads.sessions(of: caller.user).map(\.id)
        return switch scope {
        case .this:
            self.end([caller.session].compactMap(\.self), subject: caller.session == nil ? caller.user : nil, at: now)
        case .others:
            self.end(
                all.filter { $0 != caller.session },
                subject: caller.session == nil ? nil : caller.user,
                at: now
            )
        case .all:
            self.end(all, subject: caller.user, at: now)
        }
    }

    /// Lists the caller's sessions, the newest first.
    func sessions(_ caller: Caller) async throws(Rejection) -> LocalAnswer {
        let now = self.clock()
        let sessions: [Session]? = try await self.read { reads throws(StoreFault) in
            guard try caller.account(reads) != nil else { return nil }
            return try reads.sessions(of: caller.user).filter { $0.expiresAt > now }
        }
        guard let sessions else { throw .ended }
        return .json { writer in
            writer.array { list in
                for session in sessions.reversed() {
                    session.write(to: &list, isCurrent: session.id == caller.session)
                }
            }
        }
    }

    /// Ends one of the caller's sessions; what is not the caller's is not there.
    func endSession(_ caller: Caller) async throws(Rejection) -> LocalAnswer {
        let now = self.clock()
        let wanted = Identifier(caller.call.parameter)
        let outcome: EndOutcome = try await self.mutate { writes throws(StoreFault) in
            guard try caller.account(writes) != nil else {
                return Mutation(.callerGone, caller.event(.sessionRevoke, .denied, status: 401))
            }
            guard let wanted, try writes.session(wanted)?.userID == caller.user else {
                return Mutation(.absent, caller.event(.sessionRevoke, .failure, status: 404))
            }
            let target = AuditEvent.Party(type: "session", id: wanted.text)
            return Mutation(
                .ended(try writes.end(self.end([wanted], at: now))),
                caller.event(.sessionRevoke, .success, status: 204, target: target)
            )
        }
        switch outcome {
        case .callerGone: throw .ended
        case .absent: throw .refused(.resourceUnknown)
        case .ended(let entries): self.revocations.insert(entries)
        }
        return .done
    }
}

/// What came of ending one session.
private enum EndOutcome: Sendable {
    case callerGone
    case absent
    case ended([Revocations.Entry])
}

extension Session {
    fileprivate func write(to writer: inout JSONWriter, isCurrent: Bool) {
        writer.object { object in
            object.member("id", self.id.text)
            object.member("created_at", Timestamp.text(self.createdAt))
            object.member("last_used_at", Timestamp.text(self.lastUsedAt))
            object.member("client_address", self.clientAddress.isEmpty ? nil : self.clientAddress)
            object.member("user_agent", self.userAgent)
            object.name("current")
            object.bool(isCurrent)
        }
    }
}
