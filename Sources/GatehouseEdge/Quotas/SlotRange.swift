internal import GatehouseCore

/// One line of `CLUSTER SLOTS`.
struct SlotRange {
    let slots: ClosedRange<Int>
    let primary: RedisAddress

    /// Reads a line; a host that the node does not know, or does not say, is its own.
    init?(_ line: RedisReply, from node: RedisAddress) {
        let members = line.members
        guard members.count >= 3, let first = members[0].number, let last = members[1].number, first >= 0,
            first <= last, last < 16_384
        else { return nil }
        let primary = members[2].members
        guard primary.count >= 2, let port = primary[1].number, port > 0, port < 65_536 else { return nil }
        let host = primary[0].string ?? ""
        self.slots = first...last
        self.primary = RedisAddress(host: host.isEmpty || host == "?" ? node.host : host, port: port)
    }
}

/// Counts in which slot a key lies: CRC16 (XMODEM) of what stands in its braces.
struct SlotCounter {
    private let table: [UInt16]

    init() {
        self.table = (0..<256).map { byte in
            var code = UInt16(byte) << 8
            for _ in 0..<8 { code = code & 0x8000 == 0 ? code << 1 : code << 1 ^ 0x1021 }
            return code
        }
    }

    /// The slot of a subject's quotas.
    func slot(of key: QuotaKey) -> Int {
        var code = self.add(key.kind.rawValue, to: 0)
        let digits = key.digits
        for place in digits.indices {
            let word = digits[place]
            for shift in stride(from: UInt64(56), through: 0, by: -8) {
                code = self.add(UInt8(truncatingIfNeeded: word >> shift), to: code)
            }
        }
        return Int(code & 16_383)
    }

    /// The slot of a key without braces.
    func slot(of key: [UInt8]) -> Int {
        Int(key.reduce(0) { self.add($1, to: $0) } & 16_383)
    }

    @inline(__always)
    private func add(_ byte: UInt8, to code: UInt16) -> UInt16 {
        code << 8 ^ self.table[Int(UInt8(truncatingIfNeeded: code >> 8) ^ byte)]
    }
}
