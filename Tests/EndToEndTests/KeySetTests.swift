import Foundation
import TestSupport
import Testing

/// Keys of an issuer that come from a file of keys.
@Suite(.blocking)
struct KeySetTests {
    @Test
    func `T-08: in a key set the key id chooses the key, and an unknown one is refused`() throws {
        let first = try TokenSigner(.EdDSA, issuer: "https://set.test/")
        let second = try TokenSigner(.EdDSA, issuer: "https://set.test/")
        let scratch = try Scratch("keys")
        let keys = try [(first, "one"), (second, "two")].map { signer, name in
            #"{"kty":"OKP","crv":"Ed25519","kid":"\#(name)","x":"\#(try publicKey(of: signer))"}"#
        }
        let file = try scratch.write("keys.json", #"{"keys":[\#(keys.joined(separator: ","))]}"#)
        let scene = try Scene {
            $0.issuers.append(
                "{ name: set, issuer: \"https://set.test/\", audience: [orders], algorithms: [EdDSA], jwks_file: \(file) }"
            )
        }
        try scene.play { scene in
            let cases: [(TokenSigner, String, Int)] = [
                (first, "\"one\"", 200), (second, "\"two\"", 200), (first, "\"two\"", 401), (first, "\"three\"", 401),
                (first, "\"../../dev/null\"", 401), (first, "\"one\\u0000\"", 401), (first, "1", 401),
                (first, "\"\"", 401),
                (first, "\"ONE\"", 401), (second, "", 200),
            ]
            for (signer, identifier, status) in cases {
                // Without a key id each key of the algorithm is tried.
                let token = try signer.token(header: ["kid": identifier])
                let answer = try scene.ask(token: token)
                #expect(answer.status == status, "kid \(identifier)")
            }
        }
    }

    @Test(arguments: [
        #"{"keys":[]}"#, "{}", "[]", "", "<html>", #"{"keys":[{"kty":"OKP"}]}"#,
        #"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQ"}]}"#,
    ])
    func `a key set without a usable key is exit 78`(_ text: String) throws {
        let scratch = try Scratch("keys")
        let file = try scratch.write("keys.json", text)
        var configuration = ProxyConfiguration(target: "http://127.0.0.1:9")
        configuration.issuers = ["{ name: set, issuer: s, audience: [orders], jwks_file: \(file) }"]
        let written = try scratch.write("proxy.conf", configuration.text(ports: [20_001, 20_002], accessLog: "stdout"))
        #expect(try GatehouseBinary.run(["check", "--config", written]).status == 78)
    }

    /// The 32 bytes that end the public key's DER form, as base64url.
    private func publicKey(of signer: TokenSigner) throws -> String {
        let body = Scratch.text(at: signer.keyFile).split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
        return TokenSigner.base64URL(Array(try #require(Data(base64Encoded: body)).suffix(32)))
    }
}
