import Testing

@testable import GatehouseCore

/// What a client may not tell the app (security 2.3).
struct StrippedNamesTests {
    static let claimHeaders = [
        ClaimHeader(name: "X-User-Id", claim: "sub"), ClaimHeader(name: "X_Odd.Name", claim: "email"),
        ClaimHeader(name: "X-Forwarded-User", claim: "name"),
        ClaimHeader(name: "X-" + String(repeating: "Long-", count: 20) + "Name", claim: "org"),
    ]

    @Test(arguments: [
        "X-User-Id", "x-user-id", "X-USER-ID", "X_User_Id", "X-User_Id", "X.User.Id", "x.USER-id", "X-Odd-Name",
        "X.Odd.Name",
        "x-odd.name", "X-Forwarded-User", "X.Forwarded.User", "X-" + String(repeating: "Long-", count: 20) + "Name",
        "X." + String(repeating: "LONG.", count: 20) + "name",
    ])
    func `N-03 every spelling of a claim header is stripped`(name: String) {
        #expect(isStripped(name))
    }

    @Test func `N-03 it is stripped however often it comes, and on public routes`() throws {
        var world = try World()
        try world.add("/any")
        let draft = HeadDraft("GET", "/any", ["X-User-Id": "1", "A": "2", "x-user-id": "3", "X.User.Id": "4"])
        let head = world.decide(draft).head
        #expect(head.forwarded("X-User-Id") == [])
        #expect(head.forwarded("X.User.Id") == [])
        #expect(head.forwarded("A") == ["2"])
    }

    @Test(arguments: ["Any_Thing", "_", "a_b", "User_Agent", "X_HTTP_Method_Override", "Content_Length"])
    func `N-03 any other name with an underscore is dropped`(name: String) {
        #expect(isStripped(name))
    }

    @Test(arguments: [
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port",
        "X-Forwarded-Anything",
        "x-forwarded-", "X-FORWARDED-client-cert", "X.Forwarded.For", "X-Forwarded.Anything", "X-Real-IP", "X.Real.IP",
        "X-Client-IP", "True-Client-IP", "True.Client.IP", "CF-Connecting-IP", "X-Original-URL", "X-Original-Anything",
        "X.Original.Url", "X-Rewrite-URL", "X.Rewrite.URL", "Proxy", "X-Forwarded-Client-Cert", "X-Request-Id",
        "X.Request.Id", "traceparent", "RateLimit", "RateLimit-Policy", "Proxy-Authorization", "Proxy.Authorization",
        "Content.Length", "Transfer.Encoding",
    ])
    func `N-04 what says where a request came from is stripped`(name: String) {
        #expect(isStripped(name))
    }

    @Test(arguments: [
        "X-HTTP-Method-Override", "Accept", "User-Agent", "Cookie", "Origin", "Host", "X-User-Ids", "X-User-I",
        "X-Forwarded",
        "X-Originals", "X-Custom", "x", "If.Match", "a.b", "tracestate", "Content-Type",
    ])
    func `N-04 other names pass, the override of the method included`(name: String) {
        #expect(!isStripped(name))
    }

    @Test func `a field whose range lies outside the bytes is stripped, not read`() {
        let names = StrippedNames(claimHeaders: [])
        let field = Field(name: .other, nameStart: 90, nameCount: 9, valueStart: 0, valueCount: 0, lineEnd: 0)
        let bytes: [UInt8] = Array("short".utf8)
        #expect(unsafe names.contains(field, bytes.span.bytes))
    }

    private func isStripped(_ name: String) -> Bool {
        let head = HeadDraft("GET", "/", [name: "v"]).head
        let bytes = head.bytes
        guard let field = head.fields.last else { return false }
        return unsafe StrippedNames(claimHeaders: Self.claimHeaders).contains(field, bytes.span.bytes)
    }
}
