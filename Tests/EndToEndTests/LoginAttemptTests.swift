import Testing
import TestSupport

/// One password on many accounts (security A-07).
@Suite(
    .scene {
        try AccountScene.make { $0.sections.append("trusted_proxies: [127.0.0.0/8]") }
    }
)
struct LoginAttemptTests {
    @Test
    func `A-07: one password tried on many accounts from many addresses shows in the rate of failures`() throws {
        let client = try AccountClient.running()
        let before = try failures(client)
        for index in 0..<12 {
            let fields = ["X-Forwarded-For: 198.51.100.\(index + 1)"]
            #expect(try client.logIn(AccountClient.name(), "one password for all", fields).status == 401)
        }
        #expect(try failures(client) == before + 12)
    }

    private func failures(_ client: AccountClient) throws -> Int {
        let page = try client.sidecar.admin("/metrics").text
        let lead = #"gatehouse_login_attempts_total{result="failure"} "#
        let line = try #require(page.split(separator: "\n").first { $0.hasPrefix(lead) })
        return try #require(Int(line.dropFirst(lead.count)))
    }
}
