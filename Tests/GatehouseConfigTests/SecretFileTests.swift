import Foundation
import Testing

@testable import GatehouseConfig

@Suite struct SecretFileTests {
    /// User 1000 with a group of its own and a supplementary one.
    private static let account = ProcessAccount(user: 1000, groups: [1000, 5000])

    @Test(arguments: [
        // As Kubernetes mounts secrets with `fsGroup`: root's, with a group of ours.
        (mode: 0o440, owner: 0, group: 5000), (0o640, 1000, 1000), (0o640, 1000, 0), (0o600, 1000, 1000),
        (0o400, 0, 0), (0o600, 1000, 33), (0o700, 1000, 33), (0o710, 1000, 1000),
    ])
    func `S-01: a secret file that only we, root and our groups may read is taken`(
        mode: UInt32,
        owner: UInt32,
        group: UInt32
    ) {
        let status = FileStatus(mode: mode, owner: owner, group: group)
        #expect(FileExposure.exposures(of: status, at: "/s", for: Self.account).map(\.reason) == [])
    }

    @Test(arguments: [
        (mode: 0o644, owner: 1000, group: 1000, reason: "others than owner and group"),
        (0o604, 1000, 1000, "others than owner and group"), (0o602, 1000, 1000, "others than owner and group"),
        (0o601, 1000, 1000, "others than owner and group"), (0o777, 0, 0, "others than owner and group"),
        (0o660, 1000, 1000, "its group may write"), (0o620, 0, 0, "its group may write"),
        (0o640, 1000, 33, "a group that is not ours may read this file (mode 0640, group 33)"),
        (0o440, 0, 33, "a group that is not ours may read this file (mode 0440, group 33)"),
        (0o600, 33, 1000, "another account owns this file (user 33)"),
    ])
    func `S-01: a secret file that another account can get at is refused`(
        mode: UInt32,
        owner: UInt32,
        group: UInt32,
        reason: String
    ) {
        let status = FileStatus(mode: mode, owner: owner, group: group)
        let found = FileExposure.exposures(of: status, at: "/s", for: Self.account)
        #expect(found.count == 1 && found.first?.reason.hasPrefix(reason) == true, "\(found)")
    }

    @Test func `S-01: the hint is what repairs the file`() {
        let ours = FileStatus(mode: 0o644, owner: 1000, group: 1000)
        let roots = FileStatus(mode: 0o644, owner: 0, group: 0)
        let strangers = FileStatus(mode: 0o644, owner: 33, group: 33)
        let hints = [ours, roots, strangers].map { status in
            FileExposure.exposures(of: status, at: "/s", for: Self.account).map(\.hint)
        }
        #expect(
            hints == [
                ["`chmod 600 /s`"], ["`chown 1000 /s` and `chmod 600 /s`"],
                ["`chown 1000 /s` and `chmod 600 /s`", "`chown 1000 /s`"],
            ]
        )
    }

    @Test(arguments: [
        (mode: 0o755, owner: 1000, holder: 1000, isGood: true), (0o770, 33, 1000, true),
        (0o777, 0, 1000, false), (0o777, 1000, 1000, false), (0o757, 0, 0, false),
        (0o1777, 0, 1000, true), (0o1777, 0, 0, true),
        // The owner of a file or of a folder may exchange the file in spite of the sticky bit.
        (0o1777, 0, 33, false), (0o1777, 33, 1000, false),
    ])
    func `S-01: a folder that everyone may write to is refused unless it is sticky and root's`(
        mode: UInt32,
        owner: UInt32,
        holder: UInt32,
        isGood: Bool
    ) {
        let exposure = FileExposure.exposure(
            of: FileStatus(mode: mode, owner: owner, group: 0),
            at: "/f",
            holding: FileStatus(mode: 0o600, owner: holder, group: 0),
            for: Self.account
        )
        #expect((exposure == nil) == isGood, "\(String(describing: exposure))")
    }

    @Test func `S-01: a secret is read through the links of Kubernetes, before and after their swap`() throws {
        let folder = try ConfigurationFolder()
        for (generation, seed) in [("..first", UInt64(11)), ("..second", 12)] {
            try folder.write("\(generation)/jwt", Array(ConfigurationFolder.secretText(seed).utf8), mode: 0o440)
        }
        try folder.link("..data", to: "..first")
        try folder.link("mounted", to: "..data/jwt")
        #expect(try Self.secret("mounted", folder) == ConfigurationFolder.secretText(11))
        try folder.link("..data_tmp", to: "..second")
        try #require(unsafe rename("\(folder.path)/..data_tmp", "\(folder.path)/..data") == 0)
        #expect(try Self.secret("mounted", folder) == ConfigurationFolder.secretText(12))
        // What counts is the file and not the link, which anyone may use.
        try #require(unsafe chmod("\(folder.path)/..second/jwt", 0o444) == 0)
        #expect(try SecretFile.read("\(folder.path)/mounted", limit: 1024, for: .current()).exposures.count == 1)
    }

    @Test func `S-01: a link in a folder that everyone may write to is refused`() throws {
        let folder = try ConfigurationFolder()
        try folder.link("shared/link", to: "../jwt")
        let result = folder.read(SmallConfiguration.text(issuer: "secret_file: shared/link"))
        #expect(
            result.errors.map(\.message) == [
                "secret_file: others may replace this file: everyone may write to its folder `\(folder.path)/shared` "
                    + "(mode 0777)"
            ]
        )
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
    func `S-01: a secret that another account owns is refused, and root's sticky folder is good`() throws {
        let folder = try ConfigurationFolder()
        try #require(unsafe chown("\(folder.path)/jwt-other", 65_534, 65_534) == 0)
        let text = SmallConfiguration.text(issuer: "secret_file: jwt-other")
        let error = try #require(folder.read(text).errors.first)
        #expect(error.message == "secret_file: another account owns this file (user 65534) and may change it")
        #expect(error.hint == "`chown 0 \(folder.path)/jwt-other`")
        #expect(error.line == 13 && error.column == 20)
        try folder.makeFolder("shared", mode: 0o1777)
        #expect(try Self.secret("shared/jwt", folder) == ConfigurationFolder.secretText(7))
    }

    @Test(arguments: ["jwt-open", "jwt-group", "shared/jwt"])
    func `S-01: development warns and goes on`(name: String) throws {
        let text = SmallConfiguration.text(mode: "development", issuer: "secret_file: \(name)")
        let result = try ConfigurationFolder().read(text)
        #expect(result.settings != nil && result.warnings.count == 1 && result.warnings.first?.line == 13)
    }

    @Test(arguments: [
        ("folder", "it is a folder"), ("pipe", "it is not a regular file"), ("loop", "too many symbolic links"),
        ("jwt/more", "a part of the path is not a folder"), ("nowhere", "there is no such file"),
    ])
    func `what is no file is no secret`(name: String, reason: String) throws {
        let folder = try ConfigurationFolder()
        try #require(unsafe mkfifo("\(folder.path)/pipe", 0o600) == 0)
        try folder.link("loop", to: "loop")
        try folder.link("nowhere", to: "nothing")
        let result = folder.read(SmallConfiguration.text(issuer: "secret_file: \(name)"))
        #expect(
            result.errors.map(\.message) == ["secret_file: cannot read `\(folder.path)/\(name)`: \(reason)"]
        )
    }

    private static func secret(_ name: String, _ folder: ConfigurationFolder) throws -> String {
        let secret = try SecretFile.read("\(folder.path)/\(name)", limit: 1024, for: .current())
        #expect(secret.exposures.map(\.reason) == [])
        return String(decoding: secret.file.bytes, as: UTF8.self)
    }
}
