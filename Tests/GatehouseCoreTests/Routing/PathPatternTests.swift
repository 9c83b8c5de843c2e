import Testing

@testable import GatehouseCore

struct PathPatternTests {
    /// A pattern, a path and whether they match.
    struct Row: CustomTestStringConvertible, Sendable {
        let pattern: String
        let path: String
        let matches: Bool

        init(_ pattern: String, _ path: String, _ matches: Bool) {
            self.pattern = pattern
            self.path = path
            self.matches = matches
        }

        var testDescription: String {
            "\(self.pattern) \(self.matches ? "matches" : "does not match") \(self.path)"
        }
    }

    @Test(arguments: [
        Row("/admin/**", "/admin", true), Row("/admin/**", "/admin/", true), Row("/admin/**", "/admin/x/y", true),
        Row("/admin/**", "/administrator", false), Row("/admin/**", "/admi", false), Row("/admin/**", "/Admin", false),
        Row("/admin/**", "/admin;x=1", false), Row("/admin/**", "/;/admin", false),
        Row("/admin/**", "/admin%3b", false),
        Row("/admin", "/admin/", false), Row("/admin/", "/admin", false), Row("/admin/", "/admin/", true),
    ])
    func `P-11 a protected prefix protects its root, and only what lies below`(row: Row) throws {
        #expect(try self.matches(row.pattern, row.path) == row.matches)
    }

    @Test(arguments: [
        Row("/", "/", true), Row("/", "/a", false), Row("/**", "/", true), Row("/**", "/a/b", true),
        Row("/*", "/a", true), Row("/*", "/", false), Row("/*", "/a/", false), Row("/*", "/a/b", false),
        Row("/a/*/c", "/a/b/c", true), Row("/a/*/c", "/a//c", false), Row("/a/*/c", "/a/b/c/", false),
        Row("/a/*/c", "/a/b/d", false), Row("/a/*/**", "/a", false), Row("/a/*/**", "/a/b", true),
        Row("/a/*/**", "/a/", false), Row("/a/*/**", "/a/b/c/d", true), Row("/*/*", "/a/b", true),
        Row("/*/*", "/a", false),
        Row("/*/x/*/y", "/1/x/2/y", true), Row("/*/x/*/y", "/1/x/2/z", false),
        Row("/caf%c3%a9", "/caf%C3%A9", true), Row("/café", "/caf%c3%a9", true), Row("/%61", "/a", true),
        Row("/a", "/%61", true), Row("/a:b", "/a:b", true), Row("/a%3Ab", "/a%3ab", true),
    ])
    func `wildcards stand for whole segments and escapes are compared by meaning`(row: Row) throws {
        #expect(try self.matches(row.pattern, row.path) == row.matches)
    }

    @Test(arguments: [
        ("", PathPatternFlaw.noLeadingSlash), ("a", .noLeadingSlash), ("**", .noLeadingSlash), ("/a//b", .emptySegment),
        ("//", .emptySegment), ("/a//**", .emptySegment), ("/a/./b", .dotSegment), ("/..", .dotSegment),
        ("/%2e%2e/x", .dotSegment), ("/a*", .wildcardInSegment), ("/**/a", .wildcardInSegment),
        ("/***", .wildcardInSegment),
        ("/%zz", .malformedEscape), ("/%2", .malformedEscape), ("/a%2fb", .byteNotAllowed), ("/a b", .byteNotAllowed),
        ("/a?b", .byteNotAllowed), ("/a#b", .byteNotAllowed), ("/{id}", .byteNotAllowed), ("/%00", .byteNotAllowed),
    ])
    func `a text that is no pattern says why`(text: String, flaw: PathPatternFlaw) {
        #expect(throws: flaw) { _ = try PathPattern(text) }
        #expect(!flaw.message.isEmpty)
    }

    @Test(arguments: [
        Row("/**", "/", true), Row("/**", "/a/*/b", true), Row("/a/**", "/a", true), Row("/a/**", "/a/", true),
        Row("/a/**", "/a/b/**", true), Row("/a/**", "/**", false), Row("/a/**", "/ab", false), Row("/*", "/a", true),
        Row("/a", "/*", false), Row("/a/*", "/a/", false), Row("/a/*", "/a/**", false), Row("/a", "/a/**", false),
        Row("/*/b", "/a/b", true), Row("/a/*/**", "/a/b", true), Row("/a/*/**", "/a/**", false),
        Row("/a", "/%61", true),
    ])
    func `a pattern covers another if it matches whatever that does`(row: Row) throws {
        #expect(try PathPattern(row.pattern).covers(PathPattern(row.path)) == row.matches)
    }

    @Test func `patterns that match alike are equal however they are spelled`() throws {
        #expect(try PathPattern("/%61/**") == PathPattern("/a/**"))
        #expect(try PathPattern("/a/**") != PathPattern("/a"))
        #expect(try PathPattern("/a/*") != PathPattern("/a/%2A"))
    }

    private func matches(_ pattern: String, _ path: String) throws -> Bool {
        var matcher = PathMatcher()
        matcher.append(try PathPattern(pattern))
        let head = HeadDraft("GET", path).head
        let key = try PathKey(checking: head)
        return matcher.firstMatch(key.storage(in: head), key.range) != nil
    }
}
