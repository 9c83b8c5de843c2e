import Foundation
import Testing
import TestSupport

/// Many clients that hammer login, and what that costs everybody else.
@Suite(.blocking, .serialized)
struct LoginFloodTests {
    private static let clients = 64

    @Test(.tags(.slow), .timeLimit(.minutes(5)))
    func `D-07: 64 clients hammering login get 401 or a fair 503 in bounded memory`()
        throws
    {
        let scene = try AccountScene.make {
            $0.sections[0] = AccountsShell.accounts
                .replacing("{ argon2: { memory: 1MiB, iterations: 1 } }", with: "{ concurrency: 2, queue: 8 }")
        }
        try scene.play { scene in
            let client = AccountClient(scene.sidecar)
            let grant = try client.newcomer()
            let before = scene.sidecar.memory
            var flood = try Flood(scene.sidecar, clients: Self.clients)
            let deadline = Deadline(seconds: 120)
            while !flood.isServed, !deadline.hasPassed {
                try flood.send()
                #expect(try client.send("GET /closed/a", token: grant.access).status == 200)
                try flood.read()
            }
            // Two hashes at one time, each of 19 MiB; besides those buffers, sockets and what the allocator keeps.
            let bound = (2 * 19 + 32) * 1024
            #expect(scene.sidecar.peakMemory - before < bound, "\(scene.sidecar.peakMemory - before) KiB")
            #expect(flood.busy > 0 && flood.others.isEmpty, "\(flood.busy) \(flood.others)")
            // Fair: whoever was turned away and came again had its password looked at.
            #expect(flood.isServed)
            #expect(try client.logIn(grant.name).status == 200)
        }
    }

    @Test
    func `D-07: a password over 1024 bytes is refused without a hash`() throws {
        let scene = try AccountScene.make {
            // A hash that takes long enough to be told from none.
            $0.sections[0] = AccountsShell.accounts.replacing(
                "memory: 1MiB, iterations: 1",
                with: "memory: 64MiB, iterations: 4"
            )
        }
        try scene.play { scene in
            let client = AccountClient(scene.sidecar)
            let grant = try client.newcomer()
            let used = scene.sidecar.processorTime
            let long = String(repeating: "long ", count: 1000)
            for _ in 0..<20 {
                #expect(try client.logIn(grant.name, long).status == 401)
                #expect(try client.signUp(AccountClient.name(), ["password": long]).status == 422)
            }
            let forRefused = scene.sidecar.processorTime - used
            for _ in 0..<5 { #expect(try client.logIn(grant.name, "not the right one").status == 401) }
            let forHashed = scene.sidecar.processorTime - used - forRefused
            #expect(forRefused / 40 < forHashed / 5 / 2, "\(forRefused) s for 40, \(forHashed) s for 5")
        }
    }

    /// Clients that log in all at once, again and again, and ignore `Retry-After`.
    private struct Flood {
        /// How often a client was told to come again.
        private(set) var busy = 0
        /// Answers that are neither 401 nor a 503 as it must be.
        private(set) var others: [String] = []
        private let clients: [RawClient]
        private var served: [Int]
        private var asking: [Int] = []

        init(_ sidecar: Sidecar, clients count: Int) throws {
            clients = try (0..<count).map { _ in try sidecar.client(seconds: 60) }
            served = Array(repeating: 0, count: count)
        }

        /// Whether each client has had two passwords looked at.
        var isServed: Bool { served.allSatisfy { $0 >= 2 } }

        /// Sends a login from each client that has not been served yet.
        mutating func send() throws {
            asking = clients.indices.filter { served[$0] < 2 }
            for index in asking {
                // Each guesses at a name of its own, or the delay after many failures would answer.
                let body = try AccountClient.object(["username": AccountClient.name(), "password": "not the right one"])
                try clients[index].send(
                    "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
                )
            }
        }

        /// Reads the answers.
        mutating func read() throws {
            for index in asking {
                let answer = try clients[index].answer()
                switch (answer.status, answer.code) {
                case (401, "invalid_credentials"): served[index] += 1
                case (503, "accounts_busy") where (answer["Retry-After"].flatMap { Int($0) } ?? 0) > 0: busy += 1
                default: others.append("\(answer.status) \(answer.text)")
                }
            }
        }
    }
}
