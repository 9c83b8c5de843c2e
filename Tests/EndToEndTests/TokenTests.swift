import Foundation
import Testing
import TestSupport

/// Tokens that must be refused, end to end; the whole tables run against the verifier itself.
@Suite(.scene { try Signers.scene() })
struct TokenTests {
    @Test
    func `a token of every trusted key is accepted`() throws {
        let scene = try Scene.running()
        let signers = try Signers.shared()
        for signer in [scene.signer, signers.rsa, signers.elliptic, signers.edwards, signers.probabilistic] {
            let token = try signer.token()
            #expect(try scene.ask(token: token).status == 200, "\(signer.algorithm)")
            #expect(try scene.ask(token: token).status == 200, "\(signer.algorithm) from the cache")
        }
    }

    @Test(arguments: unsigned)
    func `T-01: no spelling of "none" is ever verified`(_ row: TokenRow) throws {
        try Scene.running().expectRejected(row)
    }

    private static let unsigned =
        [
            "\"none\"", "\"None\"", "\"NONE\"", "\"nOnE\"", "\"\"", "1", "[\"HS256\"]", "null", "\"hs256\"",
            "\"HS256 \"", "{}",
        ].flatMap { name in
            [
                TokenRow("alg \(name) with a signature", header: ["alg": name]),
                TokenRow("alg \(name) without one") { scene, _ in
                    let token = try scene.signer.token(header: ["alg": name])
                    return token.prefix(through: token.lastIndex(of: ".") ?? token.startIndex).description
                },
            ]
        } + [
            TokenRow("alg missing", header: ["alg": ""]),
            TokenRow("T-26: no signature and no last dot") { scene, _ in
                let token = try scene.signer.token()
                return token.prefix(upTo: token.lastIndex(of: ".") ?? token.startIndex).description
            },
        ]

    @Test(arguments: confused)
    func `T-02: the public key of an asymmetric issuer is no HMAC secret`(_ row: TokenRow) throws {
        try Scene.running().expectRejected(row)
    }

    private static let confused = ["rsa", "elliptic", "edwards"].flatMap { kind in
        ["pem", "pem without last LF", "der"].map { form in
            TokenRow("\(kind) as \(form)") { _, signers in
                let signer = kind == "rsa" ? signers.rsa : kind == "elliptic" ? signers.elliptic : signers.edwards
                let pem = Array(Scratch.text(at: signer.keyFile).utf8)
                let body = Scratch.text(at: signer.keyFile).split(separator: "\n").filter { !$0.hasPrefix("-") }
                    .joined()
                let key =
                    form == "pem" ? pem : form == "der" ? Array(Data(base64Encoded: body) ?? Data()) : pem.dropLast()
                let payload = #"{"iss":"\#(signer.issuer)","aud":"orders","sub":"evil","exp":\#(seconds(600))}"#
                let input =
                    TokenSigner.base64URL(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8)) + "."
                    + TokenSigner.base64URL(Array(payload.utf8))
                let code = try TokenSigner.authenticationCode(of: Array(input.utf8), key: key)
                return input + "." + TokenSigner.base64URL(code)
            }
        }
    }

    @Test(arguments: [
        TokenRow("key of another issuer") { _, signers in
            try signers.elliptic.token(["iss": "\"https://rs.test/\""], header: ["alg": "\"RS256\""])
        },
        TokenRow("unknown key under a trusted name") { _, signers in try signers.attacker.token() },
        TokenRow("embedded jwk") { _, signers in
            try signers.attacker.token(header: ["jwk": #"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#])
        },
        TokenRow("embedded jwk, trusted signature") { scene, _ in
            try scene.signer.token(header: ["jwk": #"{"kty":"oct","k":"AA"}"#])
        },
        TokenRow("crit", header: ["crit": "[\"exp\"]"]), TokenRow("empty crit", header: ["crit": "[]"]),
        TokenRow("b64 false", header: ["b64": "false"]), TokenRow("other typ", header: ["typ": "\"dpop+jwt\""]),
        TokenRow("compressed", header: ["zip": "\"DEF\""]), TokenRow("kid a number", header: ["kid": "7"]),
    ])
    func `T-06, T-22, T-24, T-28, T-39: a foreign key, an embedded key, an extension or another type is refused`(
        _ row: TokenRow
    ) throws {
        try Scene.running().expectRejected(row)
    }

    @Test(arguments: ["jku", "x5u"])
    func `T-07: a key address in the header is refused and nobody is asked`(_ member: String) throws {
        let trap = try EchoUpstream.start()
        defer { trap.stop() }
        let scene = try Scene.running()
        let signers = try Signers.shared()
        for signer in [scene.signer, signers.attacker] {
            for address in [
                "http://127.0.0.1:\(trap.port)/jwks", "file:///etc/hostname",
                "http://127.0.0.1:\(scene.sidecar.port)/open/jwks",
            ] {
                try scene.expectRejected(
                    TokenRow(member) { _, _ in try signer.token(header: [member: "\"\(address)\""]) }
                )
            }
        }
        #expect(trap.connectionCount == 0)
        #expect(!scene.upstream.saw("/open/jwks"))
    }

    @Test
    func `T-07: a certificate chain is refused, a thumbprint is ignored`() throws {
        let scene = try Scene.running()
        try scene.expectRejected(TokenRow("x5c", header: ["x5c": "[\"AA==\"]"]))
        #expect(
            try scene.ask(token: scene.signer.token(header: ["x5t": "\"AA\"", "x5t#S256": "\"AA\""])).status == 200
        )
    }

    @Test(arguments: ["../../dev/null", "' OR 1=1--", "a", String(repeating: "k", count: 3000)])
    func `T-08: a key id is ignored by an issuer whose key has no name`(_ identifier: String) throws {
        let scene = try Scene.running()
        #expect(try scene.ask(token: scene.signer.token(header: ["kid": "\"\(identifier)\""])).status == 200)
    }

    @Test(arguments: spellings)
    func `T-30: base64url of any other spelling is refused`(_ row: TokenRow) throws {
        try Scene.running().expectRejected(row)
    }

    private static let spellings =
        ["=", "+", "/", "\u{E9}", "*"].flatMap { extra in
            (0..<3).map { part in
                TokenRow("\(extra.debugDescription) in part \(part)") { scene, _ in
                    var parts = try scene.signer.token().split(separator: ".").map(String.init)
                    parts[part] += extra
                    return parts.joined(separator: ".")
                }
            }
        } + [
            TokenRow("one dot more") { scene, _ in try scene.signer.token() + "." },
            TokenRow("four parts") { scene, _ in try scene.signer.token() + ".AA" },
            TokenRow("a leading dot") { scene, _ in try "." + scene.signer.token() },
            TokenRow("empty payload") { scene, _ in
                try scene.signer.sign(input: TokenSigner.base64URL(Array(#"{"alg":"HS256"}"#.utf8)) + ".")
            },
            TokenRow("dots only") { _, _ in String(repeating: ".", count: 5000) },
            TokenRow("over 8 KiB", claims: ["pad": "\"" + String(repeating: "p", count: 9000) + "\""]),
        ]

    @Test
    func `T-31: a signature with unused bits set is refused`() throws {
        try Scene.running().expectRejected(
            TokenRow("unused bits") { scene, _ in
                // 32 bytes end in a character with two unused bits; its successor in the alphabet decodes alike.
                var characters = Array(try scene.signer.token().utf8)
                guard let last = characters.popLast() else { return "" }
                return String(decoding: characters + [last == 0x38 ? 0x39 : last &+ 1], as: UTF8.self)
            }
        )
    }

    @Test(arguments: duplicates)
    func `T-32: a repeated member is refused, whatever its spelling and depth`(_ row: TokenRow) throws {
        try Scene.running().expectRejected(row)
    }

    private static let duplicates = [
        ("alg twice", #"{"alg":"HS256","alg":"HS256"}"#, #""sub":"a""#), ("sub twice", header, #""sub":"a","sub":"b""#),
        ("escaped spelling", header, #""sub":"a","s\u0075b":"b""#), ("nested", header, #""sub":"a","x":{"y":1,"y":2}"#),
        ("typ twice", #"{"alg":"HS256","typ":"JWT","typ":"JWT"}"#, #""sub":"a""#),
        ("trailing comma", header, #""sub":"a","#),
        ("nested too deep", header, #""x":"# + String(repeating: "[", count: 40) + String(repeating: "]", count: 40)),
        ("payload is an array", header, ""),
    ].map { name, header, members in
        TokenRow(name) { scene, _ in
            let rest = #""iss":"\#(scene.signer.issuer)","aud":"orders","exp":\#(seconds(600))"#
            let payload =
                members.isEmpty ? "[]" : members.hasSuffix(",") ? "{\(rest),\(members)}" : "{\(members),\(rest)}"
            return try scene.signer.sign(header: header, payload: payload)
        }
    }

    private static let header = #"{"alg":"HS256"}"#
}
