import Foundation
import GatehouseConfig
import Testing

@Suite struct CertificateDateTests {
    @Test(arguments: [
        ("20200101000000Z", "20200201000000Z", "has expired"),
        ("20980101000000Z", "20980201000000Z", "is not valid yet"),
    ])
    func `D004: a certificate outside of its dates is refused in production and warned of in development`(
        from: String,
        to: String,
        flaw: String
    ) throws {
        let folder = try ConfigurationFolder()
        try Self.writeCertificate(in: folder, from: from, to: to)
        let tls = "{ certificate: dated.crt, private_key: dated.key }"
        let production = folder.read(SmallConfiguration.text(tls: tls))
        #expect(production.settings == nil)
        #expect(
            production.diagnostics.map(\.rendered) == [
                "proxy.conf:5:25: error: certificate: it \(flaw) (GH-D004)\n"
                    + "        tls: \(tls)\n" + "                            ^"
            ]
        )
        let development = folder.read(SmallConfiguration.text(mode: "development", tls: tls))
        #expect(development.settings != nil && development.errors == [])
        #expect(development.warnings.map(\.message) == ["certificate: it \(flaw)"])
    }

    /// Writes `dated.crt` and `dated.key`, which sign themselves.
    ///
    /// Of all commands of OpenSSL 3.0 only `ca` takes any two dates.
    private static func writeCertificate(in folder: ConfigurationFolder, from: String, to: String) throws {
        let configuration = """
            [ca]
            default_ca = own
            [own]
            database = index
            new_certs_dir = .
            rand_serial = yes
            default_md = sha256
            policy = any
            [any]
            commonName = supplied

            """
        try folder.write("dated.conf", Array(configuration.utf8))
        try folder.write("index", [])
        try openssl(
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout dated.key -out dated.csr -subj /CN=localhost",
            in: folder
        )
        try openssl(
            "ca -config dated.conf -batch -notext -selfsign -keyfile dated.key -in dated.csr -out dated.crt"
                + " -startdate \(from) -enddate \(to)",
            in: folder
        )
    }

    private static func openssl(_ arguments: String, in folder: ConfigurationFolder) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments.components(separatedBy: " ")
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments)")
    }
}
