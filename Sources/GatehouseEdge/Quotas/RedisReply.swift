/// A reply as a tree, for those that are rare.
indirect enum RedisReply: Equatable {
    case text([UInt8])
    case error([UInt8])
    case integer(Int64)
    case null
    case array([RedisReply])

    /// The bytes of a string or a status as text; nil for everything else.
    var string: String? {
        if case .text(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
    }

    /// The number of an integer, or of a string of digits.
    var number: Int? {
        switch self {
        case .integer(let number): Int(exactly: number)
        case .text(let bytes): bytes[...].decimal
        default: nil
        }
    }

    /// The members of an array; empty for everything else.
    var members: [RedisReply] {
        if case .array(let members) = self { members } else { [] }
    }
}

extension RedisReplyReader {
    /// The last reply as a tree.
    var reply: RedisReply {
        var place = 0
        return self.reply(at: &place)
    }

    /// The bytes of the last reply, if it is an error.
    var errorText: ArraySlice<UInt8>? {
        guard let item = self.items.first, item.kind == .error else { return nil }
        return self.bytes[item.range]
    }

    // The library bounds the nesting, and so the recursion.
    private func reply(at place: inout Int) -> RedisReply {
        guard place < self.items.count else { return .null }
        let item = self.items[place]
        place += 1
        switch item.kind {
        case .text, .status: return .text(Array(self.bytes[item.range]))
        case .error: return .error(Array(self.bytes[item.range]))
        case .integer: return .integer(item.number)
        case .null: return .null
        case .array:
            var members: [RedisReply] = []
            for _ in 0..<max(0, item.number) where place < self.items.count {
                members.append(self.reply(at: &place))
            }
            return .array(members)
        }
    }
}

extension ArraySlice<UInt8> {
    /// The number that decimal digits spell, or nil if there are others or too many.
    var decimal: Int? {
        guard !self.isEmpty, self.count <= 18 else { return nil }
        var number = 0
        for byte in self {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            number = number &* 10 &+ Int(byte &- 0x30)
        }
        return number
    }
}
