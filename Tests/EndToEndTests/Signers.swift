import Foundation
import Testing
import TestSupport

/// One signer for each kind of key, each an issuer of its own.
final class Signers: Sendable {
    private static let result = Result { try Signers() }

    let rsa: TokenSigner
    let elliptic: TokenSigner
    let edwards: TokenSigner
    let probabilistic: TokenSigner
    /// Signs with a key that nobody trusts, under the name of the RSA issuer.
    let attacker: TokenSigner

    private init() throws {
        rsa = try TokenSigner(.RS256, issuer: "https://rs.test/")
        elliptic = try TokenSigner(.ES256, issuer: "https://es.test/")
        edwards = try TokenSigner(.EdDSA, issuer: "https://ed.test/")
        probabilistic = try TokenSigner(.PS256, issuer: "https://ps.test/")
        attacker = try TokenSigner(.RS256, issuer: "https://rs.test/")
    }

    /// The signers of this run.
    static func shared() throws -> Signers { try result.get() }

    /// A scene that trusts every signer but the attacker's.
    static func scene() throws -> Scene {
        let signers = try shared()
        return try Scene {
            $0.trust(signers.rsa, name: "rs")
            $0.trust(signers.elliptic, name: "es")
            $0.trust(signers.edwards, name: "ed")
            $0.trust(signers.probabilistic, name: "ps")
        }
    }
}

/// A token and what must come of it.
struct TokenRow: Sendable, CustomTestStringConvertible {
    let name: String
    let make: @Sendable (Scene, Signers) throws -> String

    init(_ name: String, _ make: @escaping @Sendable (Scene, Signers) throws -> String) {
        self.name = name
        self.make = make
    }

    /// A row whose token our own signer makes from changed claims and a changed header.
    init(_ name: String, claims: [String: String] = [:], header: [String: String] = [:]) {
        self.init(name) { scene, _ in try scene.signer.token(claims, header: header) }
    }

    var testDescription: String { name }
}

extension Scene {
    /// Asks a protected route with a credential.
    func ask(token: String) throws -> Answer {
        try sidecar.ask("GET /closed/token", ["Authorization: Bearer \(token)"])
    }

    /// Expects 401 `invalid_token`, and that the application saw nothing and the answer says nothing of the reason.
    func expectRejected(_ row: TokenRow, location: SourceLocation = #_sourceLocation) throws {
        let mark = "t" + String(UInt64.random(in: .min ... .max), radix: 36)
        let token = try row.make(self, .shared())
        LogHygiene.forbid(token)
        let answer = try sidecar.ask("GET /closed/\(mark)", ["Authorization: Bearer \(token)"])
        #expect(answer.status == 401, sourceLocation: location)
        #expect(answer.code == "invalid_token", sourceLocation: location)
        let challenge = answer["WWW-Authenticate"] ?? ""
        #expect(
            challenge.hasPrefix("Bearer ") && challenge.contains("error=\"invalid_token\""),
            sourceLocation: location
        )
        #expect(!answer.text.contains(token.suffix(20)), sourceLocation: location)
        let record = try sidecar.record(path: "/closed/" + mark)
        #expect(record["status"]?.integer == 401 && record["decision"]?.string == "refuse", sourceLocation: location)
        #expect(record["reason"]?.string?.isEmpty == false, sourceLocation: location)
        #expect(!upstream.saw(mark), "a rejected token reached the application", sourceLocation: location)
    }
}

/// The time now in whole seconds, moved by an offset, as JSON text.
func seconds(_ offset: Int) -> String { "\(Int(Date().timeIntervalSince1970) + offset)" }
