import FuzzDriver
import GatehouseCore
import GatehouseCrypto

/// Tokens: inputs as they are, and inputs as header and payload that are signed first, so that the later stages are reached.
///
/// An input holds the header's text, a NUL and the payload's text; one without a NUL is a whole token.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe input(pointer, count)
    guard let world = World.shared else { return 0 }
    guard let border = bytes.firstIndex(of: 0) else {
        promise(world.verify(bytes) == nil, "nobody but us signs")
        return 0
    }
    let message =
        Base64URL.encode(Array(bytes[..<border])) + [0x2E] + Base64URL.encode(Array(bytes[(border + 1)...]))
    guard let signature = try? world.key.sign(message, algorithm: .hs256) else { return 0 }
    guard let token = world.verify(message + [0x2E] + Base64URL.encode(signature)) else { return 0 }
    promise(token.isCurrent(at: World.now), "an accepted token is current")
    for field in token.identity.fields {
        let value = token.identity.bytes[field.valueRange]
        promise(value.allSatisfy { (0x20...0x7E).contains($0) }, "claim headers are visible ASCII")
    }
    return 0
}

private struct World: Sendable {
    static let now: Int64 = 1_800_000_000
    static let shared = World()

    let key: SigningKey
    let verifier: TokenVerifier

    init?() {
        do throws(KeyFlaw) {
            let secret = Array("a secret that is known to the fuzzer and to nobody else".utf8)
            self.key = try SigningKey.hmac(secret: Secret(secret))
            let issuer = TokenIssuer(
                name: "fuzz",
                issuer: "i",
                audiences: ["a"],
                algorithms: [.hs256],
                keys: .single(try VerificationKey.hmac(secret: Secret(secret)))
            )
            let headers = ["sub", "roles", "email"].map { ClaimHeader(name: "X-\($0)", claim: $0) }
            self.verifier = TokenVerifier(issuers: [issuer], leewaySeconds: 60, claimHeaders: headers, generation: 1)
        } catch {
            return nil
        }
    }

    func verify(_ token: [UInt8]) -> VerifiedToken? {
        try? self.verifier.verify(token.span, now: World.now)
    }
}

/// Where the program begins.
@_cdecl("FuzzToken_main")
public func entry(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    unsafe fuzz(count, arguments, fuzzOne)
}
