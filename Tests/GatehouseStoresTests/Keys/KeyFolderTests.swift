import Foundation
import GatehouseAccounts
import GatehouseCore
import GatehouseCrypto
import Glibc
import Testing

@testable import GatehouseStores

@Suite struct KeyFolderTests {
    @Test func `S-02: the first start makes keys that only the owner can read, and the next ones find them`() throws {
        let place = try KeyPlace()
        let first = try KeyFolder.open(place.path, now: 1_800_000_000)
        let second = try KeyFolder.open(place.path, now: 1_900_000_000)
        #expect(first.keys.keyID == second.keys.keyID)
        #expect(first.entries == second.entries)
        #expect(first.keys.document == second.keys.document)
        let entry = KeyEntry(
            keyID: first.keys.keyID,
            state: .active,
            createdAt: 1_800_000_000,
            activatedAt: 1_800_000_000,
            retiresAt: nil
        )
        #expect(first.entries == [entry])
        #expect(try place.mode("") == 0o700)
        let names = try place.names
        #expect(names == [".lock", "\(entry.keyID).pem", "keys.json", "refresh.key"].sorted())
        for name in names { #expect(try place.mode(name) == 0o600) }
    }

    @Test func `starts at one time agree on one key`() async throws {
        let place = try KeyPlace()
        let path = place.path
        let found = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<16 {
                group.addTask { try KeyFolder.open(path, now: 1).keys.keyID }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(found.count == 1)
        #expect(try place.names.count == 4)
    }

    @Test(arguments: ["keys.json", "refresh.key", "pem"])
    func `S-02: a start that was killed on the way is begun again`(lost: String) throws {
        let place = try KeyPlace()
        let before = try KeyFolder.open(place.path, now: 1)
        try place.remove("keys.json")
        if lost == "refresh.key" { try place.remove("refresh.key") }
        if lost == "pem" { try place.remove("\(before.keys.keyID).pem") }
        try place.write("half of a", to: "keys.json.new", mode: 0o600)
        let after = try KeyFolder.open(place.path, now: 2)
        #expect(after.keys.keyID != before.keys.keyID)
        #expect(after.entries.map(\.createdAt) == [2])
        #expect(try KeyFolder.open(place.path, now: 3).entries == after.entries)
        #expect(try !place.names.contains("keys.json.new"))
    }

    @Test(arguments: [0o644, 0o604, 0o660, 0o622, 0o601])
    func `S-01: a file that others may use is refused, by name`(mode: Int) throws {
        let place = try KeyPlace()
        let keys = try KeyFolder.open(place.path, now: 1)
        for name in ["keys.json", "refresh.key", "\(keys.keys.keyID).pem"] {
            try place.change(name, mode: mode)
            let fault = #expect(throws: KeyFolderFault.self) { try KeyFolder.open(place.path, now: 2) }
            #expect(fault?.message.contains("\(place.path)/\(name)") == true)
            try place.change(name, mode: 0o600)
        }
        #expect(try KeyFolder.open(place.path, now: 2).entries == keys.entries)
    }

    @Test func `S-01: a folder to which everyone may write is refused`() throws {
        let place = try KeyPlace()
        _ = try KeyFolder.open(place.path, now: 1)
        try place.change("", mode: 0o702)
        #expect(throws: KeyFolderFault.self) { try KeyFolder.open(place.path, now: 2) }
    }

    @Test func `a key that is missing, broken or another one is refused, and never replaced`() throws {
        let place = try KeyPlace()
        let keys = try KeyFolder.open(place.path, now: 1)
        let name = "\(keys.keys.keyID).pem"
        let other = try #require(SigningKey.generateES256().privatePEM)
        for text in [nil, "", "no key", other.reveal { String(decoding: [UInt8](copying: $0), as: UTF8.self) }] {
            if let text { try place.write(text, to: name, mode: 0o600) } else { try place.remove(name) }
            let fault = #expect(throws: KeyFolderFault.self) { try KeyFolder.open(place.path, now: 2) }
            #expect(fault?.message.contains(name) == true)
        }
    }

    @Test(
        arguments: [
            "", "{}", "[]", #"{"version": 2, "keys": []}"#, #"{"version": 1, "keys": []}"#,
            #"{"version": 1, "keys": [1]}"#,
            #"{"version": 1, "keys": [{"kid": "../../etc/passwd", "algorithm": "ES256", "state": "active", "created_at": 1}]}"#,
        ]
    )
    func `a list that is not one is refused`(list: String) throws {
        let place = try KeyPlace()
        _ = try KeyFolder.open(place.path, now: 1)
        try place.write(list, to: "keys.json", mode: 0o600)
        let fault = #expect(throws: KeyFolderFault.self) { try KeyFolder.open(place.path, now: 2) }
        #expect(fault?.message.contains("keys.json") == true)
    }

    @Test func `next and retiring keys are published, retired ones are not`() throws {
        let place = try KeyPlace()
        let first = try KeyFolder.open(place.path, now: 1)
        var entries = first.entries
        for state in [KeyEntry.State.next, .retiring, .retired] {
            let key = try SigningKey.generateES256()
            let keyID = try PublishedKey(key.verificationKey).keyID
            let pem = try #require(key.privatePEM).reveal { String(decoding: [UInt8](copying: $0), as: UTF8.self) }
            try place.write(pem, to: "\(keyID).pem", mode: 0o600)
            entries.append(KeyEntry(keyID: keyID, state: state, createdAt: 2, activatedAt: nil, retiresAt: 9))
        }
        let list = String(decoding: KeyEntry.document(entries), as: UTF8.self)
        try place.write(list, to: "keys.json", mode: 0o600)
        let folder = try KeyFolder.open(place.path, now: 3)
        #expect(folder.entries == entries)
        #expect(folder.keys.keyID == first.keys.keyID)
        #expect(folder.keys.publicSet.keys.count == 3)
    }

    @Test func `a folder that cannot be made says why`() {
        let fault = #expect(throws: KeyFolderFault.self) { try KeyFolder.open("/nonexistent/keys", now: 1) }
        #expect(fault?.message.contains("No such file or directory") == true)
    }
}

/// A place for a key folder, removed when the value goes.
private final class KeyPlace {
    let path: String
    private let root: URL

    init() throws {
        self.root = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.root, withIntermediateDirectories: false)
        self.path = self.root.appending(path: "keys").path
    }

    deinit {
        try? FileManager.default.removeItem(at: self.root)
    }

    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: self.path).sorted() }
    }

    func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(self.path)/\(name)")
        return try #require(attributes[.posixPermissions] as? Int)
    }

    func change(_ name: String, mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(self.path)/\(name)")
    }

    func write(_ text: String, to name: String, mode: Int) throws {
        let path = "\(self.path)/\(name)"
        try Data(text.utf8).write(to: URL(filePath: path))
        try self.change(name, mode: mode)
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: "\(self.path)/\(name)")
    }
}
