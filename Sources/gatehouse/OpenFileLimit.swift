#if canImport(Glibc)
private import Glibc
#endif

/// The bound on open files, which is a bound on connections.
enum OpenFileLimit {
    /// Files that are not connections: listeners, logs, loops, keys.
    private static let reserve = 64

    /// Raises the soft limit to the hard one and returns how many client connections fit beside their upstream ones.
    ///
    /// Says so on standard error if that is less than what is wanted.
    static func raise(for connections: Int) -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return connections }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        let files = Int(clamping: limit.rlim_cur)
        let fitting = max(1, (files - OpenFileLimit.reserve) / 2)
        guard fitting < connections else { return connections }
        StandardError.write(
            "gatehouse: warning: limits.connections is \(connections), but with \(files) open files only \(fitting) fit\n"
        )
        return fitting
    }
}
