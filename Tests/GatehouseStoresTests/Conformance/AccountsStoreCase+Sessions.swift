import GatehouseAccounts
import GatehouseCore
import Testing

extension AccountsStoreCase {
    static let sessions = [
        AccountsStoreCase("a session and its token are read as they were written") { store in
            let user = try await store.signUp(.named("ada"))
            let first = try await store.begin(user.id, token: 1)
            let second = try await store.begin(user.id, token: 2, at: now + 5000)
            let all = try await store.sessions(of: user.id)
            #expect(all == [first, second])
            let one = try await store.session(first.id)
            #expect(one == first)
            #expect(try await store.token(1) == .of(1, session: first.id, at: now, lifetime: 1_000_000))
            #expect(try await store.token(3) == nil)
        },
        AccountsStoreCase("a rotation marks the parent once, adds the child and moves the session") { store in
            let user = try await store.signUp(.named("ada"))
            let session = try await store.begin(user.id, token: 1)
            let child = RefreshToken.of(2, session: session.id, at: now + 7, lifetime: 50_000_000)
            try await store.change { writes throws(StoreFault) in
                try writes.rotate([UInt8](repeating: 1, count: 32), to: child)
                try writes.rotate([UInt8](repeating: 9, count: 32), to: .of(8, session: session.id, at: 1, lifetime: 1))
            }
            #expect(try await store.token(1)?.usedAt == now + 7)
            #expect(try await store.token(2) == child)
            #expect(try await store.token(8) == nil)
            let moved = try await store.session(session.id)
            #expect(moved?.lastUsedAt == now + 7)
            #expect(moved?.expiresAt == now + 50_000_007)
            #expect(moved?.createdAt == session.createdAt)
        },
        AccountsStoreCase("a session that is deleted takes its tokens along and no others") { store in
            let user = try await store.signUp(.named("ada"))
            let first = try await store.begin(user.id, token: 1)
            let second = try await store.begin(user.id, token: 2)
            try await store.change { writes throws(StoreFault) in try writes.deleteSession(first.id) }
            #expect(try await store.token(1) == nil)
            #expect(try await store.token(2) != nil)
            #expect(try await store.sessions(of: user.id) == [second])
        },
        AccountsStoreCase("A-20 texts of clients that look like SQL are stored to the letter") { store in
            let user = try await store.signUp(.named("ada"))
            for (index, text) in battery.enumerated() {
                let session = Session(
                    id: Identifier(madeAt: now),
                    userID: user.id,
                    createdAt: now,
                    lastUsedAt: now,
                    expiresAt: now,
                    clientAddress: text,
                    userAgent: text
                )
                let token = RefreshToken.of(UInt8(index), session: session.id, at: now, lifetime: 1)
                let key = LoginFailureKey(account: [1], address: text)
                let entry = Revocations.Entry(kind: .subject, id: text, issuedUpTo: 0, until: 1)
                try await store.change { writes throws(StoreFault) in
                    try writes.insert(session, firstToken: token)
                    try writes.countLoginFailure(key, at: now)
                    try writes.insert([entry], at: now)
                }
                #expect(try await store.session(session.id) == session)
                #expect(try await counters(store, key).fromAddress == 1)
                #expect(try await store.revocations(after: Int64(index), limit: 1).map(\.entry) == [entry])
            }
        },
        AccountsStoreCase("what has expired goes, and what has not stays") { store in
            let user = try await store.signUp(.named("ada"))
            try await store.begin(user.id, token: 1, lifetime: 10)
            let later = try await store.begin(user.id, token: 2, lifetime: 11)
            let revocation = Revocations.Entry(kind: .session, id: "s", issuedUpTo: 0, until: now / 1_000_000 + 1)
            try await store.change { writes throws(StoreFault) in try writes.insert([revocation], at: now) }
            try await store.removeExpired(at: now + 10)
            #expect(try await store.token(1) == nil)
            #expect(try await store.sessions(of: user.id) == [later])
            let kept = try await store.revocations(after: 0, limit: 9)
            #expect(kept.count == 1)
            try await store.removeExpired(at: now + 1_000_000)
            let left = try await store.revocations(after: 0, limit: 9)
            #expect(left.isEmpty)
            #expect(try await store.user(user.id) == user)
        },
        AccountsStoreCase("what has expired goes also when it is more than one transaction removes") { store in
            try await store.change { writes throws(StoreFault) in
                let entries = (0..<1203).map {
                    Revocations.Entry(kind: .subject, id: "\($0)", issuedUpTo: 1, until: $0 == 0 ? 9_000_000_000 : 2)
                }
                try writes.insert(entries, at: now)
            }
            try await store.removeExpired(at: now)
            let left = try await store.revocations(after: 0, limit: 9)
            #expect(left.map(\.entry.id) == ["0"])
        },
    ]

    static let revocations = [
        AccountsStoreCase("revocations come in their order, and no number comes twice") { store in
            let entries = (1...3).map {
                Revocations.Entry(kind: $0 == 2 ? .subject : .session, id: "'\($0)", issuedUpTo: Int64($0), until: 5)
            }
            try await store.change { writes throws(StoreFault) in
                try writes.insert([], at: now)
                try writes.insert(entries, at: now)
            }
            let all = try await store.revocations(after: 0, limit: 9)
            #expect(all.map(\.entry) == entries)
            #expect(all.map(\.sequence) == [1, 2, 3])
            let some = try await store.revocations(after: 1, limit: 1)
            #expect(some.map(\.sequence) == [2])
            try await store.removeExpired(at: now)
            try await store.change { writes throws(StoreFault) in try writes.insert([entries[0]], at: now) }
            let next = try await store.revocations(after: 0, limit: 9)
            #expect(next.map(\.sequence) == [4])
        }
    ]

    static let loginFailures = [
        AccountsStoreCase("failures count for the pair and for the account") { store in
            let here = LoginFailureKey(account: [UInt8](repeating: 7, count: 32), address: "192.0.2.1")
            let there = LoginFailureKey(account: here.account, address: "2001:db8::/64")
            let other = LoginFailureKey(account: [UInt8](repeating: 8, count: 32), address: "192.0.2.1")
            try await store.change { writes throws(StoreFault) in
                try writes.countLoginFailure(here, at: 5)
                try writes.countLoginFailure(here, at: 6)
                try writes.countLoginFailure(there, at: 7)
            }
            var expected = LoginFailures(fromAddress: 2, lastFromAddress: 6, overall: 3, lastOverall: 7)
            #expect(try await counters(store, here) == expected)
            expected.fromAddress = 1
            expected.lastFromAddress = 7
            #expect(try await counters(store, there) == expected)
            #expect(try await counters(store, other) == .none)
            try await store.change { writes throws(StoreFault) in
                try writes.countLoginSuccess(here, at: 8)
                try writes.countLoginSuccess(here, at: 9)
            }
            #expect(try await counters(store, here) == .init(isAddressKnown: true))
            #expect(try await counters(store, there) == .none)
            try await store.change { writes throws(StoreFault) in
                try writes.countLoginFailure(here, at: 10)
                try writes.clearLoginFailures(account: here.account)
            }
            #expect(try await counters(store, here) == .init(isAddressKnown: true))
        },
        AccountsStoreCase("failures are forgotten after a day and known addresses after 180") { store in
            let key = LoginFailureKey(account: [UInt8](repeating: 7, count: 32), address: "")
            let day: Int64 = 86_400_000_000
            try await store.change { writes throws(StoreFault) in
                try writes.countLoginSuccess(key, at: now)
                try writes.countLoginFailure(key, at: now)
            }
            try await store.removeExpired(at: now + day - 1)
            #expect(try await counters(store, key).overall == 1)
            try await store.removeExpired(at: now + day)
            #expect(try await counters(store, key) == .init(isAddressKnown: true))
            try await store.removeExpired(at: now + 180 * day)
            #expect(try await counters(store, key) == .none)
        },
    ]

    static let transactions = [
        AccountsStoreCase("a closure that throws has changed nothing") { store in
            let user = try await store.signUp(.named("ada"))
            await #expect(throws: StoreFault.corrupt("on purpose")) {
                try await store.change { writes throws(StoreFault) in
                    try writes.setFullName("Eve", of: user.id, at: 1)
                    guard try writes.user(user.id)?.fullName == "Eve" else { return }
                    throw .corrupt("on purpose")
                }
            }
            #expect(try await store.user(user.id) == user)
        },
        AccountsStoreCase("mutations at the same time come one after the other") { store in
            let key = LoginFailureKey(account: [UInt8](repeating: 1, count: 32), address: "a")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        try await store.change { writes throws(StoreFault) in
                            let before = try writes.loginFailures(key).overall
                            try writes.countLoginFailure(key, at: now)
                            guard try writes.loginFailures(key).overall == before + 1 else { throw .corrupt("mixed") }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await counters(store, key).overall == 40)
        },
    ]

    private static func counters(
        _ store: any AccountsStore,
        _ key: LoginFailureKey
    ) async throws(StoreFault) -> LoginFailures {
        try await store.read { reads throws(StoreFault) in try reads.loginFailures(key) }
    }
}
