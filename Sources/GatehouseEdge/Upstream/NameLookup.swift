private import Dispatch
internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
private import Glibc
#endif

/// The addresses of an app's name, looked up off the loop.
///
/// One look-up at a time: connections that are opened meanwhile share its outcome. One that has taken longer than connecting may take
/// fails whatever comes after it at once, so that an outage of the name service piles nothing up and holds up no other app. Confined to
/// its loop.
final class NameLookup {
    private let host: String
    private let port: Int
    private let patience: TimeAmount
    private let eventLoop: any EventLoop
    private let queue = DispatchQueue(label: "gatehouse.names")
    private var current: EventLoopFuture<[SocketAddress]>?
    private var startedAt: UInt64 = 0

    init(host: String, port: Int, timings: UpstreamTimings, eventLoop: any EventLoop) {
        self.host = host
        self.port = port
        self.patience = .nanoseconds(Int64(clamping: timings.connectTimeout))
        self.eventLoop = eventLoop
    }

    /// Connects to the first address that answers, each of them tried in its turn (RFC 8305).
    func connect(_ bootstrap: ClientBootstrap, now: UInt64) -> EventLoopFuture<any Channel> {
        let (host, port, eventLoop) = (self.host, self.port, self.eventLoop)
        return self.addresses(now).assumeIsolated().flatMap { addresses in
            let known = KnownAddresses(addresses: addresses, eventLoop: eventLoop)
            return bootstrap.resolver(known).connect(host: host, port: port)
        }.nonisolated()
    }

    private func addresses(_ now: UInt64) -> EventLoopFuture<[SocketAddress]> {
        if let current = self.current {
            guard Int64(clamping: now &- self.startedAt) > self.patience.nanoseconds else { return current }
            return self.failure()
        }
        let promise = self.eventLoop.makePromise(of: [SocketAddress].self)
        self.current = promise.futureResult
        self.startedAt = now
        promise.futureResult.assumeIsolated().whenComplete { _ in self.current = nil }
        self.queue.async { [host, port] in
            promise.completeWith(Result { try NameLookup.find(host, port) })
        }
        return promise.futureResult
    }

    /// A failure that is told in a later turn: whoever opens a stream has it before learning how it went.
    private func failure() -> EventLoopFuture<[SocketAddress]> {
        let promise = self.eventLoop.makePromise(of: [SocketAddress].self)
        let patience = self.patience
        self.eventLoop.execute { promise.fail(ChannelError.connectTimeout(patience)) }
        return promise.futureResult
    }

    private static func find(_ host: String, _ port: Int) throws -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_protocol = Int32(IPPROTO_TCP)
        var first: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, String(port), &hints, &first) == 0 else { throw SocketAddressError.unsupported }
        defer { unsafe freeaddrinfo(first) }
        var addresses: [SocketAddress] = []
        var next = unsafe first
        while let entry = unsafe next {
            if let address = unsafe NameLookup.address(entry.pointee) { addresses.append(address) }
            unsafe next = entry.pointee.ai_next
        }
        guard !addresses.isEmpty else { throw SocketAddressError.unsupported }
        return addresses
    }

    private static func address(_ entry: addrinfo) -> SocketAddress? {
        guard let bytes = unsafe UnsafeRawPointer(entry.ai_addr) else { return nil }
        return switch unsafe entry.ai_family {
        case AF_INET: unsafe SocketAddress(bytes.loadUnaligned(as: sockaddr_in.self))
        case AF_INET6: unsafe SocketAddress(bytes.loadUnaligned(as: sockaddr_in6.self))
        default: nil
        }
    }
}

/// Addresses that are known already, for NIO's connector.
private struct KnownAddresses: Resolver {
    let addresses: [SocketAddress]
    let eventLoop: any EventLoop

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        self.eventLoop.makeSucceededFuture(self.addresses.filter { $0.protocol == .inet })
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        self.eventLoop.makeSucceededFuture(self.addresses.filter { $0.protocol == .inet6 })
    }

    func cancelQueries() {}
}
