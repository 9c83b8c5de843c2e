import GatehouseCore
import Testing

@testable import GatehouseEdge

@Suite struct AuthorityTests {
    @Test(arguments: [
        ("api.example.com", "API.Example.Com", true), ("a:80", "a", true), ("a:", "a:80", true), ("a:81", "a", false),
        ("a", "b", false), ("[::1]:80", "[::1]", true), ("[::1]", "[::2]", false), ("a:80", "a:080", false),
        ("a", "a.", true),
    ])
    func `authorities are one if host and port are, case and default port folded`(_ row: (String, String, Bool)) {
        let bytes = wire(row.0 + row.1)
        let left = 0..<row.0.utf8.count
        let right = left.upperBound..<bytes.count
        unsafe #expect(Authority.areEqual(bytes.span.bytes, left, right, defaultPort: 80) == row.2)
        unsafe #expect(Authority.areEqual(bytes.span.bytes, right, left, defaultPort: 80) == row.2)
    }

    @Test func `the default port depends on the scheme`() {
        let bytes = wire("a:443a")
        unsafe #expect(Authority.areEqual(bytes.span.bytes, 0..<5, 5..<6, defaultPort: 443))
        unsafe #expect(!Authority.areEqual(bytes.span.bytes, 0..<5, 5..<6, defaultPort: 80))
    }

    @Test func `no range of random bytes traps`() {
        var dice = Dice(seed: 5)
        let letters = wire("[]:.a1-_@/%:[]")
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...9, using: &dice)).map { _ in letters.randomElement(using: &dice) ?? 0 }
            let middle = Int.random(in: 0...bytes.count, using: &dice)
            let span = unsafe bytes.span.bytes
            let isValid = Authority.isValid(span, 0..<middle)
            _ = Authority.hasPort(span, middle..<bytes.count)
            let areEqual = Authority.areEqual(span, 0..<middle, 0..<middle, defaultPort: 80)
            if isValid { #expect(areEqual) }
        }
    }
}
