import Foundation
import Testing
import TestSupport

/// Planted passwords and tokens, looked for in everything that the program writes or shows.
@Suite(.blocking)
struct AccountCanaryTests {
    @Test
    func `A-29: no password and no token is in logs, metrics, database, arguments or a refusal`()
        throws
    {
        let scene = try AccountScene.make {
            $0.routes.append("{ name: app, path: /app/**, access: authenticated }")
        }
        let client = AccountClient(scene.sidecar)
        var canaries: [String] = []
        var answers: [Answer] = []
        try plant(client, &canaries, &answers)
        try lookAround(scene, canaries)
        for answer in answers {
            let seen = answer.text + answer.fields.map { $0.name + $0.value }.joined()
            for canary in canaries where seen.contains(canary) { Issue.record("an answer \(answer.status) holds one") }
        }
        scene.finish()
        for name in try FileManager.default.contentsOfDirectory(atPath: scene.sidecar.scratch.path) {
            expectNone(canaries, in: scene.sidecar.scratch.file(name), named: name)
        }
    }

    /// Uses every credential well and badly; the answers are those that must not hold one.
    private func plant(_ client: AccountClient, _ canaries: inout [String], _ answers: inout [Answer]) throws {
        func canary(_ kind: String) -> String {
            let text = "\(kind) c4nary \(UInt64.random(in: .min ... .max)) Zq!/+"
            canaries.append(text)
            return text
        }
        let name = AccountClient.name()
        let password = canary("right")
        let grant = try client.newcomer(name, ["password": password])
        let other = try AccountGrant(client.refresh(client.session(of: name, password).refresh))
        canaries += [grant.access, grant.refresh, other.access, other.refresh]
        let next = canary("next")
        let path = "/api/v1/auth/password/change"
        answers += [
            try client.logIn(name, canary("wrong")), try client.logIn(AccountClient.name(), canary("unknown")),
            try client.logIn(canary("as a name"), password),
            try client.signUp(AccountClient.name(), ["password": canary("weak") + "\u{0}"]),
            try client.signUp(AccountClient.name(), ["password": canary("long") + String(repeating: "x", count: 1024)]),
            try client.signUp(name, ["password": canary("taken")]),
            try client.send("POST /api/v1/auth/login", "{\"password\": \"\(canary("broken"))\""),
            try client.send("POST /api/v1/auth/login", ["username": name, "passwort": canary("typo")]),
            try client.send("POST /api/v1/auth/login", ["username": name, canary("as a member"): "x"]),
            try client.refresh(String(grant.refresh.reversed())), try client.refresh(grant.access),
            try client.send("GET /app/a?\(LogHygiene.queryMarker)\(grant.refresh)", token: grant.access),
            try client.send(
                "GET /api/v1/users/me?\(LogHygiene.queryMarker)\(grant.access)",
                fields: ["Referer: http://a/?\(grant.access)"]
            ),
            try client.send("GET /app/a", token: other.access + "x"), try client.me(grant.refresh),
            try client.send(
                "POST " + path,
                ["current_password": canary("not current"), "new_password": next],
                token: grant.access
            ),
            try client.send("POST " + path, ["current_password": password, "new_password": next], token: grant.access),
            try client.refresh(other.refresh),
        ]
        canaries.append(String(grant.refresh.reversed()))
        // What a client puts in as the name of a member comes back in the pointer of its problem; that is no leak.
        answers.removeAll { $0.problems?.contains { $0.contains("as a member") } == true }
        // The echo of the app tells its client what the client sent.
        answers.removeAll { $0.text.contains(#""connection""#) }
    }

    private func lookAround(_ scene: Scene, _ canaries: [String]) throws {
        let process = scene.sidecar.process
        expectNone(canaries, in: Array(try scene.sidecar.admin("/metrics").text.utf8), named: "the metrics")
        expectNone(canaries, in: Array(try scene.sidecar.admin("/readyz").text.utf8), named: "/readyz")
        expectNone(canaries, in: "/proc/\(process.identifier)/cmdline", named: "the arguments")
        expectNone(canaries, in: "/proc/\(process.identifier)/environ", named: "the environment")
        for suffix in ["", "-wal"] {
            expectNone(canaries, in: scene.sidecar.scratch.file("accounts.db" + suffix), named: "the database" + suffix)
        }
        #expect(try scene.sidecar.admin("/metrics").status == 200)
        expectNone(canaries, in: Array((process.errors + process.output).utf8), named: "the messages")
    }

    private func expectNone(_ canaries: [String], in file: String, named name: String) {
        expectNone(canaries, in: Array(FileManager.default.contents(atPath: file) ?? Data()), named: name)
    }

    private func expectNone(_ canaries: [String], in bytes: [UInt8], named name: String) {
        #expect(canaries.count > 12)
        for canary in canaries {
            for form in Self.forms(canary) where Wire.index(of: Array(form.utf8), in: bytes) != nil {
                Issue.record("\(name) holds '\(form.prefix(24))'")
            }
        }
    }

    private static func forms(_ canary: String) -> [String] {
        let percent = canary.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? canary
        // Of the three alignments that base64 has in a longer text the middle, which does not depend on the neighbours.
        let encoded = (0..<3).map { offset in
            let data = Data((String(repeating: " ", count: offset) + canary).utf8)
            return String(data.base64EncodedString().dropFirst(4).dropLast(4))
        }
        return [canary, percent, canary.replacing(" ", with: "+")] + encoded
            + encoded.map { $0.replacing("+", with: "-").replacing("/", with: "_") }
    }
}
