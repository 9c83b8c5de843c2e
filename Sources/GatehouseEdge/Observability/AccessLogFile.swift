private import Glibc

/// The open file of the access log; used by the writer's thread alone once that runs.
struct AccessLogFile: Sendable {
    /// What was configured.
    let destination: AccessLogWriter.Destination
    private var descriptor: Int32

    /// Opens the destination; throws what the system says.
    init(_ destination: AccessLogWriter.Destination) throws(AccessLogWriter.Fault) {
        self.destination = destination
        switch destination {
        case .standardOutput:
            self.descriptor = STDOUT_FILENO
        case .file(let path):
            self.descriptor = try AccessLogFile.open(path)
        }
    }

    /// Writes bytes from an offset on; returns how many the system took, or the error number.
    func write(_ bytes: [UInt8], from offset: Int) -> Result<Int, SystemFault> {
        while true {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    self.descriptor,
                    buffer.baseAddress.map { unsafe $0 + offset },
                    buffer.count - offset
                )
            }
            if count >= 0 { return .success(count) }
            let code = errno
            switch code {
            case EINTR:
                continue
            case EAGAIN:
                // Standard output may have been made non-blocking by whoever shares it.
                self.waitUntilWritable()
            default:
                return .failure(SystemFault(code: code))
            }
        }
    }

    /// Whether the path names another file than the open one, or none.
    func hasMoved() -> Bool {
        guard case .file(let path) = self.destination else { return false }
        var named = stat()
        guard unsafe stat(path, &named) == 0 else { return errno == ENOENT }
        var open = stat()
        guard unsafe fstat(self.descriptor, &open) == 0 else { return true }
        return named.st_dev != open.st_dev || named.st_ino != open.st_ino
    }

    /// Opens the path anew; keeps the open file if that fails.
    mutating func reopen() throws(AccessLogWriter.Fault) {
        guard case .file(let path) = self.destination else { return }
        let fresh = try AccessLogFile.open(path)
        _ = Glibc.close(self.descriptor)
        self.descriptor = fresh
    }

    /// Closes the file; standard output stays open for whoever shares it.
    func close() {
        if self.destination != .standardOutput { _ = Glibc.close(self.descriptor) }
    }

    private func waitUntilWritable() {
        var request = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&request, 1, 1000)
    }

    /// A FIFO without a reader is an error and not a wait, hence the detour over `O_NONBLOCK`.
    private static func open(_ path: String) throws(AccessLogWriter.Fault) -> Int32 {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
        let descriptor = unsafe Glibc.open(path, flags, 0o640)
        guard descriptor >= 0 else { throw AccessLogWriter.Fault(path: path, code: errno) }
        let current = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, current & ~O_NONBLOCK)
        return descriptor
    }
}

/// An error number of the system.
struct SystemFault: Error, Equatable {
    let code: Int32
}
