@_spi(CustomByteBufferAllocator) internal import NIOCore

#if canImport(Glibc)
private import Glibc
#endif

extension TLSBufferArena {
    /// What a channel allocates with while a TLS handler is added to it; the handler and its buffers keep it.
    static let allocator = unsafe ByteBufferAllocator(
        allocate: { unsafe TLSBufferArena.shared.allocate($0) },
        reallocate: { unsafe TLSBufferArena.shared.reallocate($0, from: $1, to: $2) },
        deallocate: { unsafe TLSBufferArena.shared.deallocate($0) },
        copy: { unsafe $0.copyMemory(from: $1, byteCount: $2) }
    )

    /// Memory from the slot that is being lent on this thread if it is for one of its buffers, from `malloc` otherwise.
    func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        unsafe self.claim(size) ?? malloc(size)
    }

    /// Makes a buffer longer, where it lies if there is room.
    func reallocate(_ memory: UnsafeMutableRawPointer?, from old: Int, to new: Int) -> UnsafeMutableRawPointer? {
        guard let memory = unsafe memory, let place = self.place(UInt(bitPattern: memory)) else {
            return unsafe realloc(memory, new)
        }
        if new <= place.room { return unsafe memory }
        guard let moved = unsafe malloc(new) else { return nil }
        unsafe moved.copyMemory(from: memory, byteCount: min(old, new))
        self.vacate(place)
        return unsafe moved
    }

    /// Gives memory back to where it came from; may be called on any thread.
    func deallocate(_ memory: UnsafeMutableRawPointer) {
        guard let place = self.place(UInt(bitPattern: memory)) else { return unsafe free(memory) }
        self.vacate(place)
    }
}
