import Testing

@testable import GatehouseAccounts

@Suite struct FieldFlawTests {
    @Test func `the codes are those of the interface, in its order`() {
        #expect(
            FieldFlaw.allCases.map(\.code) == [
                "required", "unknown_field", "wrong_type", "invalid_format", "too_short", "too_long",
                "password_too_short", "password_too_long", "password_too_common", "password_contains_identity",
            ]
        )
    }

    @Test func `a flaw precedes those after it`() {
        let cases = FieldFlaw.allCases
        for (index, flaw) in cases.enumerated() {
            #expect(cases.filter(flaw.precedes) == Array(cases.dropFirst(index + 1)))
        }
    }

    @Test func `each has one sentence of its own`() {
        let details = FieldFlaw.allCases.map(\.detail)
        #expect(Set(details).count == details.count)
        #expect(details.allSatisfy { $0.hasSuffix(".") && $0.first?.isUppercase == true })
    }
}
