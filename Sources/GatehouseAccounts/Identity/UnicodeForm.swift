private import CIDN2

/// Normalization and case folding by the Unicode standard, the same in every locale.
///
/// Functions over UTF-8 bytes, so that a password passes through them without becoming a `String`.
enum UnicodeForm {
    /// The text in normalization form C; nil for bytes that are not UTF-8.
    static func composed(_ text: borrowing Span<UInt8>) -> [UInt8]? {
        unsafe transform(text, with: gatehouse_compose)
    }

    /// The text with case folded away, in normalization form C; nil for bytes that are not UTF-8.
    ///
    /// Full folding (C and F of CaseFolding.txt): `ß` is `ss`, the Kelvin sign is `k`, the final sigma is a sigma. The
    /// folding of Turkish (T) is left out: `ı` stays itself, and `İ` is an `i` with a dot above.
    static func folded(_ text: borrowing Span<UInt8>) -> [UInt8]? {
        unsafe transform(text, with: gatehouse_fold)
    }

    /// The string in normalization form C.
    static func composed(_ text: String) -> String? {
        composed(Array(text.utf8).span).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The string with case folded away, in normalization form C.
    static func folded(_ text: String) -> String? {
        folded(Array(text.utf8).span).map { String(decoding: $0, as: UTF8.self) }
    }

    private typealias Transformation = (
        UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<Int>?
    ) -> UnsafeMutablePointer<UInt8>?

    // The library's copy is wiped: it may be a password.
    private static func transform(_ text: borrowing Span<UInt8>, with work: Transformation) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var count = 0
        let result = unsafe text.withUnsafeBufferPointer { buffer in
            unsafe work(buffer.baseAddress, buffer.count, &count)
        }
        guard let result = unsafe result else { return nil }
        defer { unsafe gatehouse_wipe_free(result, count) }
        return unsafe [UInt8](UnsafeBufferPointer(start: result, count: count))
    }
}
