import Testing
import TestSupport

/// Guessing one account's password from outside (security A-08).
@Suite(
    .scene {
        try AccountScene.make { $0.sections.append("trusted_proxies: [127.0.0.0/8]") }
    }
)
struct LoginThrottleTests {
    @Test
    func `A-08: a hundred failures slow an outsider, known or unknown the account, and not the victim`()
        throws
    {
        let client = try AccountClient.running()
        let name = AccountClient.name()
        let home = ["X-Forwarded-For: 192.0.2.1"]
        _ = try AccountGrant(client.signUp(name, [:], home), status: 201)
        let known = try failures(of: name, from: "198.51.100.7")
        let unknown = try failures(of: AccountClient.name(), from: "198.51.100.8")
        #expect(known == unknown && (1...100).contains(known), "\(known) \(unknown)")
        let outside = ["X-Forwarded-For: 198.51.100.7"]
        // It doubles with each failure; with eight seconds there is time to ask before it is over.
        try wait(for: "the delay to grow", seconds: 60) {
            let answer = try client.logIn(name, "guess", outside)
            return answer.status == 429 && answer["Retry-After"].flatMap { Int($0) } ?? 0 >= 8
        }
        let delayed = try client.logIn(name, AccountClient.password, outside)
        delayed.expectProblem(429, "quota_exceeded")
        for _ in 0..<3 { #expect(try client.logIn(name, AccountClient.password, home).status == 200) }
        #expect(try AccountsShell(client.sidecar).users("show", name)["status"]?.string == "active")
    }

    @Test
    func `A-08: many addresses together slow strangers for 15 minutes at most, and never the owner`() throws {
        let client = try AccountClient.running()
        let name = AccountClient.name()
        let home = ["X-Forwarded-For: 2001:db8::1"]
        _ = try AccountGrant(client.signUp(name, [:], home), status: 201)
        var delays: [Int] = []
        for index in 0..<130 {
            let answer = try client.logIn(name, "guess \(index)", ["X-Forwarded-For: 203.0.113.\(index)"])
            guard answer.status == 429 else { continue }
            answer.expectProblem(429, "quota_exceeded")
            delays.append(try #require(answer["Retry-After"].flatMap { Int($0) }))
        }
        #expect(!delays.isEmpty && delays.allSatisfy { (1...900).contains($0) }, "\(delays)")
        #expect(try client.logIn(name, AccountClient.password, home).status == 200)
        let sameNetwork = ["X-Forwarded-For: 2001:db8::ffff:1"]
        #expect(try client.logIn(name, AccountClient.password, sameNetwork).status == 200, "one /64 is one place")
    }

    /// How many logins are looked at before one is delayed.
    private func failures(of name: String, from address: String) throws -> Int {
        let client = try AccountClient.running()
        for count in 0...120 {
            let answer = try client.logIn(name, "guess \(count)", ["X-Forwarded-For: \(address)"])
            if answer.status == 429 {
                answer.expectProblem(429, "quota_exceeded")
                #expect((answer["Retry-After"].flatMap { Int($0) } ?? 0) > 0)
                return count
            }
            answer.expectProblem(401, "invalid_credentials", authenticate: Challenge.plain)
        }
        throw SupportFailure("120 failures and no delay")
    }
}
