import GatehouseCrypto
import Testing

@Suite struct EllipticCurveTests {
    private let message = Keys.message

    @Test(arguments: Curve.allCases)
    func `T-10 r and s must be from 1 to the order minus 1`(curve: Curve) throws {
        let key = try Keys.ellipticCurve(curve)
        let half = curve.coordinateCount
        let signature = try key.sign(message, algorithm: algorithm(curve))
        let (r, s) = (Array(signature.prefix(half)), Array(signature.suffix(half)))
        let zero = [UInt8](repeating: 0, count: half)
        let order = curve.order
        let afterOrder = try #require(order.adding(zero.dropLast() + [1]))
        let most = [UInt8](repeating: 0xff, count: half)
        let bad = [zero, order, afterOrder, most]
        #expect(key.verificationKey.accepts(r + s, over: message, algorithm(curve)))
        for number in bad {
            #expect(!key.verificationKey.accepts(number + s, over: message, algorithm(curve)))
            #expect(!key.verificationKey.accepts(r + number, over: message, algorithm(curve)))
            for other in bad {
                #expect(!key.verificationKey.accepts(number + other, over: message, algorithm(curve)))
            }
        }
        // The same numbers modulo the order have no second spelling, where there is room for one.
        if let larger = s.adding(order) {
            #expect(!key.verificationKey.accepts(r + larger, over: message, algorithm(curve)))
        }
        #expect(!key.verificationKey.accepts(s + r, over: message, algorithm(curve)))
    }

    @Test(arguments: Curve.allCases)
    func `T-11 the length must be exact and DER is refused`(curve: Curve) throws {
        let key = try Keys.ellipticCurve(curve)
        let signature = try key.sign(message, algorithm: algorithm(curve))
        #expect(signature.count == curve.coordinateCount * 2)
        let tool = try OpenSSLTool()
        try tool.write(try #require(key.privatePEM).reveal { [UInt8](copying: $0) }, to: "key.pem")
        try tool.write(message, to: "message")
        let digest = algorithm(curve).digestCount * 8
        let der = try tool.run("dgst", "-sha\(digest)", "-sign", "key.pem", "message")
        let zeros = [UInt8](repeating: 0, count: signature.count)
        let variants = [
            der, [], [0], Array(signature.dropLast()), Array(signature.dropFirst()), signature + [0], [0] + signature,
            zeros, signature + signature, Array(signature.prefix(curve.coordinateCount)),
        ]
        for variant in variants {
            #expect(!key.verificationKey.accepts(variant, over: message, algorithm(curve)))
        }
        #expect(key.verificationKey.accepts(signature, over: message, algorithm(curve)))
    }

    @Test(arguments: Curve.allCases)
    func `T-12 the signature with n minus s is accepted, so no signature is a name for a token`(curve: Curve) throws {
        let key = try Keys.ellipticCurve(curve)
        let signature = try key.sign(message, algorithm: algorithm(curve))
        let half = curve.coordinateCount
        let twin = Array(signature.prefix(half)) + curve.order.subtracting(Array(signature.suffix(half)))
        #expect(twin != signature)
        #expect(key.verificationKey.accepts(twin, over: message, algorithm(curve)))
    }

    @Test(arguments: Curve.allCases)
    func `signatures with short numbers convert both ways`(curve: Curve) throws {
        // About one in 128 signatures has a leading zero byte, and half have a high bit that DER pads.
        let key = try Keys.ellipticCurve(curve)
        for number in 0..<(curve == .p256 ? 400 : 40) {
            let text = message + [UInt8](text: "\(number)")
            let signature = try key.sign(text, algorithm: algorithm(curve))
            #expect(key.verificationKey.accepts(signature, over: text, algorithm(curve)))
        }
    }

    @Test(arguments: Curve.allCases)
    func `T-20 a point off the curve or with coordinates of another length is refused`(curve: Curve) throws {
        let pem = try #require(Keys.ellipticCurve(curve).publicPEM)
        let (x, y) = try coordinates(of: pem, curve)
        let count = curve.coordinateCount
        let zero = [UInt8](repeating: 0, count: count)
        let most = [UInt8](repeating: 0xff, count: count)
        _ = try VerificationKey.ellipticCurve(curve, x: x, y: y)
        for (badX, badY) in [
            (x.flippingBit(at: count - 1), y), (x, y.flippingBit(at: count - 1)), (y, x), (zero, zero), (most, y),
            (x, most), (curve.prime, y), (x, curve.prime), (curve.prime, curve.prime),
        ] {
            #expect(throws: KeyFlaw.pointNotOnCurve) { try VerificationKey.ellipticCurve(curve, x: badX, y: badY) }
        }
        for (badX, badY) in [
            ([], y), (x, []), (Array(x.dropFirst()), y), ([0] + x, y), (x, Array(y.dropLast())), (x, y + [0]), ([], []),
        ] {
            #expect(throws: KeyFlaw.wrongMemberLength(expected: count)) {
                try VerificationKey.ellipticCurve(curve, x: badX, y: badY)
            }
        }
    }

    @Test func `T-20 the point with x = 0 has one spelling, and x = p is not another`() throws {
        let y = [UInt8](hex: "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4")
        _ = try VerificationKey.ellipticCurve(.p256, x: [UInt8](repeating: 0, count: 32), y: y)
        #expect(throws: KeyFlaw.pointNotOnCurve) {
            try VerificationKey.ellipticCurve(.p256, x: Curve.p256.prime, y: y)
        }
    }

    private func algorithm(_ curve: Curve) -> SignatureAlgorithm {
        switch curve {
        case .p256: .es256
        case .p384: .es384
        case .p521: .es512
        }
    }

    // The point is the end of the DER.
    private func coordinates(of pem: [UInt8], _ curve: Curve) throws -> ([UInt8], [UInt8]) {
        let tool = try OpenSSLTool()
        try tool.write(pem, to: "key.pem")
        let der = try tool.run("pkey", "-pubin", "-in", "key.pem", "-outform", "DER")
        let count = curve.coordinateCount
        return (Array(der.suffix(count * 2).prefix(count)), Array(der.suffix(count)))
    }
}

extension Curve {
    /// The order of the base point (SP 800-186), big-endian.
    fileprivate var order: [UInt8] {
        switch self {
        case .p256: [UInt8](hex: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
        case .p384:
            [UInt8](repeating: 0xff, count: 24)
                + [UInt8](hex: "c7634d81f4372ddf581a0db248b0a77aecec196accc52973")
        case .p521:
            [UInt8](hex: "01") + [UInt8](repeating: 0xff, count: 32)
                + [UInt8](hex: "fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409")
        }
    }

    /// The prime of the field, big-endian.
    fileprivate var prime: [UInt8] {
        switch self {
        case .p256: [UInt8](hex: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")
        case .p384: [UInt8](repeating: 0xff, count: 31) + [UInt8](hex: "feffffffff0000000000000000ffffffff")
        case .p521: [0x01] + [UInt8](repeating: 0xff, count: 65)
        }
    }
}
