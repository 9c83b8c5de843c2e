private import CHiredis
internal import NIOCore

/// Reads replies with hiredis, which stores them here as flat lists in place of trees of its own.
///
/// A string, as the script answers, costs no allocation. Bounded (security D-12): what is longer than 1 MiB, has too many members or nests
/// more than seven deep is a fault, after which the connection is of no use. Confined to its loop.
@safe
final class RedisReplyReader {
    /// What an item is.
    enum Kind {
        case text
        case status
        case error
        case integer
        case null
        case array
    }

    /// One item of a reply, its members after it.
    struct Item {
        let kind: Kind
        /// The value of an integer, or how many members an array has.
        var number: Int64 = 0
        /// Where the bytes of a text, a status or an error are.
        var range = 0..<0
    }

    /// The items of the last reply, depth first; empty before the first.
    private(set) var items: [Item] = []
    /// The bytes that the items' ranges tell of.
    private(set) var bytes: [UInt8] = []

    private let reader: UnsafeMutablePointer<redisReader>?
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>

    /// The most bytes of one reply.
    private static let longest = 1 << 20
    /// The most items of one reply; a cluster's map of every slot has fewer.
    private static let mostItems = 1 << 16

    init() {
        unsafe self.functions = .allocate(capacity: 1)
        unsafe self.functions.initialize(
            to: redisReplyObjectFunctions(
                createString: { unsafe RedisReplyReader.takeString($0, $1, $2) },
                createArray: { unsafe RedisReplyReader.take($0, .array, Int64($1)) },
                createInteger: { unsafe RedisReplyReader.take($0, .integer, $1) },
                createNil: { unsafe RedisReplyReader.take($0, .null, 0) },
                freeObject: { _ in }
            )
        )
        unsafe self.reader = redisReaderCreateWithFunctions(self.functions)
        if let reader = unsafe self.reader {
            unsafe gatehouse_set_reader_owner(reader, Unmanaged.passUnretained(self).toOpaque())
        }
    }

    deinit {
        if let reader = unsafe self.reader { unsafe redisReaderFree(reader) }
        unsafe self.functions.deallocate()
    }

    /// Takes bytes from the socket.
    func feed(_ buffer: ByteBuffer) throws(RedisFault) {
        guard let reader = unsafe self.reader else { throw .protocolViolation }
        let result = unsafe buffer.withUnsafeReadableBytes { bytes in
            unsafe redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard result == REDIS_OK else { throw .protocolViolation }
    }

    /// Moves on to the next whole reply; false if there is none yet.
    func next() throws(RedisFault) -> Bool {
        guard let reader = unsafe self.reader else { throw .protocolViolation }
        // A reply that came in pieces has left its first items here already.
        if self.isWhole {
            self.isWhole = false
            self.items.removeAll(keepingCapacity: true)
            self.bytes.removeAll(keepingCapacity: true)
        }
        var reply: UnsafeMutableRawPointer?
        guard unsafe redisReaderGetReply(reader, &reply) == REDIS_OK else { throw .protocolViolation }
        self.isWhole = unsafe reply != nil
        let unread = unsafe gatehouse_unread_bytes(reader)
        guard self.isWhole || unread <= RedisReplyReader.longest else { throw .protocolViolation }
        return self.isWhole
    }

    private var isWhole = false

    private func add(_ item: Item) -> Bool {
        guard self.items.count < RedisReplyReader.mostItems else { return false }
        self.items.append(item)
        return true
    }

    private static func takeString(
        _ task: UnsafePointer<redisReadTask>?,
        _ start: UnsafeMutablePointer<CChar>?,
        _ count: Int
    ) -> UnsafeMutableRawPointer? {
        guard let task = unsafe task, let owner = unsafe task.pointee.privdata else { return nil }
        let reader = unsafe Unmanaged<RedisReplyReader>.fromOpaque(owner).takeUnretainedValue()
        let lower = reader.bytes.count
        guard lower + count <= RedisReplyReader.longest else { return nil }
        unsafe reader.bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: count))
        let kind: Kind =
            switch unsafe task.pointee.type {
            case REDIS_REPLY_ERROR: .error
            case REDIS_REPLY_STATUS: .status
            default: .text
            }
        return unsafe reader.add(Item(kind: kind, range: lower..<reader.bytes.count)) ? owner : nil
    }

    private static func take(
        _ task: UnsafePointer<redisReadTask>?,
        _ kind: Kind,
        _ number: Int64
    ) -> UnsafeMutableRawPointer? {
        guard let task = unsafe task, let owner = unsafe task.pointee.privdata else { return nil }
        // An array that is only announced must not be waited for.
        guard kind != .array || number <= RedisReplyReader.mostItems else { return nil }
        let reader = unsafe Unmanaged<RedisReplyReader>.fromOpaque(owner).takeUnretainedValue()
        return unsafe reader.add(Item(kind: kind, number: number)) ? owner : nil
    }
}
