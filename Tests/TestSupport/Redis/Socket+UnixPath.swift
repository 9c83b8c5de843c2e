import Glibc

extension Socket {
    /// Connects to a Unix socket, or throws when nobody listens there.
    package static func connect(path: String) throws -> Socket {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw SupportFailure("no socket: errno \(errno)") }
        let connection = Socket(owning: descriptor)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < room else { throw SupportFailure("the path of the Unix socket is too long: \(path)") }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let status = unsafe withUnsafeBytes(of: &address) { buffer in
            guard let base = buffer.baseAddress else { return Int32(-1) }
            return unsafe Glibc.connect(
                descriptor,
                base.assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_un>.size)
            )
        }
        guard status == 0 else { throw SupportFailure("cannot connect to \(path): errno \(errno)") }
        return connection
    }
}
