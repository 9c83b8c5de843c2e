package import GatehouseAccounts
private import GatehouseCrypto

/// A hash as it is stored: the cost, the salt and the tag.
package struct Argon2Hash: Sendable, Equatable {
    /// What making it cost.
    package let cost: Argon2Cost
    /// The salt.
    package let salt: [UInt8]
    /// The result.
    package let tag: [UInt8]

    /// Bytes of a new salt and of a new tag (RFC 9106 section 3.1 and 4).
    static let saltCount = 16
    static let tagCount = 32

    // What imports may bring: other lengths, within reason. RFC 9106 allows salts from 8 bytes and tags from 4.
    private static let saltCounts = 8...64
    private static let tagCounts = 16...64
    private static let longestText = 512

    /// Hashes a password with a fresh salt; blocks.
    package init(of password: NormalizedPassword, cost: Argon2Cost) throws(PasswordFault) {
        let salt = Random.bytes(Self.saltCount)
        self.init(
            cost: cost,
            salt: salt,
            tag: try Argon2.tag(of: password, salt: salt, cost: cost, count: Self.tagCount)
        )
    }

    /// Reads a PHC string of the one spelling `$argon2id$v=19$m=M,t=T,p=P$SALT$TAG`.
    ///
    /// Another algorithm or version, other parameters, numbers over the limits of `Argon2Cost`, padding and anything
    /// after the tag are refused, so that nothing in a database makes this process work without bound.
    ///
    /// - Throws: `corruptHash`.
    package init(phc: String) throws(PasswordFault) {
        guard phc.utf8.count <= Self.longestText else { throw .corruptHash }
        let parts = phc.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, Self.isHeader(parts[1], parts[2]) else { throw .corruptHash }
        guard let cost = Self.cost(parts[3]) else { throw .corruptHash }
        guard let salt = Self.bytes(parts[4]), Self.saltCounts.contains(salt.count) else { throw .corruptHash }
        guard let tag = Self.bytes(parts[5]), Self.tagCounts.contains(tag.count) else { throw .corruptHash }
        self.init(cost: cost, salt: salt, tag: tag)
    }

    /// A hash of nothing, for accounts that do not exist: no password gives its tag, and finding that out costs the same.
    static func decoy(cost: Argon2Cost) -> Argon2Hash {
        Argon2Hash(cost: cost, salt: Random.bytes(saltCount), tag: Random.bytes(tagCount))
    }

    private init(cost: Argon2Cost, salt: [UInt8], tag: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.tag = tag
    }

    /// The PHC string.
    package var phc: String {
        let parameters = "m=\(cost.memoryKibibytes),t=\(cost.iterations),p=\(cost.parallelism)"
        return "$argon2id$v=19$\(parameters)$\(Self.text(salt))$\(Self.text(tag))"
    }

    /// Whether a new hash would be made in the same way.
    func isMade(like live: Argon2Cost) -> Bool {
        cost == live && salt.count == Self.saltCount && tag.count == Self.tagCount
    }

    /// Whether it is the hash of a password; blocks, and takes the same time whatever the answer is.
    package func matches(_ password: NormalizedPassword) throws(PasswordFault) -> Bool {
        constantTimeEquals(try Argon2.tag(of: password, salt: salt, cost: cost, count: tag.count), tag)
    }
}

extension Argon2Hash {
    private typealias Part = Substring.UTF8View

    private static func isHeader(_ algorithm: Part, _ version: Part) -> Bool {
        algorithm.elementsEqual("argon2id".utf8) && version.elementsEqual("v=19".utf8)
    }

    private static func cost(_ text: Part) -> Argon2Cost? {
        let fields = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard fields.count == 3 else { return nil }
        guard let memory = number(fields[0], of: "m="), let iterations = number(fields[1], of: "t="),
            let parallelism = number(fields[2], of: "p=")
        else { return nil }
        return Argon2Cost(memoryKibibytes: memory, iterations: iterations, parallelism: parallelism)
    }

    // Digits only, without a sign and without zeros in front: at most ten, so that it fits.
    private static func number(_ field: Part, of name: String) -> Int? {
        guard field.starts(with: name.utf8) else { return nil }
        let digits = field.dropFirst(name.utf8.count)
        guard (1...10).contains(digits.count), digits.first != UInt8(ascii: "0") else { return nil }
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int(String(digits) ?? "")
    }

    // PHC strings use the alphabet of plain Base64, without padding.
    private static func bytes(_ part: Part) -> [UInt8]? {
        var text = Array(part)
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "+"): text[index] = UInt8(ascii: "-")
            case UInt8(ascii: "/"): text[index] = UInt8(ascii: "_")
            case UInt8(ascii: "-"), UInt8(ascii: "_"): return nil
            default: break
            }
        }
        return Base64URL.decode(text.span)
    }

    private static func text(_ bytes: [UInt8]) -> String {
        let text = Base64URL.encode(bytes).map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
