import Testing

@testable import GatehouseCore

/// One function makes the key that patterns are compared with (security 2.4).
struct PathKeyTests {
    @Test(arguments: [
        "/a/../admin", "/a/..", "/./x", "/..", "/.", "/%2e%2e/x", "/.%2e/", "/%2E/x", "/%2e", "/a/%2E%2e", "/a/.;x/b",
        "/a/..;/admin", "/%2e%2e;x/admin", "/..?x",
    ])
    func `P-01 a dot segment in any spelling is refused`(target: String) {
        #expect(flaw(of: target) == .dotSegment)
    }

    @Test(arguments: [
        "/...", "/a..", "/..a", "/.well-known/x", "/a.b/c", "/%2e%2e%2e", "/a;..", "/a;.", "/;..", "/-", "/a/.a",
    ])
    func `P-01 dots that are part of a name pass`(target: String) {
        #expect(flaw(of: target) == nil)
    }

    @Test(arguments: [
        ("/a%2fb", PathFlaw.encodedSlash), ("/a%2Fb", .encodedSlash), ("/a%5cb", .backslash), ("/a%5Cb", .backslash),
        ("/a\\b", .backslash), ("/%2e%2e%2fadmin", .encodedSlash),
    ])
    func `P-02 an encoded slash and any backslash are refused`(target: String, expected: PathFlaw) {
        #expect(flaw(of: target) == expected)
    }

    @Test func `P-03 escapes are decoded once and no more`() throws {
        #expect(try key("/%252e%252e%252f") == "/%252e%252e%252f")
        #expect(try key("/%25%32%65") == "/%252e")
    }

    @Test(arguments: [
        ("/%", PathFlaw.malformedEscape), ("/%2", .malformedEscape), ("/%zz", .malformedEscape),
        ("/%u002e", .malformedEscape), ("/a%2", .malformedEscape), ("/%%", .malformedEscape),
        ("/% 0", .malformedEscape),
        ("/%00", .controlByte), ("/%0a", .controlByte), ("/%0d", .controlByte), ("/%7f", .controlByte),
        ("/%1F", .controlByte), ("/\u{1}", .controlByte), ("/%41\u{7F}", .controlByte),
    ])
    func `P-04 malformed escapes and control bytes are refused`(target: String, expected: PathFlaw) {
        #expect(flaw(of: target) == expected)
    }

    @Test(arguments: [
        ("//admin", true), ("/a//b", true), ("//", true), ("/a//", true), ("/%61//", true), ("/", false),
        ("/a/", false),
        ("/a/b", false), ("/%61/", false), ("/;/a", false), ("/a?x=//", false),
    ])
    func `P-05 empty segments are noted`(target: String, expected: Bool) throws {
        #expect(try PathKey(checking: HeadDraft("GET", target).head).hasEmptySegments == expected)
    }

    @Test func `P-06 semicolons are ordinary and case counts`() throws {
        #expect(try key("/admin;x=1") == "/admin;x=1")
        #expect(try key("/;/admin") == "/;/admin")
        #expect(try key("/admin%3b") == "/admin%3B")
        #expect(try key("/Admin") == "/Admin")
    }

    @Test func `P-08 an escaped unreserved character equals the character`() throws {
        #expect(try key("/%61dmin") == "/admin")
        #expect(try key("/adm%69n/%7Ex%2D%5f%2e%30") == "/admin/~x-_.0")
        #expect(try key("/a%c3%a9%3a") == "/a%C3%A9%3A")
    }

    @Test func `P-08 the bytes that are forwarded stay as they were`() throws {
        let head = HeadDraft("GET", "/%61dmin?q=%61").head
        _ = try PathKey(checking: head)
        #expect(head.text(head.target) == "/%61dmin?q=%61")
    }

    @Test(arguments: [
        "/%c0%ae", "/%c0%af", "/%c1%bf", "/%ff", "/%e0%80%af", "/%f0%80%80%af", "/%ed%a0%80", "/%f4%90%80%80",
        "/%f5%80%80%80", "/%80", "/%c3", "/%c3a", "/%c3%41", "/%c3/%a9", "/%e2%82", "/%f0%9f%98",
    ])
    func `P-09 overlong and invalid UTF-8 is refused`(target: String) {
        #expect(flaw(of: target) == .invalidUTF8)
    }

    @Test(arguments: ["/%ef%bc%8f", "/%c3%a9", "/%e2%82%ac", "/%f0%9f%98%80", "/%ed%9f%bf", "/%f4%8f%bf%bf"])
    func `P-09 other characters are just characters`(target: String) {
        #expect(flaw(of: target) == nil)
    }

    @Test(arguments: [
        "/a#b", "/a b", "/é", "/\"", "/<", "/>", "/^", "/{", "/}", "/|", "/`", "/%41#", "/%41 ", "*", "a", "",
    ])
    func `P-10 bytes that no target may hold end the connection`(target: String) {
        #expect(throws: Refusal.malformed(.target)) { _ = try PathKey(checking: HeadDraft("GET", target).head) }
    }

    @Test func `the target of CONNECT is left to the stage that refuses the method`() throws {
        let head = HeadDraft("CONNECT", "api.example.com:443").head
        head.path = 0..<0
        #expect(try PathKey(checking: head).hasEmptySegments == false)
    }

    @Test func `a head whose ranges lie outside its bytes is refused, not read`() {
        let head = RequestHead()
        head.path = 5..<10
        #expect(throws: Refusal.malformed(.target)) { _ = try PathKey(checking: head) }
    }

    private func key(_ target: String) throws -> String {
        let head = HeadDraft("GET", target).head
        let key = try PathKey(checking: head)
        return String(decoding: key.storage(in: head)[key.range], as: UTF8.self)
    }

    private func flaw(of target: String) -> PathFlaw? {
        do throws(Refusal) {
            _ = try PathKey(checking: HeadDraft("GET", target).head)
            return nil
        } catch {
            guard case .ambiguousPath(let flaw) = error else { return nil }
            return flaw
        }
    }
}
