import Foundation
import GatehouseCrypto
import Testing

@Suite struct CertificateTests {
    private let names = ["localhost", "*.gatehouse.test"]
    private let addresses = ["127.0.0.1", "::1"]

    @Test func `a strict verifier accepts the chain for its names and purpose, and for no other`() throws {
        let identity = try DevelopmentCertificates.make(names: names, addresses: addresses, days: 30)
        let tool = try OpenSSLTool()
        try tool.write(identity.authorityCertificate, to: "ca.pem")
        try tool.write(identity.chain, to: "leaf.pem")
        let base = ["verify", "-x509_strict", "-CAfile", "ca.pem", "-purpose", "sslserver", "-verify_depth", "0"]
        try verify(tool, base + ["-verify_hostname", "localhost"], succeeds: true)
        try verify(tool, base + ["-verify_hostname", "a.gatehouse.test"], succeeds: true)
        try verify(tool, base + ["-verify_ip", "127.0.0.1"], succeeds: true)
        try verify(tool, base + ["-verify_ip", "::1"], succeeds: true)
        try verify(tool, base + ["-verify_hostname", "example.com"], succeeds: false)
        try verify(tool, base + ["-verify_ip", "127.0.0.2"], succeeds: false)
        let client = ["verify", "-x509_strict", "-CAfile", "ca.pem", "-purpose", "sslclient"]
        try verify(tool, client, succeeds: false)
        let other = try DevelopmentCertificates.make(names: names, addresses: [], days: 30)
        try tool.write(other.authorityCertificate, to: "ca.pem")
        try verify(tool, base, succeeds: false)
    }

    @Test func `the certificates hold what browsers ask for`() throws {
        let identity = try DevelopmentCertificates.make(names: names, addresses: addresses, days: 30)
        let tool = try OpenSSLTool()
        try tool.write(identity.authorityCertificate, to: "ca.pem")
        try tool.write(identity.chain, to: "leaf.pem")
        let authority = String(decoding: try tool.run("x509", "-in", "ca.pem", "-noout", "-text"), as: UTF8.self)
        for text in [
            "Version: 3", "CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign", "X509v3 Subject Key Identifier",
            "ecdsa-with-SHA256", "X509v3 Basic Constraints: critical", "X509v3 Key Usage: critical",
        ] { #expect(authority.contains(text)) }
        let leaf = String(decoding: try tool.run("x509", "-in", "leaf.pem", "-noout", "-text"), as: UTF8.self)
        for text in [
            "Version: 3", "CA:FALSE", "Digital Signature", "TLS Web Server Authentication", "prime256v1",
            "X509v3 Authority Key Identifier", "X509v3 Subject Key Identifier",
            "DNS:localhost, DNS:*.gatehouse.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
        ] { #expect(leaf.contains(text)) }
        var serials: Set<[UInt8]> = []
        for name in ["ca.pem", "leaf.pem"] {
            let serial = try tool.run("x509", "-in", name, "-noout", "-serial")
            #expect(serial.count == "serial=".count + 32 + 1)
            serials.insert(serial)
        }
        #expect(serials.count == 2)
    }

    @Test func `what is read from a certificate is what was put in`() throws {
        let identity = try DevelopmentCertificates.make(names: names, addresses: addresses, days: 30)
        let now = Int(Date().timeIntervalSince1970)
        let chain = try CertificateInfo.parse(chain: identity.chain + identity.authorityCertificate)
        #expect(chain.count == 2)
        let (leaf, authority) = (chain[0], chain[1])
        #expect(leaf.dnsNames == names && leaf.addresses == addresses)
        #expect(leaf.subject == "CN=Gatehouse development server")
        #expect(leaf.issuer == authority.subject && authority.issuer == authority.subject)
        #expect(authority.subject.hasPrefix("CN=Gatehouse development authority "))
        #expect(abs(leaf.notBefore - (now - 3600)) < 60 && leaf.notAfter - leaf.notBefore == 30 * 86_400)
        #expect(authority.dnsNames.isEmpty && authority.addresses.isEmpty)
        #expect(leaf.matches(privateKeyPEM: identity.key) && authority.matches(privateKeyPEM: identity.authorityKey))
        #expect(!leaf.matches(privateKeyPEM: identity.authorityKey))
        #expect(!leaf.matches(privateKeyPEM: Secret(identity.chain)) && !leaf.matches(privateKeyPEM: Secret([])))
    }

    @Test(arguments: [(1, 1), (397, 397), (398, 397), (10_000_000, 397), (0, 1), (-5, 1), (Int.max, 397)])
    func `the days are clamped to what browsers accept`(asked: Int, given: Int) throws {
        let identity = try DevelopmentCertificates.make(names: ["localhost"], addresses: [], days: asked)
        let leaf = try #require(CertificateInfo.parse(chain: identity.chain).first)
        #expect(leaf.notAfter - leaf.notBefore == given * 86_400)
    }

    @Test func `names and addresses that are none are refused`() throws {
        let long = String(repeating: "a", count: 64)
        for name in [
            "", ".", "a..b", "-a", "a-", "a,DNS:evil.test", "a b", "ä.test", "a_b", "\(long).test", "*.", "a.*.test",
            "a:b", "a\n", "a\u{0}", "*",
        ] {
            #expect(throws: KeyFlaw.certificateNameBad, "\(name)") {
                try DevelopmentCertificates.make(names: [name], addresses: [], days: 1)
            }
        }
        for address in ["", "localhost", "1.2.3", "1.2.3.256", "::g", "1.2.3.4,DNS:a", "fe80::1%eth0", " 1.2.3.4"] {
            #expect(throws: KeyFlaw.certificateNameBad, "\(address)") {
                try DevelopmentCertificates.make(names: [], addresses: [address], days: 1)
            }
        }
        #expect(throws: KeyFlaw.certificateNameBad) {
            try DevelopmentCertificates.make(names: [], addresses: [], days: 1)
        }
    }

    @Test(arguments: [
        ("::", "::"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:DB8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("fe80:0:0:0:0:0:0:1", "fe80::1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("1::", "1::"), ("10.0.0.255", "10.0.0.255"), ("::ffff:1.2.3.4", "::ffff:102:304"),
    ])
    func `addresses come back as RFC 5952 writes them`(address: String, text: String) throws {
        let identity = try DevelopmentCertificates.make(names: [], addresses: [address], days: 1)
        #expect(try CertificateInfo.parse(chain: identity.chain).first?.addresses == [text])
    }

    @Test func `garbage is not a chain`() throws {
        let identity = try DevelopmentCertificates.make(names: ["localhost"], addresses: [], days: 1)
        for bad in [[], [UInt8](text: "hello"), Array(identity.chain.dropLast(40))] {
            #expect(throws: KeyFlaw.malformed) { try CertificateInfo.parse(chain: bad) }
        }
        #expect(throws: KeyFlaw.malformed) {
            try CertificateInfo.parse(chain: identity.chain + Array(identity.chain.dropLast(40)))
        }
        for index in identity.chain.indices {
            _ = try? CertificateInfo.parse(chain: identity.chain.flippingBit(at: index))
        }
    }

    private func verify(_ tool: borrowing OpenSSLTool, _ arguments: [String], succeeds: Bool) throws {
        #expect(try tool.succeeds(arguments + ["leaf.pem"]) == succeeds, "\(arguments.joined(separator: " "))")
    }
}
