import Testing

@testable import GatehouseCore

/// Which origins match `origins: ["https://app.example.com", "https://*.example.com"]` (security section 7).
struct AllowedOriginsTests {
    @Test func `C-01 null is never matched, not even if it were configured`() {
        #expect(!isAllowed("null"))
        #expect(!AllowedOrigins.listed([.exact(Array("null".utf8))]).contains(Array("null".utf8), 0..<4))
    }

    @Test(arguments: [
        "https://app.example.com.evil.com", "https://evilexample.com", "https://example.com.evil",
        "https://evil.com/.example.com", "https://evil.com?.example.com", "https://evil.com#.example.com",
    ])
    func `C-02 look-alikes are not matched`(origin: String) {
        #expect(!isAllowed(origin))
    }

    @Test(arguments: [
        "https://app.example.com:8443", "http://app.example.com", "HTTPS://app.example.com", "https://APP.example.com",
        "https://app.example.com/", "https://app.example.com:443", "https://a.example.com:443", "https://A.example.com",
        "https://a.example.COM",
    ])
    func `C-03 origins are compared byte for byte`(origin: String) {
        #expect(!isAllowed(origin))
    }

    @Test(arguments: [
        "https://user@app.example.com", "https://u:p@app.example.com", "https://a%00.example.com",
        "https://a`.example.com",
        "https://a_b.example.com", "https://a{.example.com", "https://a!.example.com", "https://a,b.example.com",
        "https://a .example.com", "https://app.example.com https://evil.com",
        "https://app.example.com, https://evil.com",
        "", " ", "https://evil.com\u{0}.example.com", "https://é.example.com",
    ])
    func `C-04 anything that is no plain origin is not matched`(origin: String) {
        #expect(!isAllowed(origin))
    }

    @Test func `C-04 ten kilobytes are not matched, and two lines neither`() throws {
        #expect(!isAllowed("https://" + String(repeating: "a", count: 10_240) + ".example.com"))
        let policy = Policies.twoOrigins()
        let origin = "https://app.example.com"
        #expect(policy.allows(HeadDraft("GET", "/", ["Origin": origin]).head))
        #expect(!policy.allows(HeadDraft("GET", "/", ["Origin": origin, "origin": origin]).head))
    }

    @Test(arguments: [
        ("https://app.example.com", true), ("https://a.example.com", true), ("https://a-1.example.com", true),
        ("https://xn--4ca.example.com", true), ("https://a.b.example.com", false), ("https://example.com", false),
        ("https://.example.com", false), ("https://-.example.com", false), ("https://-a.example.com", false),
        ("https://a-.example.com", false), ("https://*.example.com", false),
    ])
    func `C-05 a star is exactly one label`(origin: String, expected: Bool) {
        #expect(isAllowed(origin) == expected)
    }

    @Test func `C-05 a label has 63 characters at most`() {
        #expect(isAllowed("https://" + String(repeating: "a", count: 63) + ".example.com"))
        #expect(!isAllowed("https://" + String(repeating: "a", count: 64) + ".example.com"))
    }

    private func isAllowed(_ origin: String) -> Bool {
        Policies.twoOrigins().allows(HeadDraft("GET", "/", ["Origin": origin]).head)
    }
}

/// Policies for tests.
enum Policies {
    static func twoOrigins(
        credentials: Bool = true,
        headers: [String] = ["Authorization", "Content-Type"]
    )
        -> CrossOriginPolicy
    {
        self.make(
            .listed([
                .exact(Array("https://app.example.com".utf8)),
                .oneLabel(prefix: Array("https://".utf8), suffix: Array(".example.com".utf8)),
            ]),
            credentials: credentials,
            headers: headers
        )
    }

    static func make(
        _ origins: AllowedOrigins,
        credentials: Bool = false,
        methods: [String] = ["GET", "POST", "PUT", "PATCH", "DELETE"],
        headers: [String] = ["Authorization", "Content-Type"]
    ) -> CrossOriginPolicy {
        CrossOriginPolicy(
            origins: origins,
            methods: methods,
            headers: headers,
            expose: ["X-Request-Id"],
            credentials: credentials,
            maxAgeSeconds: 600
        )
    }
}
