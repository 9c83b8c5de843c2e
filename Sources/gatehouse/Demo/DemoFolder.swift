internal import GatehouseCrypto

private import FoundationEssentials

/// The folder of a demo: what `init` writes, with certificates, keys and accounts that are used again.
struct DemoFolder {
    /// What the file of a demo says at its top, by which its folder is recognised.
    static let mark = "Written anew at each start of `gatehouse demo`."

    /// The folder, absolute.
    var path: String { self.folder.path }

    private var folder: FolderWriter
    private let isNew: Bool

    /// Takes the folder of a former demo, or makes one; without a path, one with a new name.
    static func open(_ path: String?) throws(CommandFailure) -> DemoFolder {
        guard let path else {
            return DemoFolder(folder: try FolderWriter(temporary: "gatehouse-demo"), isNew: true)
        }
        guard let file = self.text(path + "/proxy.conf") else {
            return DemoFolder(folder: try FolderWriter(making: path), isNew: true)
        }
        guard file.contains(self.mark) else {
            throw CommandFailure(
                code: 1,
                message:
                    "\(path)/proxy.conf is not a demo's, so it stays as it is; run it with gatehouse serve --config"
            )
        }
        return DemoFolder(folder: try FolderWriter(existing: path), isNew: false)
    }

    /// Writes what is missing or too old, and the configuration; returns the configuration's path.
    mutating func write(_ configuration: StarterConfiguration) throws(CommandFailure) -> String {
        do throws(CommandFailure) {
            if !self.hasGoodCertificates { try StarterFiles.writeCertificates(to: &self.folder) }
            try self.folder.makeFolder(StarterConfiguration.dataFolder)
            try self.folder.write(Array(configuration.text.utf8), to: "proxy.conf", mode: 0o644)
        } catch {
            self.takeBack()
            throw error
        }
        return "\(self.path)/proxy.conf"
    }

    /// Removes a folder that is of no use; one that was there before stays as it is.
    func takeBack() {
        if self.isNew { self.folder.takeBack() }
    }

    /// Whether all files are there, fit together, and are good for another day.
    private var hasGoodCertificates: Bool {
        let names = ["ca.crt", "ca.key", "tls/server.crt", "tls/server.key"]
        let texts = names.compactMap { Self.text("\(self.path)/\($0)") }
        guard texts.count == names.count, let authority = Self.leaf(texts[0]), let server = Self.leaf(texts[2]) else {
            return false
        }
        let tomorrow = Int(Date.now.timeIntervalSince1970) + 86_400
        return [authority, server].allSatisfy { $0.notAfter > tomorrow } && server.issuer == authority.subject
            && server.matches(privateKeyPEM: Secret(Array(texts[3].utf8)))
    }

    private static func leaf(_ pem: String) -> CertificateInfo? {
        try? CertificateInfo.parse(chain: Array(pem.utf8)).first
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
