internal import GatehouseCore
internal import NIOCore

/// Writes calls of the quota script, made of pieces that were prepared when configuration was read.
///
/// Keys are `gh:q:{SUBJECT}:POLICY`, so all quotas of a subject are in one slot of a cluster. Immutable.
struct QuotaCallWriter {
    /// Up to the keys, by the number of keys less one.
    private let digestHeads: [[UInt8]]
    private let textHeads: [[UInt8]]
    private let policies: [Policy]

    private struct Policy {
        let beforeSubject: [UInt8]
        let afterSubject: [UInt8]
        /// By tier.
        let limits: [Limit]
    }

    /// The arguments of a limit, whole for the usual costs.
    private struct Limit {
        let bounds: [UInt8]
        let forNone: [UInt8]
        let forOne: [UInt8]

        init(_ limit: QuotaLimit) {
            let (burst, overflow) = limit.interval.multipliedReportingOverflow(by: Int64(limit.requests))
            self.bounds = QuotaCallWriter.words(["\(limit.interval)", "\(overflow ? Int64.max / 4 : burst)"])
            self.forNone = self.bounds + QuotaCallWriter.words(["0"])
            self.forOne = self.bounds + QuotaCallWriter.words(["1"])
        }
    }

    init(table: QuotaTable) {
        self.digestHeads = (1...QuotaCharges.capacity).map { count in
            Self.head(["EVALSHA", QuotaScript.digest], count)
        }
        self.textHeads = (1...QuotaCharges.capacity).map { count in Self.head(["EVAL", QuotaScript.text], count) }
        self.policies = table.policies.map { policy in
            let count = 8 + QuotaKey.textCount + policy.name.utf8.count
            return Policy(
                beforeSubject: Array("$\(count)\r\ngh:q:{".utf8),
                afterSubject: Array("}:\(policy.name)\r\n".utf8),
                limits: policy.limits.map { Limit($0) }
            )
        }
    }

    /// Whether every charge is of a policy and a tier that the table has.
    func knows(_ charges: QuotaCharges) -> Bool {
        for place in 0..<charges.count {
            let charge = charges[place]
            guard charge.policy >= 0, charge.policy < self.policies.count, charge.tier >= 0,
                charge.tier < self.policies[charge.policy].limits.count
            else { return false }
        }
        return true
    }

    /// Writes one call for the charges at `places`, a bit each, which are all of one subject and which the table knows.
    func write(_ charges: QuotaCharges, _ places: UInt8, asText: Bool, to output: inout ByteBuffer) {
        guard places != 0 else { return }
        output.writeBytes((asText ? self.textHeads : self.digestHeads)[places.nonzeroBitCount - 1])
        var rest = places
        while rest != 0 {
            let charge = charges[rest.trailingZeroBitCount]
            let policy = self.policies[charge.policy]
            output.writeBytes(policy.beforeSubject)
            output.write(subject: charge.key)
            output.writeBytes(policy.afterSubject)
            rest &= rest &- 1
        }
        rest = places
        while rest != 0 {
            let charge = charges[rest.trailingZeroBitCount]
            let limit = self.policies[charge.policy].limits[charge.tier]
            switch charge.cost {
            case 0: output.writeBytes(limit.forNone)
            case 1: output.writeBytes(limit.forOne)
            default: output.writeBytes(limit.bounds + Self.words(["\(charge.cost)"]))
            }
            rest &= rest &- 1
        }
    }

    /// Writes a call that takes a billionth of a quota which is nobody's, in the same slot as a subject's; `PING` without a subject.
    static func writeProbe(of key: QuotaKey?, to output: inout ByteBuffer) {
        guard let key else { return output.writeCommand("PING") }
        output.writeBytes(Self.head(["EVALSHA", QuotaScript.digest], 1))
        // No policy is named so.
        output.writeString("$\(9 + QuotaKey.textCount)\r\ngh:q:{")
        output.write(subject: key)
        output.writeString("}:~\r\n")
        output.writeBytes(Self.words(["1", "1000000000", "1"]))
    }

    private static func head(_ words: [String], _ keys: Int) -> [UInt8] {
        Array("*\(words.count + 1 + 4 * keys)\r\n".utf8) + Self.words(words + ["\(keys)"])
    }

    private static func words(_ words: [String]) -> [UInt8] {
        words.flatMap { Array("$\($0.utf8.count)\r\n\($0)\r\n".utf8) }
    }
}

extension ByteBuffer {
    /// Writes the 33 bytes of `QuotaKey.write`, eight digits at a time.
    fileprivate mutating func write(subject key: QuotaKey) {
        let digits = key.digits
        self.writeMultipleIntegers(key.kind.rawValue, digits[0], digits[1], digits[2], digits[3])
    }

    /// Writes a command of any words.
    mutating func writeCommand(_ words: [[UInt8]]) {
        self.writeString("*\(words.count)\r\n")
        for word in words {
            self.writeString("$\(word.count)\r\n")
            self.writeBytes(word)
            self.writeString("\r\n")
        }
    }

    /// Writes a command of any words.
    mutating func writeCommand(_ words: String...) {
        self.writeCommand(words.map { Array($0.utf8) })
    }
}

extension QuotaKey {
    /// The hexadecimal digits of the subject, eight a word, the first in the highest byte.
    var digits: InlineArray<4, UInt64> {
        [
            self.high.leadingDigits, (self.high << 32).leadingDigits,
            self.low.leadingDigits, (self.low << 32).leadingDigits,
        ]
    }
}

extension UInt64 {
    /// The first eight of its hexadecimal digits, a byte each.
    fileprivate var leadingDigits: UInt64 {
        let half = self >> 32
        var digits = (half << 16 | half) & 0x0000_FFFF_0000_FFFF
        digits = (digits << 8 | digits) & 0x00FF_00FF_00FF_00FF
        digits = (digits << 4 | digits) & 0x0F0F_0F0F_0F0F_0F0F
        // Above nine the letters begin 39 places after where the digits would go on.
        let isLetter = (digits &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return digits &+ 0x3030_3030_3030_3030 &+ isLetter &* 0x27
    }
}
