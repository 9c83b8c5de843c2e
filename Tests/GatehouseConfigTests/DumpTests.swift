import Foundation
import GatehouseConfig
import Testing

@Suite struct DumpTests {
    @Test func `a dump is a configuration that says the same`() throws {
        let folder = try Example.folder()
        let dump = try #require(folder.read(try Example.text()).dump)
        let again = folder.read(dump.yaml(origins: false))
        #expect(again.diagnostics.map(\.rendered) == [])
        #expect(again.dump?.yaml(origins: false) == dump.yaml(origins: false))
        #expect(folder.read(dump.yaml(origins: true)).dump?.json(origins: false) == dump.json(origins: false))
    }

    @Test func `JSON is one document with the same values, and origins beside them`() throws {
        let folder = try ConfigurationFolder()
        let extra = "limits: { connections: \"${MANY}\" }\nsecurity_headers: { x_frame_options: null }"
        let result = folder.read(SmallConfiguration.text(extra: extra), environment: ["MANY": "77"])
        let dump = try #require(result.dump)
        let plain = try #require(Self.object(dump.json(origins: false)) as? [String: Any])
        #expect((plain["limits"] as? [String: Any])?["connections"] as? Int == 77)
        #expect((plain["limits"] as? [String: Any])?["header_timeout"] as? String == "10s")
        #expect((plain["security_headers"] as? [String: Any])?["x_frame_options"] is NSNull)
        #expect((plain["tokens"] as? [String: Any])?["forward_token"] as? Bool == false)
        let both = try #require(Self.object(dump.json(origins: true)) as? [String: Any])
        #expect((both["settings"] as? NSDictionary) == (plain as NSDictionary))
        let origins = try #require(both["origins"] as? [String: String])
        #expect(origins["limits.connections"] == "proxy.conf:16 (environment MANY)")
        #expect(origins["limits.header_timeout"] == "default")
        #expect(origins["listeners[0].tls.certificate"] == "proxy.conf:5")
        #expect(origins["tokens.issuers[0].algorithms"] == "default")
    }

    @Test func `a secret is never in a dump`() throws {
        let folder = try ConfigurationFolder()
        let secret = ConfigurationFolder.secretText(9)
        let text = SmallConfiguration.text(mode: "development", issuer: "secret: \"${KEY}\"")
        let dump = try #require(folder.read(text, environment: ["KEY": secret]).dump)
        for shown in [dump.yaml(origins: true), dump.json(origins: true), "\(dump)"] {
            #expect(!shown.contains(secret))
        }
        #expect(dump.yaml(origins: true).contains("secret: \"<redacted>\"  # proxy.conf:13 (environment KEY)"))
        #expect(dump.json(origins: false).contains("\"secret\":\"<redacted>\""))
    }

    @Test func `values that YAML would take for something else are quoted`() throws {
        let folder = try ConfigurationFolder()
        let names = [
            "null", "~", "true", "no", "12", "1.5", "a: b", "a #b", " a", "- a", "[a]", "a,b", "${x}", "é", "%",
        ]
        for name in names {
            let quoted = String(decoding: try JSONEncoder().encode(name), as: UTF8.self)
                .replacingOccurrences(of: "${", with: "$${")
            let text = SmallConfiguration.text(route: "{ name: \(quoted), path: /a }")
            let first = folder.read(text)
            #expect(first.settings?.routes.first?.name == name)
            let again = folder.read(first.dump?.yaml(origins: true) ?? "")
            #expect(again.settings?.routes.first?.name == name)
        }
    }

    private static func object(_ text: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(text.utf8))
    }
}
