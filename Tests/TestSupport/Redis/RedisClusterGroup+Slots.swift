extension RedisClusterGroup {
    /// Moves a slot with all its keys to another master, and waits until every node knows.
    package func moveSlot(_ slot: Int, to target: RedisServer) throws {
        let source = try beginMoving(slot, to: target)
        try moveKeys(of: slot, from: source, to: target)
        try finishMoving(slot, to: target)
    }

    /// Opens a slot for moving: its holder answers `ASK` for keys that it does not have, and `TRYAGAIN` for some.
    ///
    /// - Returns: the master that still holds the slot.
    @discardableResult
    package func beginMoving(_ slot: Int, to target: RedisServer) throws -> RedisServer {
        let source = try master(ofSlot: slot)
        try target.expect("CLUSTER", "SETSLOT", "\(slot)", "IMPORTING", identifier(of: source))
        try source.expect("CLUSTER", "SETSLOT", "\(slot)", "MIGRATING", identifier(of: target))
        return source
    }

    /// Moves the keys of a slot that was opened.
    package func moveKeys(of slot: Int, from source: RedisServer, to target: RedisServer) throws {
        while true {
            let keys = try source.expect("CLUSTER", "GETKEYSINSLOT", "\(slot)", "100").members.compactMap(\.text)
            guard !keys.isEmpty else { return }
            let password = target.options.password.map { ["AUTH", $0] } ?? []
            let answer = try source.cli(
                ["MIGRATE", "127.0.0.1", "\(target.port)", "", "0", "5000"] + password + ["KEYS"] + keys
            )
            guard !answer.isError else { throw SupportFailure("MIGRATE to \(target.address): \(answer)") }
        }
    }

    /// Closes a slot that was opened, and waits until every node knows its new holder.
    package func finishMoving(_ slot: Int, to target: RedisServer) throws {
        let holder = try identifier(of: target)
        let source = try master(ofSlot: slot)
        // The target first: if it failed in between, the slot would have no holder otherwise.
        try target.expect("CLUSTER", "SETSLOT", "\(slot)", "NODE", holder)
        if source !== target { try source.expect("CLUSTER", "SETSLOT", "\(slot)", "NODE", holder) }
        for node in nodes {
            try wait(for: "\(node.address) to know the holder of slot \(slot)", seconds: 60) {
                let answer = try node.cli("GET", try keyProbe(of: slot))
                let isHolder = node === target
                return isHolder ? !answer.isError : answer.text == "MOVED \(slot) \(target.address)"
            }
        }
    }

    private func identifier(of node: RedisServer) throws -> String {
        try node.expect("CLUSTER", "MYID").text ?? ""
    }

    /// A key that nobody uses and that lies in a slot.
    private func keyProbe(of slot: Int) throws -> String {
        for number in 0..<1_000_000 where KeySlot.slot(of: "probe-\(number)") == slot { return "probe-\(number)" }
        throw SupportFailure("no key lies in slot \(slot)")
    }
}

/// The slot of a key, counted as the cluster counts it.
package enum KeySlot {
    /// CRC16 (XMODEM) of the key, or of what stands between its first braces, modulo 16384.
    package static func slot(of key: String) -> Int {
        var bytes = Array(key.utf8)[...]
        if let open = bytes.firstIndex(of: 0x7B), let close = bytes[(open + 1)...].firstIndex(of: 0x7D),
            close > open + 1
        {
            bytes = bytes[(open + 1)..<close]
        }
        var code: UInt16 = 0
        for byte in bytes {
            code ^= UInt16(byte) << 8
            for _ in 0..<8 { code = code & 0x8000 == 0 ? code << 1 : (code << 1) ^ 0x1021 }
        }
        return Int(code) % 16_384
    }
}
