import GatehouseAccounts
import Testing

@Suite struct PasswordOwnerTests {
    @Test func `the estimate is told each whole value and each of its words, none twice`() throws {
        let owner = try PasswordOwner(
            email: EmailAddress("User.Name+x@company.com"),
            username: Username("user_7"),
            names: [
                PersonalText("User Name"),
                PersonalText("Soci\u{e9}t\u{e9} G\u{e9}n\u{e9}rale"),
                PersonalText("Engineering"),
            ]
        )
        #expect(
            owner.words == [
                "User.Name+x@company.com", "User", "Name", "x", "company", "com", "user_7", "user", "7", "User Name",
                "Soci\u{e9}t\u{e9} G\u{e9}n\u{e9}rale", "Soci\u{e9}t\u{e9}", "G\u{e9}n\u{e9}rale", "Engineering",
            ]
        )
    }
}
