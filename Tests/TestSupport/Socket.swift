import Glibc
import Synchronization

/// A stream socket with deadlines, closed when the last reference goes.
///
/// Reads and writes belong to one thread at a time; `interrupt` may be called from any thread and wakes them.
package final class Socket: Sendable {
    /// The descriptor, for `poll` and for handing on to a child process.
    package let descriptor: Int32
    // Held while the descriptor is used from another thread, so that its number cannot meanwhile belong to someone else.
    private let isOpen = Mutex(true)

    /// Takes ownership of an open descriptor.
    package init(owning descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close() }

    /// Sends every byte, or throws when the peer is gone or the deadline passes.
    package func send(_ bytes: [UInt8], within deadline: Deadline = Deadline(seconds: 10)) throws {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    descriptor,
                    UnsafeRawBufferPointer(rebasing: buffer[sent...]).baseAddress,
                    buffer.count - sent,
                    Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
                )
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                try waitUntilReady(for: POLLOUT, within: deadline)
            } else if errno != EINTR {
                throw SupportFailure("send failed after \(sent) bytes: errno \(errno)")
            }
        }
    }

    /// Receives what is there, waiting for the first byte; empty means that the peer closed in order.
    ///
    /// - Throws: `SocketEnd.reset` when the peer reset the connection, `SocketEnd.timedOut` when nothing came.
    package func receive(upTo limit: Int = 65_536, within deadline: Deadline) throws -> [UInt8] {
        while true {
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                count = unsafe recv(descriptor, buffer.baseAddress, limit, Int32(MSG_DONTWAIT))
                received.withLock { $0 = (count, errno) }
                count = max(count, 0)
            }
            let (count, code) = received.withLock { $0 }
            if count >= 0 { return bytes }
            switch code {
            case EAGAIN: try waitUntilReady(for: POLLIN, within: deadline)
            case EINTR: continue
            default: throw SocketEnd.reset
            }
        }
    }

    /// Ends the sending side; the peer sees the end of the stream and can still answer.
    package func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Ends both directions and wakes whichever thread waits on the socket.
    package func interrupt() {
        isOpen.withLock { isOpen in
            if isOpen { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// Closes so that the peer sees a reset in place of an orderly end.
    package func reset() {
        var lingering = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Closes the descriptor; a second call does nothing.
    package func close() {
        isOpen.withLock { isOpen in
            if isOpen { Glibc.close(descriptor) }
            isOpen = false
        }
    }

    private func waitUntilReady(for events: Int32, within deadline: Deadline) throws {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        let ready = unsafe poll(&entry, 1, deadline.millisecondsLeft)
        if ready == 0 { throw SocketEnd.timedOut }
    }

    private let received = Mutex((0, Int32(0)))
}

/// How a read ended other than with bytes or an orderly end.
package enum SocketEnd: Error {
    /// The peer reset the connection.
    case reset
    /// Nothing came before the deadline.
    case timedOut
}
