import GatehouseCrypto
import Testing

@Suite struct EncodingTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ])
    func `the examples of RFC 4648 section 10 encode and decode`(plain: String, encoded: String) {
        #expect(Base64URL.string([UInt8](text: plain)) == encoded)
        #expect(Base64URL.decode([UInt8](text: encoded)) == [UInt8](text: plain))
    }

    @Test func `every length and every byte comes back`() {
        let every = (0...255).map { UInt8($0) }
        #expect(Base64URL.decode(Base64URL.encode(every)) == every)
        #expect(Base64URL.string([0xfb, 0xff, 0xfe]) == "-__-")
        for count in 0..<100 {
            let bytes = Random.bytes(count)
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }

    @Test(arguments: [
        "Zg==", "Zg=", "Zm8=", "+___", "/___", "Zm 9v", " Zm9v", "Zm9v ", "Zm9v\r\n", "Zm\n8", "Zm9v.", ".", "Zm.v",
        "Zm9é", "Zm9v\u{0}", "Z", "Zm9vY", "Zm9vZm9vZ", "Zm9*", "@m9v", "[m9v", "`m9v", "{m9v", "\u{7f}m9v",
    ])
    func `T-30 anything but the letters of base64url is refused, and a length of 1 modulo 4`(text: String) {
        #expect(Base64URL.decode([UInt8](text: text)) == nil)
    }

    @Test func `T-30 exactly 64 of the 256 bytes are letters`() {
        let accepted = (0...255).filter { Base64URL.decode([0x41, 0x41, 0x41, UInt8($0)]) != nil }
        #expect(accepted.count == 64)
    }

    @Test func `T-31 of all spellings of the last character one is accepted`() {
        let letters = [UInt8](text: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let oneByte = letters.filter { Base64URL.decode([0x51, $0]) != nil }
        #expect(oneByte == [UInt8](text: "AQgw"))
        let twoBytes = letters.filter { Base64URL.decode([0x51, 0x51, $0]) != nil }
        #expect(twoBytes == [UInt8](text: "AEIMQUYcgkosw048"))
    }

    @Test func `the digest is that of FIPS 180-4`() {
        let expected = [UInt8](hex: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(SHA256.digest([UInt8](text: "abc")) == expected)
        let empty = [UInt8](hex: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(SHA256.digest([]) == empty)
    }

    @Test func `algorithm names are read in their exact case only`() {
        for algorithm in SignatureAlgorithm.allCases {
            #expect(SignatureAlgorithm(bytes: [UInt8](text: algorithm.rawValue).span) == algorithm)
            #expect(SignatureAlgorithm(bytes: [UInt8](text: algorithm.rawValue.lowercased()).span) == nil)
        }
        for text in ["", "none", "None", "NONE", "nOnE", "HS256 ", " HS256", "HS25", "HS2566", "ES256K", "Ed25519"] {
            #expect(SignatureAlgorithm(bytes: [UInt8](text: text).span) == nil)
        }
    }
}
