private import COpenSSL

/// One block of a PEM file (RFC 7468), decoded.
struct PEMBlock: Sendable {
    /// The words after `BEGIN`.
    let label: String
    /// Whether the block has the old encryption headers.
    let isEncrypted: Bool
    /// The DER inside; a secret, because the block may be a private key.
    let contents: Secret

    /// Reads every block of a file in order, and ignores text between blocks.
    ///
    /// Throws `malformed` when there is none, or when one is cut off or garbled: a file is never read in part.
    static func parse(_ text: borrowing Span<UInt8>) throws(KeyFlaw) -> [PEMBlock] {
        // 1 MiB holds any chain; beyond it a file is not what it was meant to be.
        guard !text.isEmpty, text.count <= 1 << 20 else { throw .malformed }
        let blocks = unsafe text.withUnsafeBufferPointer { buffer -> [PEMBlock]? in
            let input = unsafe BIO_new_mem_buf(buffer.baseAddress, CInt(truncatingIfNeeded: buffer.count))
            defer { unsafe BIO_free_all(input) }
            var blocks: [PEMBlock] = []
            ERR_clear_error()
            while let block = unsafe next(from: input) { blocks.append(block) }
            let reason = gatehouse_last_error_reason()
            ERR_clear_error()
            return reason == PEM_R_NO_START_LINE ? blocks : nil
        }
        guard let blocks, !blocks.isEmpty else { throw .malformed }
        return blocks
    }

    /// Copies what was written into a memory BIO.
    static func memory(of output: LibraryObject) -> [UInt8] {
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe gatehouse_memory_of(output.pointer, &start)
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: max(count, 0)))
    }

    private static func next(from input: OpaquePointer?) -> PEMBlock? {
        var name: UnsafeMutablePointer<CChar>?
        var header: UnsafeMutablePointer<CChar>?
        var data: UnsafeMutablePointer<UInt8>?
        var count = 0
        guard unsafe PEM_read_bio(input, &name, &header, &data, &count) == 1 else { return nil }
        defer {
            unsafe gatehouse_free(name)
            unsafe gatehouse_free(header)
            unsafe gatehouse_clear_free(data, max(count, 0))
        }
        guard let name = unsafe name, let header = unsafe header else { return nil }
        return unsafe PEMBlock(
            label: String(cString: name),
            isEncrypted: String(cString: header).contains("ENCRYPTED"),
            contents: Secret(copying: UnsafeRawBufferPointer(start: data, count: max(count, 0)))
        )
    }
}
