extension [UInt8] {
    /// Copies the bytes of a span.
    package init(copying span: borrowing Span<UInt8>) {
        self = unsafe span.withUnsafeBufferPointer { buffer in unsafe [UInt8](buffer) }
    }
}
