import Testing

@testable import GatehouseCore

/// Whatever a target is made of: what an app takes for `/admin` has not been let through as something else (security P-16).
struct PathConfusionTests {
    @Test func `P-16 no mutated target reaches the protected prefix by another route`() throws {
        var world = try World()
        try world.add("/admin/**", nil, .authenticated)
        try world.add("/**")
        let table = RouteTable(world.routes)
        var numbers = SeededNumbers(state: 20_260_101)
        var passed = 0
        for _ in 0..<20_000 {
            let target = PathConfusionTests.target(&numbers)
            let head = HeadDraft("GET", target).head
            guard let key = try? PathKey(checking: head), let route = try? table.match(key, head) else { continue }
            passed += 1
            guard route.index != 0 else { continue }
            let seen = PathConfusionTests.asSeenByApps(target)
            #expect(seen.allSatisfy { $0 != "/admin" && !$0.hasPrefix("/admin/") }, "\(target) is seen as \(seen)")
        }
        #expect(passed > 1000)
    }

    /// A target of pieces that are known to confuse.
    private static func target(_ numbers: inout SeededNumbers) -> String {
        let pieces = [
            "/", "/", "/", "admin", "admin", "public", "%61dmin", "adm%69n", "%2e", ".", "..", "%2e%2e", "%252e", "%2f",
            "%5c",
            "\\", ";", ";x=1", "%3b", "%00", "%c0%ae", "%ef%bc%8f", "A", "x", "%", "%2", "?", "%3f", "%23", "%20",
            "..;",
        ]
        return "/" + (0..<(1 + numbers.next(6))).map { _ in pieces[numbers.next(pieces.count)] }.joined()
    }

    /// The path by several readings that are common: decoded or not, slashes merged, dots resolved.
    ///
    /// Parameters (`;x=1`) are not cut: they are ordinary by contract (security P-06).
    private static func asSeenByApps(_ target: String) -> Set<String> {
        let path = String(target.prefix { $0 != "?" })
        return Set([path, self.decode(path)].flatMap { [$0, self.resolve($0)] })
    }

    private static func decode(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2).compactMap { Byte.hexadecimalDigit($0) }
            if byte == UInt8(ascii: "%"), digits.count == 2 {
                bytes.append(digits[0] << 4 | digits[1])
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func resolve(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in path.replacing("\\", with: "/").split(separator: "/") {
            switch segment {
            case ".": continue
            case "..": _ = segments.popLast()
            default: segments.append(segment)
            }
        }
        return "/" + segments.joined(separator: "/")
    }
}

/// The same numbers in every run.
struct SeededNumbers {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(truncatingIfNeeded: self.state >> 33) % bound
    }
}
