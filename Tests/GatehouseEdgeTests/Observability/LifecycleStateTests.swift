import Testing

@testable import GatehouseEdge

@Suite struct LifecycleStateTests {
    @Test func `the process is ready when it was declared ready and misses nothing`() {
        let state = LifecycleState(awaiting: ["listener", "keys"])
        #expect(state.report.missing == ["listener", "keys"])
        #expect(!state.report.isReady)
        state.advance(to: .ready)
        #expect(!state.report.isReady)
        state.meet("listener")
        state.meet("keys")
        #expect(state.report.isReady)
        state.miss("keys")
        #expect(!state.report.isReady)
        #expect(state.report.missing == ["keys"])
        #expect(state.phase == .ready)
        state.miss("upstream")
        #expect(state.report.missing == ["keys", "upstream"])
    }

    @Test func `phases only go forward, and each is entered once`() {
        let state = LifecycleState()
        for phase in LifecycleState.Phase.allCases.dropFirst() {
            #expect(state.advance(to: phase))
            #expect(!state.advance(to: phase))
            #expect(state.phase == phase)
        }
        #expect(!state.advance(to: .ready))
        #expect(state.phase == .stopped)
    }

    @Test func `one of many that ask for the end at once begins it`() async {
        let state = LifecycleState()
        let winners = await withTaskGroup { group in
            for _ in 0..<50 {
                group.addTask { state.advance(to: .draining) ? 1 : 0 }
            }
            return await group.reduce(0, +)
        }
        #expect(winners == 1)
    }

    @Test func `a heart that does not beat grows old`() {
        let start = RecordTime(wallMilliseconds: 0, monotonicNanoseconds: 100)
        let heartbeat = LoopHeartbeat(now: start)
        #expect(heartbeat.age(RecordTime(wallMilliseconds: 0, monotonicNanoseconds: 150)) == 50)
        heartbeat.beat(RecordTime(wallMilliseconds: 0, monotonicNanoseconds: 140))
        #expect(heartbeat.age(RecordTime(wallMilliseconds: 0, monotonicNanoseconds: 150)) == 10)
        #expect(heartbeat.age(start) == 0)
    }
}
