import Foundation
import GatehouseConfig
import Testing

@Suite struct MutationTests {
    /// Ten batches, so that they run side by side.
    @Test(arguments: UInt64(0)..<10)
    func `no damage to the example crashes the reader or shows a secret`(batch: UInt64) throws {
        let folder = try Example.folder()
        let secret = "c2VjcmV0LXRoYXQtbXVzdC1ub3Qtc2hvdw"
        let text = try Example.text().replacingOccurrences(
            of: "secret_file: secrets/jwt ",
            with: "secret: \(secret) "
        ).replacingOccurrences(of: "store: memory", with: "store: \(Self.store)")
        // Comments are half of the example; without them each change hits something that counts.
        let lines = text.components(separatedBy: "\n").map { line in
            line.firstRange(of: "# ").map { String(line[..<$0.lowerBound]) } ?? line
        }.filter { line in !line.drop { $0 == " " }.isEmpty && !line.drop { $0 == " " }.hasPrefix("#") }
        let original = Array(lines.joined(separator: "\n").utf8)
        var generator = SeededGenerator(seed: batch)
        var refused = 0
        for _ in 0..<1000 {
            let bytes = Self.mutated(original, &generator)
            let result = ConfigurationReader.read(
                bytes: bytes,
                fileName: "proxy.conf",
                folder: folder.path,
                environment: ["A": "1"]
            )
            #expect((result.settings == nil) == !result.errors.isEmpty)
            refused += result.settings == nil ? 1 : 0
            let said = result.diagnostics.map(\.rendered).joined(separator: "\n")
            // A piece of the secret that was copied to where no secret belongs cannot be told from other text.
            let damaged = String(decoding: bytes, as: UTF8.self)
            let isInPlace = damaged.contains("secret: ") && damaged.ranges(of: secret.suffix(16)).count == 1
            #expect(!said.contains(secret.suffix(16)) || !isInPlace, "\(said)")
            let isStoreWhole = damaged.ranges(of: "store: \(Self.store)\n").count == 1
            #expect(!said.contains(Self.password) || !isStoreWhole, "\(said)")
        }
        #expect(refused > 500)
    }

    /// One to four changes: a flipped bit, a byte in place of another, a piece cut out, doubled or moved.
    private static func mutated(_ original: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &generator) where bytes.count > 64 {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            let end = min(bytes.count, index + Int.random(in: 1...40, using: &generator))
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[index] = punctuation.randomElement(using: &generator) ?? 0
            case 2: bytes.removeSubrange(index..<end)
            case 3: bytes.insert(contentsOf: bytes[index..<end], at: index)
            case 4: bytes.insert(punctuation.randomElement(using: &generator) ?? 0, at: index)
            default: bytes.removeSubrange(index...)
            }
        }
        return bytes
    }

    private static let password = "xQzvWkJhGfDsPmNb"
    private static let store = "redis://gate:\(password)@127.0.0.1:6379/0"
    private static let punctuation = Array(":-[]{}&*!|>'\"%@`#,?\t\n\r \0${}".utf8) + [0xC3, 0xFF, 0xE2]
}
