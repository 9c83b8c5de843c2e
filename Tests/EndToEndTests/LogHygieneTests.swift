import Testing
import TestSupport

/// No secret stands in a log.
///
/// Every sidecar of the whole suite checks its own logs when it ends; here the check itself is
/// proven, and the kinds of requests that tempt a log are made.
@Suite(.scene { try Scene { $0.tokens = ["leeway: 60s"] } })
struct LogHygieneTests {
    @Test
    func `the check finds each kind of secret that is planted`() {
        LogHygiene.forbid(token: "planted-head.planted-payload.planted-signature")
        let planted = [
            "a planted-head.planted-payload.planted-signature b", "only planted-signature", "Authorization: x",
            "Bearer eyJx",
            "GET /a?hush=1", "x eyJhbGciOi",
        ]
        for text in planted { #expect(!LogHygiene.findings(in: text, named: "a log").isEmpty, "\(text)") }
        #expect(!LogHygiene.findings(in: #"{"path":"/a?b=1"}"#, named: "a log", isAccessLog: true).isEmpty)
        #expect(LogHygiene.findings(in: #"{"path":"/a"}"#, named: "a log", isAccessLog: true).isEmpty)
    }

    @Test
    func `tokens, credentials and queries of good, refused and malformed requests stay out of the logs`() throws {
        let scene = try Scene.running()
        let good = try scene.authorization()
        let bad = "Authorization: Bearer \(try scene.signer.token(["aud": "\"other\""]))"
        LogHygiene.forbid("aHVzaC1wYXNzd29yZA")
        let basic = "Authorization: Basic aHVzaC1wYXNzd29yZA"
        let query = "?\(LogHygiene.queryMarker)1&access_token=x"
        for path in ["/open/h", "/closed/h", "/nowhere", "/open/%zz", "/open//h"] {
            for fields in [[good], [bad], [basic], [good, bad], []] {
                _ = try scene.sidecar.ask(
                    "GET \(path)\(query)",
                    fields + ["Referer: https://x.test/\(query)", "Cookie: session=\(LogHygiene.queryMarker)2"]
                )
            }
        }
        let malformed = [
            "GET /open/h\(query) HTTP/1.1\r\nHost : x\r\n\(good)\r\n\r\n",
            "GET /open/h\(query) HTTP/9.9\r\n\(good)\r\n\r\n",
            "\(good)\r\n\r\n", "GET /open/h\(query) HTTP/1.1\r\n\(good)\u{0}\r\n\r\n",
        ]
        for text in malformed {
            let client = try scene.sidecar.client()
            client.sendAsFarAsTaken(Wire.bytes(text))
            #expect(client.ending().0 != .stillOpen)
        }
        try wait(for: "the records") { scene.sidecar.records.count >= 25 }
        let log = Scratch.text(at: scene.sidecar.scratch.file("access.jsonl"))
        #expect(LogHygiene.findings(in: log, named: "the access log", isAccessLog: true).isEmpty)
        #expect(LogHygiene.findings(in: scene.sidecar.process.errors, named: "standard error").isEmpty)
        let metrics = try scene.sidecar.admin("/metrics").text
        #expect(LogHygiene.findings(in: metrics, named: "the metrics").isEmpty)
    }
}
