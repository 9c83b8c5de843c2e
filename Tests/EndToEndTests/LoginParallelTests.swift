import Testing
import TestSupport

/// Guesses that come all at once.
@Suite(
    .scene {
        try AccountScene.make {
            $0.sections.removeAll { $0.hasPrefix("rate_limits:") }
            $0.sections.append("rate_limits: { failures: { requests: 10, per: 1h } }")
        }
    }
)
struct LoginParallelTests {
    @Test
    func `D-07: guesses that come at one time are all counted, and good logins give their failure back`() throws {
        let client = try AccountClient.running()
        let name = AccountClient.name()
        _ = try AccountGrant(client.signUp(name), status: 201)
        for _ in 0..<15 { #expect(try client.logIn(name).status == 200) }
        // Each on a connection of its own; all are sent before any is answered.
        let guesses = try (0..<40).map { _ in try client.sidecar.client(seconds: 60) }
        for guess in guesses {
            let body = try AccountClient.object(["username": AccountClient.name(), "password": "not the right one"])
            try guess.send(
                "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
        }
        let statuses = try guesses.map { try $0.answer().status }
        #expect(statuses.count { $0 == 401 } == 10 && statuses.count { $0 == 429 } == 30, "\(statuses)")
        #expect(try client.logIn(name).status == 429)
    }
}
