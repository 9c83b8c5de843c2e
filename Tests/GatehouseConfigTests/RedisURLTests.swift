import GatehouseCrypto
import Testing

@testable import GatehouseConfig

@Suite struct RedisURLTests {
    @Test func `one server has defaults for port and database`() throws {
        for text in ["redis://cache", "redis://cache/", "REDIS://Cache:6379/0", "redis://cache:6379"] {
            let url = try RedisURL(text)
            #expect(url.layout == .single(RedisEndpoint(host: "cache", port: 6379), database: 0), "\(text)")
            #expect(!url.isSecure && url.user == nil && url.password == nil)
        }
        let last = try RedisURL("rediss://[2001:DB8::1]:65535/65535")
        #expect(last.layout == .single(RedisEndpoint(host: "2001:db8::1", port: 65_535), database: 65_535))
        #expect(last.isSecure)
    }

    @Test func `sentinels have their own default port, and a name for the primary`() throws {
        let url = try RedisURL("redis+sentinel://10.0.0.1,[::1],c.internal:5000/my-main.1_/7")
        let endpoints = [
            RedisEndpoint(host: "10.0.0.1", port: 26_379), RedisEndpoint(host: "::1", port: 26_379),
            RedisEndpoint(host: "c.internal", port: 5000),
        ]
        #expect(url.layout == .sentinel(endpoints, master: "my-main.1_", database: 7))
        let short = try RedisURL("rediss+sentinel://a/main/")
        #expect(short.layout == .sentinel([RedisEndpoint(host: "a", port: 26_379)], master: "main", database: 0))
        #expect(short.isSecure)
    }

    @Test func `a cluster has nodes and no database`() throws {
        let nodes = [RedisEndpoint(host: "a", port: 7000), RedisEndpoint(host: "b", port: 6379)]
        for text in ["redis+cluster://a:7000,b", "rediss+cluster://a:7000,b/", "redis+cluster://a:7000,b/0"] {
            #expect(try RedisURL(text).layout == .cluster(nodes))
        }
    }

    @Test(arguments: [
        ("redis://gate@h", "gate", nil, "redis://gate@h"),
        ("redis://gate:secret@h", "gate", "secret", "redis://gate:***@h"),
        ("redis://:secret@h/1", nil, "secret", "redis://:***@h/1"),
        ("redis://:a:b@h", nil, "a:b", "redis://:***@h"),
        ("redis://g%61te:%40%2F%3a%25,@h,", nil, nil, ""),
        ("redis://g%61te:%40%2F%3a%25,@h", "gate", "@/:%,", "redis://g%61te:***@h"),
        ("redis+cluster://u:[x]@a,b", "u", "[x]", "redis+cluster://u:***@a,b"),
    ])
    func `user and password are decoded, and only the password is masked`(
        text: String,
        user: String?,
        password: String?,
        masked: String
    ) throws {
        guard !masked.isEmpty else {
            #expect(throws: ScalarFlaw.self) { try RedisURL(text) }
            return
        }
        let url = try RedisURL(text)
        #expect(url.user == user && url.masked == masked)
        #expect(url.password.map(Self.text) == password)
    }

    @Test func `a password is bytes, a user is text`() throws {
        let url = try RedisURL("redis://:%FF%00%0d%0A@h")
        #expect(url.password?.reveal { span in span.indices.map { span[$0] } } == [0xFF, 0, 0x0D, 0x0A])
        #expect(throws: ScalarFlaw.self) { try RedisURL("redis://%FF@h") }
        #expect(throws: ScalarFlaw.self) { try RedisURL("redis://a%0Ab@h") }
        #expect(throws: ScalarFlaw.self) { try RedisURL("redis://%C2%85@h") }
    }

    @Test(arguments: [
        "", "memory", "redis", "redis:", "redis:/", "redis://", "redis:///", "redis:///0", "://", "://h", "@",
        "redis://@", "redis://@h", "redis://:@h", "redis://u:@h", "redis://u:p@", "redis://u:p@:6379", "redis://h:",
        "redis://h:0",
        "redis://h:65536", "redis://h:99999999999999999999", "redis://h:+1", "redis://h:-1", "redis://h: 1",
        "redis://h:6379:6379", "redis://::1", "redis://::1:6379", "redis://[::1", "redis://[]", "redis://[::1]6379",
        "redis://[::1]:", "redis://[127.0.0.1]", "redis://[fe80::1%25eth0]", "redis://[[::1]]", "redis://a,b",
        "redis://a,", "redis+cluster://a,,b", "redis+cluster://,", "redis+cluster://a,A", "redis+cluster://a/1",
        "redis+cluster://a/b", "redis+cluster://a//", "redis+sentinel://a", "redis+sentinel://a/",
        "redis+sentinel://a//0",
        "redis+sentinel://a/main/x", "redis+sentinel://a/main/1/2", "redis+sentinel://a/ma%69n", "redis://h/-1",
        "redis://h/65536", "redis://h/000001", "redis://h/1/", "redis://h/1/2", "redis://h//", "redis://h/0x1",
        "redis://h?db=1", "redis://h#x", "redis://h/0?x", "redis://u:p@x@h", "redis://u:p/x@h", "redis://u:p?x@h",
        "redis://u:p#x@h", "redis://u:%@h", "redis://u:%4@h", "redis://u:%zz@h", "redis://u:%4@@h", "redis://ho st",
        "redis://h\r\nFLUSHALL", "redis://h\0", "redis://hé", "redis://é:p@h", "redis://\u{202E}@h", "http://h",
        "redis+ssl://h", "rediss+cluster+sentinel://h", "redis+unix:///run/redis.sock", "unix:///run/redis.sock",
        "redis://-h", "redis://h-", "redis://.h", "redis://a..b", "redis://*", "redis://$(id)", "redis://h%00",
        "\u{FEFF}redis://h", " redis://h", "redis://h ", "redis://https://h", "postgresql://h/d",
    ])
    func `what is no URL of Redis is refused`(text: String) {
        #expect(throws: ScalarFlaw.self) { try RedisURL(text) }
    }

    @Test func `long and many parts are refused or read, never a trap`() throws {
        #expect(throws: ScalarFlaw.self) { try RedisURL("redis://" + String(repeating: "a", count: 10_000)) }
        #expect(throws: ScalarFlaw.self) { try RedisURL("redis://" + String(repeating: "a", count: 254)) }
        #expect(throws: ScalarFlaw.self) { try RedisURL("redis://h/" + String(repeating: "9", count: 40)) }
        let many = (0..<500).map { "h\($0)" }.joined(separator: ",")
        guard case .cluster(let nodes) = try RedisURL("redis+cluster://\(many)").layout else {
            Issue.record("no cluster")
            return
        }
        #expect(nodes.count == 500)
    }

    @Test(arguments: UInt64(0)..<8)
    func `damaged URLs neither trap nor show the password`(seed: UInt64) {
        let password = "xQzvWkJhGfDsPmNb"
        let originals = [
            "redis://gate:\(password)@127.0.0.1:6379/0", "rediss+sentinel://:\(password)@a,[::1]:5000/main/3",
            "redis+cluster://u%41:\(password)@a:1,b:2,c",
        ]
        let marks = Array("@:/?#[]%,.0aZ-_ \0\r\n".utf8) + [0xFF, 0xC3]
        var generator = SeededGenerator(seed: seed)
        for index in 0..<3000 {
            var bytes = Array(originals[index % originals.count].utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = marks.randomElement(using: &generator) ?? 0
                case 1: bytes.insert(marks.randomElement(using: &generator) ?? 0, at: place)
                default: bytes.remove(at: place)
                }
            }
            do throws(ScalarFlaw) {
                let url = try RedisURL(String(decoding: bytes, as: UTF8.self))
                // A damaged `:` or `@` makes it a part of another piece; then it is no password any more.
                #expect(url.password == nil || !url.masked.contains(password))
            } catch {
                #expect(!error.message.contains(password) && error.hint?.contains(password) != true)
            }
        }
    }

    private static func text(_ secret: Secret) -> String {
        String(decoding: secret.reveal { span in span.indices.map { span[$0] } }, as: UTF8.self)
    }
}
