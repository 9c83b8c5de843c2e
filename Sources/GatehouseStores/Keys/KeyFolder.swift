package import GatehouseAccounts
internal import GatehouseCrypto

/// The folder with the keys of the accounts service; its files are made at the first start.
///
/// `keys.json` lists the signing keys and their states, `KID.pem` holds each of them, and `refresh.key` what refresh tokens are derived
/// with. The list is written last, so that it only names files that are whole; whoever is killed on the way leaves no list, and the next
/// start begins again. Processes that start at one time agree by a lock in the folder.
package struct KeyFolder: Sendable {
    /// The keys in the order of the list.
    package let entries: [KeyEntry]
    /// What the accounts service works with.
    package let keys: AccountsKeys

    /// Opens a folder, and makes it and its keys if they are not there; the folder above it is.
    ///
    /// Blocks for the disk, and for another process that makes the keys at the moment. Nothing is written where there are keys, so
    /// that the folder may be read-only then. Refuses files that others than owner and group may read, that the group may write or that
    /// belong to somebody else; what is judged is the open file.
    ///
    /// - Parameters:
    ///   - path: The absolute path.
    ///   - now: The wall clock in whole seconds since 1970.
    /// - Returns: The keys.
    /// - Throws: What is wrong with which file.
    package static func open(_ path: String, now: Int64) throws(KeyFolderFault) -> KeyFolder {
        let files = try KeyFiles(path)
        if let folder = try KeyFolder(reading: files) { return folder }
        return try files.locked { () throws(KeyFolderFault) in
            if let folder = try KeyFolder(reading: files) { return folder }
            try KeyFolder.make(in: files, now: now)
            guard let folder = try KeyFolder(reading: files) else {
                throw KeyFolderFault(message: "\(path)/\(KeyFolder.listName) vanished while it was made")
            }
            return folder
        }
    }

    /// Reads what is there; nil if there is no list yet.
    private init?(reading files: KeyFiles) throws(KeyFolderFault) {
        guard let list = try files.read(KeyFolder.listName) else { return nil }
        self.entries = try KeyEntry.parse(list, name: files.path(of: KeyFolder.listName))
        var active: SigningKey?
        var others: [VerificationKey] = []
        for entry in self.entries where entry.state != .retired {
            let key = try KeyFolder.key(entry, files)
            if entry.state == .active { active = key } else { others.append(key.verificationKey) }
        }
        guard let active else {
            throw KeyFolderFault(message: "\(files.path(of: KeyFolder.listName)) names no active key")
        }
        let secret = try KeyFolder.refreshSecret(files)
        do throws(KeyFlaw) {
            self.keys = try AccountsKeys(signing: active, others: others, refreshSecret: secret)
        } catch {
            throw KeyFolderFault(message: "\(files.path(of: KeyFolder.refreshName)): \(error.message)")
        }
    }

    private static func key(_ entry: KeyEntry, _ files: KeyFiles) throws(KeyFolderFault) -> SigningKey {
        let name = "\(entry.keyID).pem"
        guard let pem = try files.read(name) else {
            throw KeyFolderFault(message: "\(files.path(of: name)) is missing, though the list names it")
        }
        let published: PublishedKey
        let key: SigningKey
        do throws(KeyFlaw) {
            key = try SigningKey.pem(pem)
            published = try PublishedKey(key.verificationKey)
        } catch {
            throw KeyFolderFault(message: "\(files.path(of: name)): \(error.message)")
        }
        guard published.keyID == entry.keyID else {
            throw KeyFolderFault(message: "\(files.path(of: name)) holds another key than its name says")
        }
        return key
    }

    private static func refreshSecret(_ files: KeyFiles) throws(KeyFolderFault) -> Secret {
        guard let text = try files.read(self.refreshName) else {
            throw KeyFolderFault(message: "\(files.path(of: self.refreshName)) is missing")
        }
        let bytes = text.reveal { span in
            var line = span
            if line.count > 0, line[line.count - 1] == UInt8(ascii: "\n") { line = line.extracting(droppingLast: 1) }
            return Base64URL.decode(line)
        }
        guard let bytes, bytes.count == 32 else {
            throw KeyFolderFault(message: "\(files.path(of: self.refreshName)) does not hold 32 bytes in base64url")
        }
        return Secret(bytes)
    }

    /// Makes what is missing; a file of a start that was killed is made again, but for the secret, which may be in use.
    private static func make(in files: KeyFiles, now: Int64) throws(KeyFolderFault) {
        try files.removeDrafts()
        if try files.read(self.refreshName) == nil {
            try files.write(Secret(Base64URL.encode(Random.bytes(32)) + [UInt8(ascii: "\n")]), to: self.refreshName)
        }
        let entry: KeyEntry
        let pem: Secret
        do throws(KeyFlaw) {
            let key = try SigningKey.generateES256()
            guard let text = key.privatePEM else { throw .unsupportedKey }
            pem = text
            let keyID = try PublishedKey(key.verificationKey).keyID
            entry = KeyEntry(keyID: keyID, state: .active, createdAt: now, activatedAt: now, retiresAt: nil)
        } catch {
            throw KeyFolderFault(message: "cannot make a signing key: \(error.message)")
        }
        try files.write(pem, to: "\(entry.keyID).pem")
        try files.write(Secret(KeyEntry.document([entry])), to: self.listName)
    }

    private static let listName = "keys.json"
    private static let refreshName = "refresh.key"
}
