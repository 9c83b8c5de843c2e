import Foundation
import Glibc
import Synchronization
import Testing
import TestSupport

/// SIGTERM and SIGHUP.
@Suite(.blocking)
struct ShutdownTests {
    @Test
    func
        `SIGTERM: readiness fails, new work is served for the drain delay, then busy connections end after their answer`()
        throws
    {
        let scene = try Scene(
            { $0.limits = ["drain_delay": "1s", "drain_timeout": "10s"] },
            script: Self.waiting
        )
        defer { scene.upstream.stop() }
        let busy = try scene.sidecar.client(seconds: 10)
        try busy.send("GET /open/wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let idle = try scene.sidecar.client()
        try idle.send("GET /open/idle HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try idle.answer().status == 200)
        try wait(for: "the busy request") { scene.upstream.events.contains("waiting") }
        scene.sidecar.signal(SIGTERM)
        try wait(for: "readiness to fail", seconds: 3) { try scene.sidecar.admin("/readyz").status == 503 }
        #expect(try scene.sidecar.admin("/livez").status == 200)
        #expect(try scene.sidecar.ask("GET /open/during-delay").status == 200)
        #expect(idle.ending(within: 4) == (.closed, []))
        try wait(for: "new connections to be refused") { (try? Socket.connect(port: scene.sidecar.port)) == nil }
        #expect(try scene.sidecar.admin("/readyz").status == 503, "the admin listener did not stay to the end")
        scene.upstream.note("go on")
        let answer = try busy.answer()
        #expect(answer.status == 200 && answer.closes)
        #expect(busy.ending().0 == .closed)
        #expect(try scene.sidecar.process.waitUntilExit(seconds: 6) == .exited(0))
        #expect(scene.sidecar.records.contains { $0["path"]?.string == "/open/wait" }, "the last record was lost")
    }

    @Test
    func `SIGTERM: scrapes to the last moment neither hang nor end the process early`() throws {
        for _ in 0..<5 {
            let scene = try Scene({ $0.limits = ["drain_delay": "0s", "drain_timeout": "1s"] }, script: Self.waiting)
            defer { scene.upstream.stop() }
            let sidecar = scene.sidecar
            let port = sidecar.adminPort
            let running = Countdown(4)
            for _ in 0..<4 {
                Thread.detachNewThread {
                    while let client = try? RawClient(port: port, seconds: 10) {
                        try? client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                        _ = client.ending(within: 10)
                    }
                    running.count()
                }
            }
            sidecar.signal(SIGTERM)
            #expect(try sidecar.process.waitUntilExit(seconds: 30) == .exited(0))
            try wait(for: "the scrapers to notice", seconds: 60) { running.isOver }
        }
    }

    @Test
    func `SIGTERM: what still runs at the deadline is ended, and the process exits 0`() throws {
        let scene = try Scene({ $0.limits = ["drain_delay": "50ms", "drain_timeout": "1s"] }, script: Self.waiting)
        defer { scene.upstream.stop() }
        let busy = try scene.sidecar.client(seconds: 10)
        try busy.send("GET /open/wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try wait(for: "the busy request") { scene.upstream.events.contains("waiting") }
        let start = ContinuousClock.now
        scene.sidecar.signal(SIGTERM)
        let (ending, bytes) = busy.ending(within: 8)
        #expect(ending != .stillOpen)
        #expect(bytes.isEmpty || Wire.text(bytes).hasPrefix("HTTP/1.1 503 "))
        if !bytes.isEmpty { #expect(Wire.text(bytes).contains("\"draining\"")) }
        #expect(try scene.sidecar.process.waitUntilExit(seconds: 8) == .exited(0))
        #expect(start.duration(to: .now) < .seconds(6))
    }

    @Test
    func `SIGTERM: a long download that ends before the deadline arrives whole`() throws {
        let scene = try Scene(
            { $0.limits = ["drain_delay": "50ms", "drain_timeout": "20s"] },
            script: Application.script
        )
        defer { scene.upstream.stop() }
        let client = try scene.sidecar.client(seconds: 20)
        try client.send("GET /open/large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try client.head().status == 200)
        scene.sidecar.signal(SIGTERM)
        var count = 0
        while count < Application.largeSize {
            let bytes = try client.some()
            guard !bytes.isEmpty else { break }
            count += bytes.count
        }
        #expect(count == Application.largeSize)
        #expect(client.ending().0 == .closed)
        #expect(try scene.sidecar.process.waitUntilExit(seconds: 10) == .exited(0))
    }

    @Test
    func `SIGTERM: connections in use lose no request`() throws {
        let scene = try Scene({ $0.limits = ["drain_delay": "500ms", "drain_timeout": "10s"] })
        defer { scene.upstream.stop() }
        var clients = try (0..<12).map { _ in try scene.sidecar.client() }
        let start = ContinuousClock.now
        var isSignalled = false
        var lost: [String] = []
        while !clients.isEmpty, start.duration(to: .now) < .seconds(10) {
            if !isSignalled, start.duration(to: .now) > .milliseconds(200) {
                scene.sidecar.signal(SIGTERM)
                isSignalled = true
            }
            clients = clients.filter { client in
                client.sendAsFarAsTaken(Wire.bytes("GET /open/busy HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                do {
                    let answer = try client.answer()
                    if answer.status != 200 { lost.append("\(answer.status) \(answer.code ?? "")") }
                    return !answer.closes
                } catch {
                    lost.append("\(error)")
                    return false
                }
            }
        }
        #expect(lost.isEmpty, "connections ended under a request")
        #expect(clients.isEmpty, "a connection was never told to close")
        #expect(try scene.sidecar.process.waitUntilExit(seconds: 6) == .exited(0))
    }

    @Test
    func `SIGHUP does not end the process and drops no connection`() throws {
        try Scene().play { scene in
            let client = try scene.sidecar.client()
            for number in 0..<5 {
                scene.sidecar.signal(SIGHUP)
                try client.send("GET /open/\(number) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try client.answer().status == 200)
            }
            #expect(scene.sidecar.process.status == nil)
        }
    }

    @Test
    func `SIGPIPE does not end the process`() throws {
        try Scene().play { scene in
            scene.sidecar.signal(SIGPIPE)
            try scene.fence()
        }
    }

    @Test
    func `after kill -9 a new process binds the same port at once`() throws {
        let upstream = try EchoUpstream.start()
        defer { upstream.stop() }
        let scratch = try Scratch("killed")
        let ports = [try FreePort.next(), try FreePort.next()]
        let configuration = openConfiguration("http://127.0.0.1:\(upstream.port)")
        let file = try scratch.write("proxy.conf", configuration.text(ports: ports, accessLog: scratch.file("log")))
        var clients: [RawClient] = []
        for _ in 0..<2 {
            let process = try ChildProcess([GatehouseBinary.path(), "serve", "--config", file])
            try wait(for: "the process to serve") {
                (try? Socket.connect(port: ports[0])) != nil || process.status != nil
            }
            #expect(process.status == nil, "\(process.errors)")
            let client = try RawClient(port: ports[0])
            try client.send("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try client.answer().status == 200)
            clients.append(client)
            process.signal(SIGKILL)
            #expect(try process.waitUntilExit() == .killed(SIGKILL))
        }
    }

    @Test
    func `two processes cannot listen on one address: the second is refused with a message`() throws {
        try Scene().play { scene in
            let second = try GatehouseBinary.run(
                ["serve", "--config", scene.sidecar.scratch.file("proxy.conf")],
                seconds: 10
            )
            #expect(second.status != 0)
            #expect(second.errors.contains("\(scene.sidecar.port)"))
            try scene.fence()
        }
    }

    @Sendable
    private static func waiting(_ conversation: Conversation) throws {
        while let request = try conversation.request() {
            if request.target == "/open/wait" {
                conversation.note("waiting")
                try wait(for: "the test to let go", seconds: 15) { conversation.notes.contains("go on") }
            }
            try conversation.answer()
        }
    }
}

/// Counts threads that end.
private final class Countdown: Sendable {
    private let left: Atomic<Int>

    init(_ count: Int) {
        self.left = Atomic(count)
    }

    var isOver: Bool {
        self.left.load(ordering: .relaxed) == 0
    }

    func count() {
        self.left.subtract(1, ordering: .relaxed)
    }
}
