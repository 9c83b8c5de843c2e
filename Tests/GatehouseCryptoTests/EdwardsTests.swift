import GatehouseCrypto
import Testing

@Suite struct EdwardsTests {
    private let message = Keys.message

    @Test func `T-16 S plus L and any S from L on are refused`() throws {
        let key = try SigningKey.generateEd25519()
        let signature = try key.sign(message, algorithm: .edDSA)
        let (r, s) = (Array(signature.prefix(32)), Array(signature.suffix(32)))
        #expect(key.verificationKey.accepts(r + s, over: message, .edDSA))
        let order = EdwardsArithmetic.order
        var larger = Array(s.reversed())
        while let next = larger.adding(order) {
            larger = next
            #expect(!key.verificationKey.accepts(r + next.reversed(), over: message, .edDSA))
        }
        #expect(larger != s.reversed())
        for bad in [order.reversed(), [UInt8](repeating: 0xff, count: 32), [UInt8](repeating: 0, count: 32)] {
            #expect(!key.verificationKey.accepts(r + bad, over: message, .edDSA))
        }
    }

    @Test func `T-16 the identity as R is accepted in its canonical spelling only`() throws {
        // With R the identity, S = h a is a signature that whoever has the key can make.
        let tool = try OpenSSLTool()
        let seed = [UInt8](hex: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
        let x = [UInt8](hex: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        let key = try VerificationKey.ed25519(x)
        let scalar = EdwardsArithmetic.clamped(try EdwardsArithmetic.hash(seed, by: tool))
        let canonical: [UInt8] = [1] + [UInt8](repeating: 0, count: 31)
        let plusPrime: [UInt8] = [0xee] + [UInt8](repeating: 0xff, count: 30) + [0x7f]
        let negative: [UInt8] = [1] + [UInt8](repeating: 0, count: 30) + [0x80]
        for (r, isAccepted) in [(canonical, true), (plusPrime, false), (negative, false)] {
            let hash = try EdwardsArithmetic.hash(r + x + message, by: tool)
            let s = EdwardsArithmetic.product(hash, scalar)
            #expect(key.accepts(r + s, over: message, .edDSA) == isAccepted)
        }
    }

    @Test func `T-16 the length must be exact`() throws {
        let key = try SigningKey.generateEd25519()
        let signature = try key.sign(message, algorithm: .edDSA)
        for bad in [[], Array(signature.dropLast()), signature + [0], [0] + signature, signature + signature] {
            #expect(!key.verificationKey.accepts(bad, over: message, .edDSA))
        }
    }

    @Test(arguments: ["ed448", "x25519", "x448"])
    func `T-16 Ed448 and keys for key agreement are not supported`(kind: String) throws {
        let tool = try OpenSSLTool()
        try tool.run("genpkey", "-algorithm", kind, "-out", "key.pem")
        try tool.run("pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
        #expect(throws: KeyFlaw.unsupportedKey) { try VerificationKey.pem(tool.read("public.pem")) }
        let secret = Secret(try tool.read("key.pem"))
        #expect(throws: KeyFlaw.unsupportedKey) { try SigningKey.pem(secret) }
    }

    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ])
    func `T-20 a point of small order is refused in every spelling`(hex: String) {
        var point = [UInt8](hex: hex)
        #expect(throws: KeyFlaw.smallOrder) { try VerificationKey.ed25519(point) }
        point[31] |= 0x80
        #expect(throws: KeyFlaw.smallOrder) { try VerificationKey.ed25519(point) }
    }

    @Test func `T-20 bytes that are no point, or not its canonical spelling, are refused`() throws {
        for count in [0, 31, 33, 64] {
            #expect(throws: KeyFlaw.wrongMemberLength(expected: 32)) {
                try VerificationKey.ed25519([UInt8](repeating: 9, count: count))
            }
        }
        // RFC 8032 section 5.1.3: about half of all numbers are the ordinate of a point.
        var refused = 0
        for number: UInt8 in 2..<130 {
            do throws(KeyFlaw) {
                _ = try VerificationKey.ed25519([number] + [UInt8](repeating: 0, count: 31))
            } catch {
                #expect(error == .pointNotOnCurve)
                refused += 1
            }
        }
        #expect((40...90).contains(refused))
        for last: UInt8 in 0xef...0xff {
            #expect(throws: KeyFlaw.pointNotOnCurve) {
                try VerificationKey.ed25519([last] + [UInt8](repeating: 0xff, count: 30) + [0x7f])
            }
        }
        for _ in 0..<50 { _ = try SigningKey.generateEd25519() }
    }
}

/// Arithmetic modulo the order of the Ed25519 base point, slow and plain.
private enum EdwardsArithmetic {
    /// The order L, big-endian (RFC 8032 section 5.1).
    static let order = [UInt8](hex: "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed")

    /// SHA-512 by the command.
    static func hash(_ bytes: [UInt8], by tool: borrowing OpenSSLTool) throws -> [UInt8] {
        try tool.write(bytes, to: "input")
        return try tool.run("dgst", "-sha512", "-binary", "input")
    }

    /// The secret scalar, little-endian, of a hashed seed (RFC 8032 section 5.1.5).
    static func clamped(_ hash: [UInt8]) -> [UInt8] {
        var scalar = Array(hash.prefix(32))
        scalar[0] &= 248
        scalar[31] = scalar[31] & 63 | 64
        return scalar
    }

    /// The product of two little-endian numbers modulo L, little-endian, by doubling and adding.
    static func product(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        let factor = reduced(right)
        var sum = [UInt8](repeating: 0, count: 32)
        for byte in left.reversed() {
            for bit in (0..<8).reversed() {
                sum = added(sum, sum)
                if byte >> bit & 1 == 1 { sum = added(sum, factor) }
            }
        }
        return sum.reversed()
    }

    private static func reduced(_ number: [UInt8]) -> [UInt8] {
        var sum = [UInt8](repeating: 0, count: 32)
        let one = [UInt8](repeating: 0, count: 31) + [1]
        for byte in number.reversed() {
            for bit in (0..<8).reversed() {
                sum = added(sum, sum)
                if byte >> bit & 1 == 1 { sum = added(sum, one) }
            }
        }
        return sum
    }

    // Both are below L, which has 253 bits, so the sum fits.
    private static func added(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        let sum = left.adding(right) ?? left
        return sum.isAtLeast(order) ? sum.subtracting(order) : sum
    }
}
