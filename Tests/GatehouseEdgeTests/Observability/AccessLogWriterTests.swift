import Foundation
import GatehouseCore
import Glibc
import Testing

@testable import GatehouseEdge

@Suite struct AccessLogWriterTests {
    @Test func `lines of several loops arrive whole, those of one loop in order`() async throws {
        let folder = try LogFolder()
        let writer = try AccessLogWriter(.file(folder.file("access.log")))
        await withTaskGroup { group in
            for loop in 0..<4 {
                group.addTask {
                    for batch in 0..<50 {
                        writer.submit(20, from: loop * 100_000 + batch * 20)
                    }
                }
            }
        }
        #expect(await writer.close(within: .seconds(90)))
        let numbers = LogLines.numbers(LogLines.content(folder.file("access.log"))).compactMap(\.self)
        #expect(numbers.count == 4000)
        for loop in 0..<4 {
            let own = numbers.filter { $0 / 100_000 == loop }
            #expect(own == Array(loop * 100_000..<loop * 100_000 + 1000))
        }
        #expect(writer.figures == AccessLogWriter.Figures(written: 4000, dropped: 0))
    }

    @Test func `a buffer hands over full batches by itself and the rest when asked`() async throws {
        let folder = try LogFolder()
        let writer = try AccessLogWriter(.file(folder.file("access.log")))
        let buffer = AccessLogBuffer(writer: writer)
        let head = RecordFixtures.head()
        for _ in 0..<1000 {
            buffer.append(
                RecordFixtures.forwarded(),
                head: head,
                client: Array("192.0.2.7".utf8),
                names: RecordFixtures.names,
                protocolName: .http1,
                now: RecordFixtures.now
            )
        }
        #expect(await writer.flush(within: .seconds(90)))
        let early = writer.figures.written
        #expect(early > 0 && early < 1000)
        buffer.flushIfDue(RecordFixtures.now)
        #expect(await writer.close(within: .seconds(90)))
        let lines = LogLines.content(folder.file("access.log")).split(separator: 0x0A)
        #expect(lines.count == 1000)
        #expect(lines.allSatisfy { Array($0) + [0x0A] == RecordFixtures.line(RecordFixtures.forwarded()) })
    }

    @Test func `the file is made for owner and group, and appended to`() async throws {
        let folder = try LogFolder()
        let path = folder.file("access.log")
        for round in 0..<2 {
            let writer = try AccessLogWriter(.file(path))
            writer.submit(10, from: round * 10)
            #expect(await writer.close(within: .seconds(90)))
        }
        #expect(LogLines.numbers(LogLines.content(path)) == Array(0..<20))
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let mode = try #require(attributes[.posixPermissions] as? Int)
        #expect(mode & 0o600 == 0o600)
        #expect(mode & 0o137 == 0)
    }

    @Test func `a file that cannot be opened is an error with its path`() throws {
        let folder = try LogFolder()
        let path = folder.file("missing/access.log")
        let fault = #expect(throws: AccessLogWriter.Fault.self) { try AccessLogWriter(.file(path)) }
        #expect(fault?.code == ENOENT)
        #expect("\(try #require(fault))" == "access log \(path): No such file or directory")
    }

    @Test func `D-13 a stopped reader blocks no loop: what does not fit is dropped and counted`() async throws {
        let folder = try LogFolder()
        let path = try folder.fifo("access.log")
        let reader = try FIFOReader(path)
        let writer = try AccessLogWriter(.file(path), limit: 256 * 1024)
        let start = ContinuousClock.now
        for batch in 0..<100 {
            writer.submit(100, from: batch * 100)
        }
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(writer.figures.dropped >= 6000)

        let content = reader.read(all: 10_000, of: writer)
        #expect(content.count == Int(writer.figures.written) * 100)
        let numbers = LogLines.numbers(content).compactMap(\.self)
        #expect(numbers.count == Int(writer.figures.written))
        #expect(numbers == numbers.sorted())

        writer.submit(10, from: 20_000)
        #expect(await writer.close(within: .seconds(90)))
        #expect(LogLines.numbers(reader.read()) == Array(20_000..<20_010))
    }

    @Test func `D-13 small batches behind a stopped reader take the memory of their bytes`() async throws {
        let folder = try LogFolder()
        let path = try folder.fifo("access.log")
        let reader = try FIFOReader(path)
        let limit = 1024 * 1024
        let writer = try AccessLogWriter(.file(path), limit: limit)
        for number in 0..<20_000 {
            writer.submit(1, from: number)
        }
        #expect(writer.figures.dropped > 8000)
        #expect(writer.reservedBytes > limit / 2)
        #expect(writer.reservedBytes < limit * 5 / 2)

        let content = reader.read(all: 20_000, of: writer)
        #expect(content.count == Int(writer.figures.written) * 100)
        let numbers = LogLines.numbers(content).compactMap(\.self)
        #expect(numbers == Array(0..<numbers.count))
        #expect(await writer.close(within: .seconds(90)))
    }

    @Test func `D-13 closing does not wait for a stopped reader longer than its deadline`() async throws {
        let folder = try LogFolder()
        let path = try folder.fifo("access.log")
        let reader = try FIFOReader(path)
        let writer = try AccessLogWriter(.file(path))
        for _ in 0..<10 {
            writer.submit(1000)
        }
        #expect(await writer.flush(within: .milliseconds(20)) == false)
        #expect(await writer.close(within: .milliseconds(50)) == false)
        // What the pipe took cannot be told apart from the rest of its batch before the reader goes on.
        #expect(writer.figures.dropped >= 8000)
        writer.submit(1)
        #expect(writer.figures.dropped >= 8001)
        let isOver = await eventually {
            _ = reader.read()
            let figures = writer.figures
            return figures.written + figures.dropped == 10_001
        }
        #expect(isOver)
    }

    @Test func `D-13 a reader that went away costs lines until another one comes`() async throws {
        let folder = try LogFolder()
        let path = try folder.fifo("access.log")
        var reader: FIFOReader? = try FIFOReader(path)
        let writer = try AccessLogWriter(.file(path))
        writer.submit(5)
        #expect(await writer.flush(within: .seconds(90)))
        #expect(LogLines.numbers(reader?.read() ?? []) == Array(0..<5))
        reader = nil
        writer.submit(5, from: 5)
        #expect(await writer.flush(within: .seconds(90)))
        #expect(writer.figures == AccessLogWriter.Figures(written: 5, dropped: 5))

        reader = try FIFOReader(path)
        writer.submit(5, from: 10)
        #expect(await writer.close(within: .seconds(90)))
        #expect(LogLines.numbers(reader?.read() ?? []) == Array(10..<15))
        #expect(writer.figures == AccessLogWriter.Figures(written: 10, dropped: 5))
    }

    @Test func `D-13 a full disk costs lines and nothing else`() async throws {
        let writer = try AccessLogWriter(.file("/dev/full"))
        for _ in 0..<10 {
            writer.submit(100)
        }
        #expect(await writer.close(within: .seconds(90)))
        #expect(writer.figures == AccessLogWriter.Figures(written: 0, dropped: 1000))
    }

    @Test(.enabled(if: SmallDisk.isAvailable, "needs the right to mount a tmpfs"))
    func `D-13 a disk that fills up and is emptied leaves whole lines only`() async throws {
        let disk = try SmallDisk()
        let path = disk.path + "/access.log"
        let ballast = disk.path + "/ballast"
        try Data(repeating: 0, count: 40 * 1024).write(to: URL(fileURLWithPath: ballast))
        let writer = try AccessLogWriter(.file(path))
        for batch in 0..<10 {
            writer.submit(100, from: batch * 100)
        }
        #expect(await writer.flush(within: .seconds(90)))
        let dropped = writer.figures.dropped
        #expect(dropped > 0 && dropped < 1000)

        try FileManager.default.removeItem(atPath: ballast)
        writer.submit(100, from: 5000)
        #expect(await writer.close(within: .seconds(90)))
        let numbers = LogLines.numbers(LogLines.content(path))
        #expect(numbers.allSatisfy { $0 != nil })
        #expect(Array(numbers.suffix(100)) == Array(5000..<5100))
        #expect(numbers.count == Int(writer.figures.written))
        #expect(writer.figures.dropped == dropped)
    }

    @Test func `a file that was moved or removed is opened anew without a signal`() async throws {
        let folder = try LogFolder()
        let path = folder.file("access.log")
        let writer = try AccessLogWriter(.file(path))
        writer.submit(10)
        #expect(await writer.flush(within: .seconds(90)))
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")

        var next = 10
        let isMade = await eventually {
            writer.submit(1, from: next)
            next += 1
            return FileManager.default.fileExists(atPath: path)
        }
        #expect(isMade)
        try FileManager.default.removeItem(atPath: path)
        let isMadeAgain = await eventually {
            writer.submit(1, from: next)
            next += 1
            return FileManager.default.fileExists(atPath: path)
        }
        #expect(isMadeAgain)
        #expect(await writer.close(within: .seconds(90)))
        #expect(Array(LogLines.numbers(LogLines.content(path + ".1")).prefix(10)) == Array(0..<10))
        #expect(writer.figures == AccessLogWriter.Figures(written: UInt64(next), dropped: 0))
    }
}

/// A file system of 64 KiB that can be filled up.
final class SmallDisk {
    /// Whether this process may mount one.
    static let isAvailable = (try? SmallDisk()) != nil

    let path: String
    private let folder: LogFolder

    init() throws {
        self.folder = try LogFolder()
        self.path = self.folder.file("disk")
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
        let options = "size=64k"
        let result = unsafe mount("tmpfs", self.path, "tmpfs", 0, options)
        guard result == 0 else { throw CocoaError(.fileWriteNoPermission) }
    }

    deinit {
        _ = unsafe umount2(self.path, Int32(MNT_DETACH))
    }
}
