import GatehouseCore

/// A token as identity providers issue them: a dozen claims, about 550 bytes under ES256.
enum TypicalToken {
    static let payload = Forge.payload([
        "sub": "\"248289761001-5a31-4c1e-9f1a\"", "aud": "[\"orders-api\"]", "iat": "\(Forge.now)",
        "nbf": "\(Forge.now)", "jti": "\"f47ac10b-58cc-4372-a567-0e02b2c3d479\"", "client_id": "\"web\"",
        "email": "\"alice@example.com\"", "email_verified": "true", "roles": "[\"admin\",\"user\"]",
        "scope": "\"orders:read orders:write profile\"", "tenant": "\"acme\"",
    ])
    static let claimHeaders = [
        ClaimHeader(name: "X-User-Id", claim: "sub"), ClaimHeader(name: "X-User-Email", claim: "email"),
        ClaimHeader(name: "X-User-Roles", claim: "roles"),
    ]
}
