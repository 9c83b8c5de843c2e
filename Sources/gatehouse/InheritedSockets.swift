internal import GatehouseConfig
internal import NIOCore

#if canImport(Glibc)
private import Glibc
#endif

/// Listening sockets that a supervisor has bound for us (`LISTEN_FDS` and `LISTEN_PID`, systemd's `sd_listen_fds`).
struct InheritedSockets {
    private var sockets: [(address: SocketAddress, descriptor: CInt)] = []

    /// The first descriptor that a supervisor hands over.
    private static let firstDescriptor: CInt = 3

    /// Looks at what was handed over; a socket on an address that nobody configured is a bad configuration.
    init(_ environment: [String: String], settings: Settings) throws(CommandFailure) {
        guard
            let count = environment["LISTEN_FDS"].flatMap({ CInt($0) }), count > 0,
            environment["LISTEN_PID"].flatMap({ pid_t($0) }) == getpid()
        else { return }
        for descriptor in Self.firstDescriptor..<(Self.firstDescriptor + count) {
            guard let address = Self.address(of: descriptor) else {
                throw CommandFailure(code: 78, message: "descriptor \(descriptor) of LISTEN_FDS is not an IP socket")
            }
            let configured = settings.listeners.map(\.address) + [settings.admin?.address].compactMap(\.self)
            guard configured.contains(where: { Self.fits(address, $0) }) else {
                throw CommandFailure(
                    code: 78,
                    message:
                        "descriptor \(descriptor) of LISTEN_FDS is bound to \(address), which is no configured address"
                )
            }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            self.sockets.append((address, descriptor))
        }
    }

    /// The socket that was bound for a configured address, or nil.
    func socket(for address: ListenAddress) -> CInt? {
        self.sockets.first { Self.fits($0.address, address) }?.descriptor
    }

    private static func fits(_ address: SocketAddress, _ configured: ListenAddress) -> Bool {
        guard let wanted = try? SocketAddress(ipAddress: configured.host, port: Int(configured.port)) else {
            return false
        }
        return address.port == wanted.port && address.ipAddress == wanted.ipAddress
    }

    private static func address(of descriptor: CInt) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        guard result == 0 else { return nil }
        return unsafe withUnsafeBytes(of: storage) { raw -> SocketAddress? in
            switch CInt(storage.ss_family) {
            case AF_INET: return unsafe SocketAddress(raw.loadUnaligned(as: sockaddr_in.self))
            case AF_INET6: return unsafe SocketAddress(raw.loadUnaligned(as: sockaddr_in6.self))
            default: return nil
            }
        }
    }
}
