private import Glibc

/// What the kernel knows about this process, as far as `/metrics` tells it.
struct ProcessFacts: Sendable, Equatable {
    /// User and system time in microseconds.
    var cpuMicroseconds: UInt64 = 0
    /// Resident memory in bytes.
    var residentBytes: UInt64 = 0
    /// Open file descriptors.
    var openDescriptors: UInt64 = 0
    /// The most descriptors that may be open.
    var maximumDescriptors: UInt64 = 0
    /// The start in seconds since 1970.
    var startedAt: UInt64 = 0

    /// Asks the kernel; what it does not tell stays zero.
    static func read() -> ProcessFacts {
        var facts = ProcessFacts()
        var usage = rusage()
        if unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            facts.cpuMicroseconds = microseconds(usage.ru_utime) &+ microseconds(usage.ru_stime)
        }
        var limit = rlimit()
        if unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            facts.maximumDescriptors = UInt64(limit.rlim_cur)
        }
        if let text = ProcFile.read("/proc/self/stat"), let end = text.lastIndex(of: 0x29) {
            // The name in parentheses may hold anything; the fields behind it are numbers, the first is number 3.
            let fields = text[(end + 1)...].split(separator: 0x20)
            facts.residentBytes = number(fields, 24) &* UInt64(clamping: sysconf(Int32(_SC_PAGESIZE)))
            facts.startedAt = bootTime() &+ number(fields, 22) / UInt64(clamping: max(1, sysconf(Int32(_SC_CLK_TCK))))
        }
        facts.openDescriptors = ProcFile.entries("/proc/self/fd")
        return facts
    }

    private static func microseconds(_ time: timeval) -> UInt64 {
        UInt64(clamping: time.tv_sec) &* 1_000_000 &+ UInt64(clamping: time.tv_usec)
    }

    /// A field of `stat` by its number in proc(5).
    private static func number(_ fields: [ArraySlice<UInt8>], _ place: Int) -> UInt64 {
        guard fields.indices.contains(place - 3) else { return 0 }
        return decimal(fields[place - 3])
    }

    private static func bootTime() -> UInt64 {
        guard let text = ProcFile.read("/proc/stat") else { return 0 }
        for line in text.split(separator: 0x0A) where line.starts(with: "btime ".utf8) {
            return decimal(line.dropFirst(6))
        }
        return 0
    }

    private static func decimal(_ digits: ArraySlice<UInt8>) -> UInt64 {
        var value: UInt64 = 0
        for digit in digits where (0x30...0x39).contains(digit) {
            value = value &* 10 &+ UInt64(digit &- 0x30)
        }
        return value
    }
}

/// Reading of the kernel's small files, whose size nobody knows in advance.
private enum ProcFile {
    /// The content, or nil if the file cannot be read.
    static func read(_ path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        var content: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16 * 1024)
        while content.count < 1024 * 1024 {
            let count = unsafe block.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            }
            guard count > 0 else { break }
            content.append(contentsOf: block[..<min(count, block.count)])
        }
        return content
    }

    /// How many entries a directory has, the descriptor that reads it not counted.
    static func entries(_ path: String) -> UInt64 {
        guard let directory = unsafe opendir(path) else { return 0 }
        defer { _ = unsafe closedir(directory) }
        var count = 0
        while unsafe readdir(directory) != nil {
            count += 1
        }
        return UInt64(clamping: count - 3)
    }
}
