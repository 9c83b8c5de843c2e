import Foundation
import GatehouseConfig
import Testing

@Suite struct SecretTests {
    /// Ways to write a secret wrongly; `SECRET` stands for it.
    @Test(arguments: [
        "secret: SECRET",
        "secret: \"SECRET\"",
        "secret: 'SECRET'",
        "secret: |\n        SECRET\n        SECRET",
        "secret: >-\n        SECRET",
        "secret:\n        SECRET",
        "secret: [SECRET]",
        "secret: { value: SECRET }",
        "secret: \"SECRET${\"",
        "secret: \"${SECRET}\"",
        "secret: \"${A SECRET}\"",
        "secret: \"SECRET",
        "secret: \"SECRET\\q\"",
        "secret: \"SECRET\\u0007\"",
        "secret: {SECRET",
        "secret: !!binary SECRET",
        "secret: &anchor SECRET",
        "secrt: SECRET",
        "Secret: SECRET",
        "password: SECRET",
        "secret_: { deeper: [SECRET] }",
        "secret: SECRET\n              secret: SECRET",
        "secret: SECRET\n             algorithms: [HS256]",
        "secret: a\u{7}SECRET",
        "secret: SECRET\n              secret_file: nope",
        "vault: { token: SECRET, key: value }",
    ])
    func `a secret is never shown, however it is written`(line: String) throws {
        let folder = try ConfigurationFolder()
        // Short, so that it is refused, and letters only, so that it may name a variable.
        let secret = "xQzvWkJhGfDsPmNb"
        for mode in ["production", "development"] {
            let text = SmallConfiguration.text(
                mode: mode,
                issuer: line.replacingOccurrences(of: "SECRET", with: secret)
            )
            let result = folder.read(text)
            let said = result.diagnostics.map(\.rendered).joined(separator: "\n")
            #expect(result.settings == nil, "\(said)")
            let isNameOfVariable = line.contains("${SECRET}")
            #expect(!said.contains(secret) || isNameOfVariable, "\(said)")
        }
    }

    /// Ways to write the URL of a store with a password; `SECRET` stands for it.
    @Test(arguments: [
        "redis://u:SECRET@h:99999", "\"redis://u:SECRET@h/x\"", "'redis://:SECRET@h,i'", "redis://u:SECRET@",
        "u:SECRET@h", "redis://u:SECRET", "redis://u:SECRET/x@h", "redis://u:x/SECRET@h", "redis://u:x@SECRET@h",
        "redis://u:SECRET?x@h",
        "redis://u:SECRET%@h", "\"redis://u:SECRET\\x40h\"", "\"redis://u:x@SECRET\\x40h\"", "rediz://u:SECRET@h",
        "postgresql://u:SECRET@h", ">-\n    redis://u:SECRET@h", ">-\n    redis://u:x\n    SECRET@h",
        "\"redis://u:x\n    SECRET@h\"", "[redis://u:SECRET@h]", "{ url: redis://u:SECRET@h }", "redis://SECRET:x@h",
        "redis://u:SECRET@h\n  store: redis://u:SECRET@h", "redis://u:SECRET@h\n timeout: 5ms", "redis://[u:SECRET@h",
        "redis://u:SECRET@h # SECRET redis://u:SECRET@h",
    ])
    func `the password of a store is never shown, however it is written`(url: String) throws {
        let secret = "xQzvWkJhGfDsPmNb"
        let folder = try ConfigurationFolder()
        for key in ["store", "stoer", "storage_url", "store_password"] {
            let lines = "rate_limits:\n  \(key): \(url.replacingOccurrences(of: "SECRET", with: secret))"
            let result = folder.read(SmallConfiguration.text(extra: lines))
            let said = result.diagnostics.map(\.rendered).joined(separator: "\n")
            #expect(result.settings == nil, "\(said)")
            // A comment is no value, and it is shown where nothing says that it is a URL.
            let shown = said.replacingOccurrences(of: "# \(secret)", with: "")
            #expect(!shown.contains(secret), "\(said)")
        }
    }

    @Test func `a variable's value is not shown where it is a secret`() throws {
        let folder = try ConfigurationFolder()
        let text = SmallConfiguration.text(mode: "development", issuer: "secret: \"${KEY}\"")
        let result = folder.read(text, environment: ["KEY": "tooshortvalue"])
        #expect(result.settings == nil)
        #expect(!result.diagnostics.map(\.rendered).joined().contains("tooshortvalue"))
    }

    @Test func `a password in a URL is masked wherever it stands`() throws {
        let result = try ConfigurationFolder().read(
            "version: 1\nproxy: http://user:xQzvWkJhGf@host # postgres://u:xQzvWkJhGf@h/d\n"
        )
        let said = result.diagnostics.map(\.rendered).joined(separator: "\n")
        #expect(said.contains("proxy: http://") && !said.contains("xQzvWkJhGf"))
    }
}
