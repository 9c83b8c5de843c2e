import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import GatehouseEdge

@Suite struct AdminEndpointsTests {
    private let loop = EmbeddedEventLoop()

    @Test(arguments: ["/", "/livez", "/readyz", "/startupz", "/metrics", "/livez?x=1", "/metrics?", "/readyz?verbose"])
    func `every endpoint answers GET and HEAD and nothing else`(target: String) throws {
        let endpoints = AdminEndpoints(.ready([]), loop: self.loop)
        #expect(try endpoints.answer(method: "GET", target: target).wait().status == 200)
        #expect(try endpoints.answer(method: "HEAD", target: target).wait().status == 200)
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "get", ""] {
            let answer = try endpoints.answer(method: method, target: target).wait()
            #expect(answer.status == 405)
            #expect(answer.allow == "GET, HEAD")
        }
    }

    @Test(arguments: ["/nothing", "/livez/", "//livez", "", "?", "http://a/livez", "*", "/metrics/../livez"])
    func `everything else is not found`(target: String) throws {
        let endpoints = AdminEndpoints(.ready([]), loop: self.loop)
        #expect(try endpoints.answer(method: "GET", target: target).wait().status == 404)
    }

    @Test func `readiness names what is missing`() throws {
        let state = LifecycleState(awaiting: ["listener 127.0.0.1:8443", "keys of corporate"])
        var content = AdminContent.ready([])
        content.lifecycle = state
        let endpoints = AdminEndpoints(content, loop: self.loop)
        func ask(_ target: String) throws -> (Int, String) {
            let answer = try endpoints.answer(method: "GET", target: target).wait()
            return (answer.status, String(decoding: answer.content, as: UTF8.self))
        }
        state.meet("listener 127.0.0.1:8443")
        #expect(try ask("/readyz") == (503, "not ready: starting\n[-] keys of corporate\n"))
        #expect(try ask("/startupz") == (503, "starting\n[-] keys of corporate\n"))
        let verbose = "not ready: starting\n[+] listener 127.0.0.1:8443\n[-] keys of corporate\n"
        #expect(try ask("/readyz?verbose") == (503, verbose))
        #expect(try ask("/livez") == (200, "ok\n"))

        state.advance(to: .ready)
        #expect(try ask("/readyz") == (503, "not ready: running\n[-] keys of corporate\n"))
        #expect(try ask("/startupz") == (200, "started\n"))
        state.meet("keys of corporate")
        #expect(try ask("/readyz") == (200, "ready\n"))
        state.advance(to: .draining)
        #expect(try ask("/readyz") == (503, "not ready: draining\n"))
        #expect(try ask("/startupz") == (200, "started\n"))
        #expect(try ask("/livez") == (200, "ok\n"))
    }

    @Test func `a loop that has not run for ten seconds makes the process not live`() throws {
        let workers = [FakeWorker(self.loop), FakeWorker(self.loop)]
        let start = RecordTime.now()
        for worker in workers {
            worker.heartbeat.beat(start)
        }
        let endpoints = AdminEndpoints(.ready(workers.map(\.worker)), loop: self.loop) { start }
        #expect(try endpoints.answer(method: "GET", target: "/livez").wait().status == 200)

        var later = start
        later.monotonicNanoseconds += 12_500_000_000
        workers[0].heartbeat.beat(later)
        let stuck = AdminEndpoints(.ready(workers.map(\.worker)), loop: self.loop) { [later] in later }
        let answer = try stuck.answer(method: "GET", target: "/livez").wait()
        #expect(answer.status == 503)
        #expect(String(decoding: answer.content, as: UTF8.self) == "event loop 1 has not run for 12 s\n")
        #expect(try stuck.answer(method: "GET", target: "/readyz").wait().status == 503)
    }

    @Test func `a scrape adds up what all loops counted`() throws {
        let workers = [FakeWorker(self.loop), FakeWorker(self.loop)]
        let endpoints = AdminEndpoints(.ready(workers.map(\.worker)), loop: self.loop)
        let answer = endpoints.answer(method: "GET", target: "/metrics")
        workers[0].answer(accepted: 3)
        workers[1].answer(accepted: 4)
        self.loop.run()
        let page = try answer.wait()
        #expect(page.contentType == "text/plain; version=0.0.4; charset=utf-8")
        #expect(Self.accepted(page) == "7")
        #expect(Self.value("gatehouse_scrape_loops_missing", page) == "0")
    }

    @Test func `a stuck loop delays a scrape by two seconds and shows its last counts`() throws {
        let workers = [FakeWorker(self.loop), FakeWorker(self.loop)]
        let endpoints = AdminEndpoints(.ready(workers.map(\.worker)), loop: self.loop)
        let first = endpoints.answer(method: "GET", target: "/metrics")
        workers[0].answer(accepted: 3)
        workers[1].answer(accepted: 4)
        #expect(Self.accepted(try first.wait()) == "7")

        let second = endpoints.answer(method: "GET", target: "/metrics")
        let joined = endpoints.answer(method: "GET", target: "/metrics")
        workers[0].answer(accepted: 5)
        let isEarly = Mutex(false)
        second.whenComplete { _ in isEarly.withLock { $0 = true } }
        self.loop.advanceTime(by: .milliseconds(1999))
        #expect(isEarly.withLock { $0 } == false)
        self.loop.advanceTime(by: .milliseconds(1))
        let page = try second.wait()
        #expect(Self.accepted(page) == "9")
        #expect(Self.value("gatehouse_scrape_loops_missing", page) == "1")
        #expect(Self.accepted(try joined.wait()) == "9")

        // The stuck loop is not asked again before it has answered.
        let third = endpoints.answer(method: "GET", target: "/metrics")
        #expect(workers[1].waiting == 1)
        workers[0].answer(accepted: 6)
        workers[1].answer(accepted: 8)
        #expect(Self.accepted(try third.wait()) == "14")
    }

    @Test func `a loop that has gone is missing, not waited for`() throws {
        let worker = FakeWorker(self.loop)
        let endpoints = AdminEndpoints(.ready([worker.worker]), loop: self.loop)
        let answer = endpoints.answer(method: "GET", target: "/metrics")
        worker.fail()
        let page = try answer.wait()
        #expect(Self.value("gatehouse_scrape_loops_missing", page) == "1")
        #expect(Self.accepted(page) == "0")
    }

    private static func accepted(_ page: AdminAnswer) -> String? {
        self.value("gatehouse_connections_accepted_total", page)
    }

    private static func value(_ name: String, _ page: AdminAnswer) -> String? {
        String(decoding: page.content, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix(name + " ") }
            .map { String($0.dropFirst(name.count + 1)) }
    }
}
