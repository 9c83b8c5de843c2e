import Foundation
import GatehouseConfig
import Testing

@Suite struct FileTests {
    @Test func `relative paths start at the folder of the file`() throws {
        let folder = try ConfigurationFolder()
        try folder.write("proxy.conf", Array(SmallConfiguration.text().utf8))
        let result = ConfigurationReader.read(path: "\(folder.path)/proxy.conf", environment: [:])
        #expect(result.diagnostics.map(\.rendered) == [])
        #expect(result.settings?.folder == folder.path)
        #expect(result.settings?.file == "\(folder.path)/proxy.conf")
    }

    @Test func `a missing file is an error without a place`() throws {
        let folder = try ConfigurationFolder()
        let result = ConfigurationReader.read(path: "\(folder.path)/none.conf", environment: [:])
        #expect(
            result.diagnostics.map(\.rendered) == [
                "\(folder.path)/none.conf: error: cannot read the configuration: there is no such file\n"
                    + "    `gatehouse init DIR` writes a working one"
            ]
        )
        #expect(result.settings == nil && result.dump == nil)
    }

    @Test func `folders, pipes and large files are refused`() throws {
        let folder = try ConfigurationFolder()
        let pipe = "\(folder.path)/pipe"
        let status = unsafe mkfifo(pipe, 0o600)
        #expect(status == 0)
        for (name, reason) in [
            ("folder", "it is a folder"), ("pipe", "it is not a regular file"), ("large", "it is larger than 1024 KiB"),
        ] {
            let result = ConfigurationReader.read(path: "\(folder.path)/\(name)", environment: [:])
            #expect(result.errors.map(\.message) == ["cannot read the configuration: \(reason)"])
        }
    }

    @Test(arguments: [
        ([UInt8]("version: 1\nmode: é".utf8) + [0xFF], 2, 8), ([0xC3, 0x28], 1, 1), ([0x61, 0x0A, 0xE2, 0x82], 2, 1),
    ])
    func `bytes that are not UTF-8 are an error at their place`(bytes: [UInt8], line: Int, column: Int) throws {
        let result = ConfigurationReader.read(bytes: bytes, fileName: "f", folder: "/", environment: [:])
        #expect(result.diagnostics.map(\.rendered) == ["f:\(line):\(column): error: the file is not valid UTF-8 here"])
    }

    @Test func `a NUL is an error at its place`() {
        let result = ConfigurationReader.read(
            bytes: Array("version: 1\nmode: a\u{0}b\n".utf8),
            fileName: "f",
            folder: "/",
            environment: [:]
        )
        #expect(
            result.diagnostics.map(\.rendered) == [
                "f:2:8: error: a control character is not allowed here\n    mode: a\u{FFFD}b\n           ^"
            ]
        )
    }

    @Test func `line ends of every system count the same`() throws {
        let folder = try ConfigurationFolder()
        for end in ["\n", "\r\n", "\r"] {
            let text = "version: 1\n# x\n\nmode: fast\n".replacingOccurrences(of: "\n", with: end)
            let error = folder.read(text).errors.first { $0.message.contains("fast") }
            #expect(error?.line == 4 && error?.column == 7 && error?.sourceLine == "mode: fast")
        }
    }

    @Test func `a byte order mark at the beginning does no harm`() throws {
        let folder = try ConfigurationFolder()
        let result = folder.read("\u{FEFF}" + SmallConfiguration.text())
        #expect(result.diagnostics.map(\.rendered) == [])
    }

    @Test func `an alias bomb is refused at once`() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<30 {
            let items = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        // As a key the last alias would be hashed, all nine to the thirtieth of it.
        for bomb in [text, text + "? *a29\n: x\n"] {
            let result = try ConfigurationFolder().read(bomb)
            #expect(result.errors.map(\.message) == ["anchors and aliases are not allowed"])
        }
    }

    @Test(arguments: [
        "a: '&x *x'", "a: \"\\\"&x *x\"", "a: b # &x *x", "a: b&x c*x", "a: /* &", "a: [/*, /**]",
    ])
    func `what only looks like an anchor is none`(line: String) throws {
        let result = try ConfigurationFolder().read(line)
        #expect(!result.errors.contains { $0.message.contains("anchors") })
    }

    @Test func `ten thousand levels are refused and do not exhaust the stack`() throws {
        let deep = String(repeating: "[", count: 10_000)
        #expect(try ConfigurationFolder().read("admin: \(deep)").settings == nil)
        let wide = (0..<200).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
        #expect(try ConfigurationFolder().read(wide).settings == nil)
    }
}
