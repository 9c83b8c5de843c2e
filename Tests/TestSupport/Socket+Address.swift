import Glibc

extension Socket {
    /// Connects to a port on the loopback address, or throws when nobody takes the connection in time.
    package static func connect(port: Int, receiveBuffer: Int? = nil, seconds: Double = 5) throws -> Socket {
        let socket = try make(family: AF_INET)
        if let receiveBuffer { socket.set(SO_RCVBUF, to: Int32(clamping: receiveBuffer)) }
        _ = fcntl(socket.descriptor, F_SETFL, O_NONBLOCK)
        let status = unsafe withLoopback(port: port) { unsafe Glibc.connect(socket.descriptor, $0, $1) }
        if status != 0 {
            var code = errno
            if code == EINPROGRESS { code = try socket.outcome(within: Deadline(seconds: seconds)) }
            guard code == 0 else { throw SupportFailure("cannot connect to 127.0.0.1:\(port): errno \(code)") }
        }
        socket.set(TCP_NODELAY, at: Int32(IPPROTO_TCP), to: 1)
        return socket
    }

    /// Listens on a port of the loopback address; port 0 lets the kernel choose.
    package static func listen(port: Int = 0, backlog: Int32 = 128, shared: Bool = true) throws -> Socket {
        let socket = try make(family: AF_INET)
        if shared { socket.set(SO_REUSEADDR, to: 1) }
        let deadline = Deadline(seconds: 5)
        while true {
            let status = unsafe withLoopback(port: port) { unsafe bind(socket.descriptor, $0, $1) }
            if status == 0, Glibc.listen(socket.descriptor, backlog) == 0 { return socket }
            let code = errno
            // A process that is being started holds our sockets until it has become another program, those of a probe too.
            guard code == EADDRINUSE, shared, status != 0, !deadline.hasPassed else {
                throw SupportFailure("cannot listen on 127.0.0.1:\(port): errno \(code)")
            }
            // house: the pause between two attempts, which have a deadline.
            usleep(2000)
        }
    }

    /// Listens on a Unix socket at a path that does not exist yet.
    package static func listen(path: String) throws -> Socket {
        let socket = try make(family: AF_UNIX)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < room else { throw SupportFailure("the path of the Unix socket is too long: \(path)") }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let status = unsafe withUnsafeBytes(of: &address) { buffer in
            guard let base = buffer.baseAddress else { return Int32(-1) }
            return unsafe bind(
                socket.descriptor,
                base.assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_un>.size)
            )
        }
        guard status == 0, Glibc.listen(socket.descriptor, 128) == 0 else {
            throw SupportFailure("cannot listen on \(path): errno \(errno)")
        }
        return socket
    }

    /// Waits for the next connection; nil once `interrupt` was called on the listener.
    package func accept() -> Socket? {
        while true {
            let accepted = Glibc.accept(descriptor, nil, nil)
            if accepted >= 0 {
                _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
                let socket = Socket(owning: accepted)
                socket.set(TCP_NODELAY, at: Int32(IPPROTO_TCP), to: 1)
                return socket
            }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// The port that a listener got from the kernel.
    package var port: Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutableBytes(of: &address) { buffer in
            guard let base = buffer.baseAddress else { return }
            _ = unsafe getsockname(descriptor, base.assumingMemoryBound(to: sockaddr.self), &length)
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Sets an integer option; the level is the socket itself unless said.
    package func set(_ option: Int32, at level: Int32 = SOL_SOCKET, to value: Int32) {
        var value = value
        unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The error of a connection attempt under way, zero when it succeeded.
    private func outcome(within deadline: Deadline) throws -> Int32 {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&entry, 1, deadline.millisecondsLeft) > 0 else { throw SocketEnd.timedOut }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        return code
    }

    private static func make(family: Int32) throws -> Socket {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, kind, 0)
        guard descriptor >= 0 else { throw SupportFailure("no socket: errno \(errno)") }
        return Socket(owning: descriptor)
    }

    private static func withLoopback(port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return unsafe withUnsafeBytes(of: &address) { buffer in
            guard let base = buffer.baseAddress else { return Int32(-1) }
            return unsafe body(base.assumingMemoryBound(to: sockaddr.self), socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}
