import GatehouseCore
import GatehouseCrypto
import Testing

@testable import GatehouseAccounts

@Suite struct DocumentTests {
    @Test func `the key set verifies, and holds public members only`() async throws {
        let world = try World()
        let reply = try await world.send(.keySet)
        #expect(reply.status == 200)
        #expect(reply.header(.contentType) == "application/json")
        let keys = try #require(reply.object?["keys"]?.array)
        #expect(keys.count == 1)
        #expect(keys.first?.object?.members.map(\.name) == ["kty", "crv", "x", "y", "use", "alg", "kid"])
        #expect(keys.first?.object?["kid"] == .string(world.keys.keyID))
        #expect(world.keys.publicSet.warnings.isEmpty)
        let member = try await world.signUp()
        #expect(member.token.subject == member.user["id"]?.string)
    }

    @Test func `a key's name is its thumbprint, the same for both halves`() throws {
        let key = try SigningKey.generateES256()
        let other = try SigningKey.generateES256()
        let secret = Secret(Random.bytes(32))
        let keys = try AccountsKeys(signing: key, others: [other.verificationKey], refreshSecret: secret)
        let pem = try #require(key.publicPEM)
        #expect(try PublishedKey(VerificationKey.pem(pem)).keyID == keys.keyID)
        #expect(keys.keyID.utf8.count == 43)
        #expect(keys.publicSet.keys.count == 2)
        #expect(throws: KeyFlaw.self) { try PublishedKey(SigningKey.generateEd25519().verificationKey) }
        #expect(throws: KeyFlaw.self) { try AccountsKeys(signing: key, refreshSecret: Secret(Random.bytes(16))) }
    }

    @Test func `the metadata says what is true and nothing else`() async throws {
        let world = try World(scopes: ["user": ["profile"], "admin": ["profile", "orders:read"]])
        let object = try #require(try await world.send(.metadata).object)
        #expect(object["issuer"] == "https://api.example.com")
        #expect(object["jwks_uri"] == "https://api.example.com/.well-known/jwks.json")
        #expect(object["scopes_supported"] == ["profile", "orders:read"])
        #expect(object["grant_types_supported"] == [])
        #expect(object["response_types_supported"] == [])
        #expect(object["token_endpoint"] == nil)
    }

    @Test(
        arguments: [
            ("https://a.example", "https://a.example"), ("https://a.example:8443/x/y", "https://a.example:8443"),
            ("https://a.example/", "https://a.example"), ("x", "x"), ("x:", "x:"),
        ]
    )
    func `the origin of an issuer`(url: String, origin: String) {
        #expect(AccountsDocuments.origin(of: url) == origin)
    }

    @Test func `the OpenAPI document lists exactly the endpoints that are served`() async throws {
        let world = try World()
        let document = try #require(try await world.send(.description).object)
        #expect(document["openapi"] == "3.1.0")
        let paths = try #require(document["paths"]?.object)
        var listed: Set<String> = []
        for path in paths.members {
            for method in path.value.object?.members ?? [] { listed.insert("\(method.name) \(path.name)") }
        }
        let served = AccountsEndpoint.allCases.map { endpoint in
            let method = endpoint.method.token.description.lowercased()
            return
                "\(method) \(endpoint.path.split(separator: "*", omittingEmptySubsequences: false).joined(separator: "{id}"))"
        }
        #expect(listed == Set(served))
        #expect(listed.count == AccountsEndpoint.allCases.count)
    }

    @Test func `every reference in the OpenAPI document leads somewhere, and every part is used`() async throws {
        let world = try World()
        let document = try #require(try await world.send(.description).object)
        var references: Set<String> = []
        func collect(_ value: JSONValue) {
            switch value {
            case .object(let object):
                for member in object.members {
                    if member.name == "$ref", let target = member.value.string { references.insert(target) }
                    collect(member.value)
                }
            case .array(let items): items.forEach(collect)
            default: break
            }
        }
        collect(.object(document))
        var parts: Set<String> = []
        for kind in ["schemas", "responses", "headers"] {
            for member in document["components"]?.object?[kind]?.object?.members ?? [] {
                parts.insert("#/components/\(kind)/\(member.name)")
            }
        }
        #expect(references == parts)
    }

    @Test func `every operation says its answer, its refusals and its credential`() async throws {
        let world = try World()
        let document = try #require(try await world.send(.description).object)
        for endpoint in AccountsEndpoint.allCases {
            let method = endpoint.method.token.description.lowercased()
            let operation = document["paths"]?.object?[endpoint.template]?.object?[method]?.object
            let statuses = operation?["responses"]?.object?.members.compactMap { Int($0.name) } ?? []
            #expect(statuses.contains(endpoint.operation.status))
            #expect(statuses.contains(401) == (!endpoint.isOpen || endpoint == .login || endpoint == .refresh))
            #expect(statuses.contains(422) == (operation?["requestBody"] != nil))
            #expect(Set(statuses).isSuperset(of: [400, 413, 429, 500, 503]))
            #expect(operation?["security"]?.array?.isEmpty == endpoint.isOpen)
        }
    }
}
