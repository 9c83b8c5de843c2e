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
