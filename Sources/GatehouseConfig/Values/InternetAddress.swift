private import Glibc

/// Reads and writes IP addresses as text, by the C library's strict rules.
enum InternetAddress {
    /// The 4 or 16 bytes in network order, or nothing for what is no address; zones are not allowed.
    static func bytes(of text: String) -> [UInt8]? {
        if text.utf8.contains(UInt8(ascii: ":")) {
            return parsed(text, family: AF_INET6, count: 16)
        }
        return parsed(text, family: AF_INET, count: 4)
    }

    /// The canonical text of 4 or 16 bytes.
    static func text(of bytes: [UInt8]) -> String {
        if bytes.count == 4 {
            return bytes.map(String.init).joined(separator: ".")
        }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard unsafe inet_ntop(AF_INET6, bytes, &buffer, socklen_t(buffer.count)) != nil else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func parsed(_ text: String, family: CInt, count: Int) -> [UInt8]? {
        guard text.utf8.count <= 64 else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        return unsafe inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }
}
