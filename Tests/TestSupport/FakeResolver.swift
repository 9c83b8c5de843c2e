/// A resolver of names for one process, so that a name can have several addresses, or never be found.
///
/// It is a library that the process loads before its own: names that it knows are answered by it, all others by the system.
package final class FakeResolver: Sendable {
    /// What the environment of the process must hold.
    package let environment: [String: String]
    private let scratch: Scratch

    /// Builds the library with `clang`.
    ///
    /// - Parameter names: the addresses of each name, in the order in which they are returned; a name without an address is
    ///   looked up for longer than any test lasts.
    /// - Throws: `SupportFailure` when it cannot be built.
    package init(_ names: [String: [String]]) throws {
        scratch = try Scratch("resolver")
        try scratch.write("resolver.c", Self.source)
        _ = try Command.output(
            ["clang", "-shared", "-fPIC", "-o", scratch.file("resolver.so"), scratch.file("resolver.c"), "-ldl"]
        )
        let table = names.map { "\($0.key)=\($0.value.joined(separator: ","));" }.joined()
        environment = ["LD_PRELOAD": scratch.file("resolver.so"), "FIXTURE_NAMES": table]
    }

    private static let source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <netdb.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>

        typedef int lookup(const char *, const char *, const struct addrinfo *, struct addrinfo **);

        /* Finds the addresses of a name in "NAME=A,B;NAME=;"; null for a name that is not there. */
        static const char *addresses(const char *name) {
            const char *entry = getenv("FIXTURE_NAMES");
            size_t length = strlen(name);
            while (entry && *entry) {
                if (!strncmp(entry, name, length) && entry[length] == '=') return entry + length + 1;
                entry = strchr(entry, ';');
                if (entry) entry++;
            }
            return NULL;
        }

        int getaddrinfo(const char *name, const char *port, const struct addrinfo *hints, struct addrinfo **found) {
            lookup *real = (lookup *)dlsym(RTLD_NEXT, "getaddrinfo");
            const char *next = name ? addresses(name) : NULL;
            if (!next) return real(name, port, hints, found);
            while (*next == ';' || !*next) pause();
            struct addrinfo **end = found;
            *end = NULL;
            while (*next && *next != ';') {
                size_t length = strcspn(next, ",;");
                char *address = strndup(next, length);
                int code = real(address, port, hints, end);
                free(address);
                if (code) return code;
                while (*end) end = &(*end)->ai_next;
                next += length;
                if (*next == ',') next++;
            }
            return 0;
        }
        """
}
