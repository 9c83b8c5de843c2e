import GatehouseCore
import Synchronization
import Testing

@testable import GatehouseAccounts

@Suite struct RevocationFollowerTests {
    @Test func `another process obeys what was ended before and after its start, and survives a store that is away`()
        async throws
    {
        let world = try World()
        let members = [
            try await world.signUp("first"), try await world.signUp("second"), try await world.signUp("third"),
        ]
        #expect(try await world.send(.logout, as: members[0].token).status == 204)
        let other = Revocations()
        let reports = Mutex<[StoreFault?]>([])
        let follower = RevocationFollower(
            store: world.store,
            revocations: other,
            clock: { world.now },
            interval: .milliseconds(1),
            report: { fault in reports.withLock { $0.append(fault) } }
        )
        let task = Task { await follower.run() }
        defer { task.cancel() }
        try await poll { other.includes(members[0].token) }
        #expect(!other.includes(members[1].token))
        #expect(try await world.send(.logout, as: members[1].token).status == 204)
        try await poll { other.includes(members[1].token) }
        world.store.fail(with: nil, reads: .unavailable("gone"))
        try await poll { reports.withLock { $0.count } == 1 }
        world.store.fail(with: nil)
        #expect(try await world.send(.logout, as: members[2].token).status == 204)
        try await poll { other.includes(members[2].token) }
        #expect(reports.withLock { $0 } == [.unavailable("gone"), nil])
        task.cancel()
        await task.value
    }

    @Test func `many rows are read in pages, and expired ones left out`() async throws {
        let world = try World()
        let now = world.now / 1_000_000
        world.store.edit { state in
            for index in 1...2500 {
                let until = index % 2 == 0 ? now : now + 100
                let entry = Revocations.Entry(kind: .session, id: "s\(index)", issuedUpTo: now, until: until)
                state.revocations.append(StoredRevocation(sequence: Int64(index), entry: entry))
            }
        }
        let other = Revocations()
        let follower = RevocationFollower(
            store: world.store,
            revocations: other,
            clock: { world.now },
            report: { _ in }
        )
        #expect(try await follower.follow(after: 0) == 2500)
        #expect(try await follower.follow(after: 2500) == 2500)
    }

    @Test func `a database that begins to count anew is read from its beginning`() async throws {
        let world = try World()
        let member = try await world.signUp()
        let other = Revocations()
        let follower = RevocationFollower(
            store: world.store,
            revocations: other,
            clock: { world.now },
            report: { _ in }
        )
        #expect(try await world.send(.logout, as: member.token).status == 204)
        #expect(try await follower.follow(after: 4711) == 1)
        #expect(other.includes(member.token))
    }

    @Test func `what ended is remembered for longer than its tokens live`() async throws {
        let world = try World()
        let member = try await world.signUp()
        _ = try await world.commands.revokeSessions(member.id)
        let now = world.now / 1_000_000
        let entries = world.store.state.revocations.map(\.entry)
        #expect(entries.map(\.kind) == [.session, .subject])
        let lives: [Int64] = entries.map { $0.until - now }
        #expect(lives == [1020, MintedTokens.longestSeconds + 120])
        #expect(entries.allSatisfy { $0.issuedUpTo == now })
    }

    @Test func `upkeep forgets what has run out`() async throws {
        let world = try World()
        let member = try await world.signUp()
        #expect(try await world.send(.logout, as: member.token).status == 204)
        let upkeep = AccountsUpkeep(store: world.store, revocations: world.revocations, clock: { world.now })
        await upkeep.round()
        #expect(world.store.state.revocations.count == 1)
        world.wait(seconds: 900 + 60 + 60)
        await upkeep.round()
        #expect(world.store.state.revocations.isEmpty)
    }

    private func poll(_ condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(90)
        while !condition() {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(5))  // house: polling for a condition
        }
    }
}
