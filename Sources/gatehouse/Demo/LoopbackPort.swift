private import Glibc

/// A TCP port on 127.0.0.1.
enum LoopbackPort {
    /// Whether the port can be bound now; somebody else may take it a moment later.
    static func isFree(_ port: Int) -> Bool {
        self.bound(to: port) != nil
    }

    /// A port that is free now, and that nobody else is about to be given; 0 if there is none.
    static func next() -> Int {
        self.bound(to: 0) ?? 0
    }

    /// Binds a port for a moment, any if it is 0, and returns its number.
    private static func bound(to port: Int) -> Int? {
        guard let number = in_port_t(exactly: port) else { return nil }
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var yes: CInt = 1
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = number.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer -> Bool in
                unsafe bind(descriptor, pointer, size) == 0 && getsockname(descriptor, pointer, &size) == 0
            }
        }
        return isBound ? Int(in_port_t(bigEndian: address.sin_port)) : nil
    }
}
