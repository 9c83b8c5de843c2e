private import COpenSSL

#if canImport(Glibc)
private import Glibc
#endif

/// The memory of this process, in which secrets live.
package enum ProcessMemory {
    /// Forbids core dumps, and tracing by other processes of the account (CWE-226); returns false if the system refuses.
    ///
    /// Cannot be undone within the process.
    package static func forbidDumps() -> Bool {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        let limited = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        return gatehouse_forbid_dumps() == 0 && limited == 0
    }
}
