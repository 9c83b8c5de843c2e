internal import GatehouseConfig
internal import GatehouseCrypto
internal import GatehouseEdge

#if canImport(Glibc)
private import Glibc
#endif

extension Assembly {
    /// When the certificates of listeners and upstreams end, for the metrics; one that cannot be read any more is left out.
    static func certificateEnds(from settings: Settings) -> [GateFacts.CertificateEnd] {
        var ends: [GateFacts.CertificateEnd] = []
        for listener in settings.listeners {
            guard case .tls(let tls) = listener.service else { continue }
            for (index, pair) in tls.certificates.enumerated() {
                let suffix = index == 0 ? "" : " \(index)"
                Assembly.append(pair.certificatePath, "listener \(listener.address.text)\(suffix)", to: &ends)
            }
        }
        for upstream in settings.upstreams {
            guard let pair = upstream.tls?.clientCertificate else { continue }
            Assembly.append(pair.certificatePath, "upstream \(upstream.name)", to: &ends)
        }
        return ends
    }

    private static func append(_ path: String, _ purpose: String, to ends: inout [GateFacts.CertificateEnd]) {
        guard
            let bytes = Assembly.contents(of: path),
            let leaf = try? CertificateInfo.parse(chain: bytes).first
        else { return }
        ends.append(GateFacts.CertificateEnd(purpose: purpose, notAfter: Int64(leaf.notAfter)))
    }

    /// A small file's bytes, or nil.
    private static func contents(of path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while bytes.count < 1 << 20 {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return count == 0 ? bytes : nil }
            bytes.append(contentsOf: chunk[..<count])
        }
        return nil
    }
}
