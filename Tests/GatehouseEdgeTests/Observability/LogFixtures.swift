import Foundation
import Glibc
import Testing

@testable import GatehouseEdge

/// A fresh folder for the files of one test, removed with the last reference.
final class LogFolder: Sendable {
    let path: String

    init() throws {
        self.path = FileManager.default.temporaryDirectory.path + "/gatehouse-log-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)
    }

    func file(_ name: String) -> String {
        self.path + "/" + name
    }

    /// A FIFO; what is written into it waits for a reader.
    func fifo(_ name: String) throws -> String {
        let path = self.file(name)
        try #require(unsafe mkfifo(path, 0o600) == 0)
        return path
    }
}

/// The reading end of a FIFO, opened without waiting for a writer.
final class FIFOReader {
    private let descriptor: Int32

    init(_ path: String) throws {
        self.descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        try #require(self.descriptor >= 0)
    }

    deinit {
        _ = close(self.descriptor)
    }

    /// Reads what is there now.
    func read() -> [UInt8] {
        var content: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe block.withUnsafeMutableBytes {
                unsafe Glibc.read(self.descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return content }
            content += block[..<count]
        }
    }

    /// Reads until the writer has dealt with so many lines of 100 bytes, and all that it wrote is here; a minute at most.
    ///
    /// Holds its thread: the writer has one of its own, and a task that is put off between two looks would be the slow reader.
    func read(all lines: UInt64, of writer: AccessLogWriter) -> [UInt8] {
        let deadline = ContinuousClock.now + .seconds(60)
        var content: [UInt8] = []
        while ContinuousClock.now < deadline {
            content += self.read()
            let figures = writer.figures
            if figures.written + figures.dropped == lines, content.count == Int(figures.written) * 100 { break }
            // house: the pause between two looks at a condition that has a deadline.
            usleep(500)
        }
        return content
    }
}

/// Numbered lines of a fixed length.
enum LogLines {
    /// So many lines of 100 bytes each.
    static func batch(_ count: Int, from first: Int = 0) -> [UInt8] {
        (first..<first + count).flatMap { number -> [UInt8] in
            let digits = "\(number)"
            return Array((digits + String(repeating: ".", count: 99 - digits.utf8.count) + "\n").utf8)
        }
    }

    /// The numbers of the lines; nil for a line that is not whole.
    static func numbers(_ content: [UInt8]) -> [Int?] {
        content.split(separator: 0x0A).map { line in
            line.count == 99 ? Int(String(decoding: line.prefix { $0 != 0x2E }, as: UTF8.self)) : nil
        }
    }

    static func content(_ path: String) -> [UInt8] {
        FileManager.default.contents(atPath: path).map(Array.init) ?? []
    }
}

extension AccessLogWriter {
    /// Submits numbered lines.
    func submit(_ count: Int, from first: Int = 0) {
        var batch = LogLines.batch(count, from: first)
        self.submit(&batch, lines: count)
    }
}

/// Waits for a condition, ninety seconds at most, since all tests share the machine; false if it did not come true.
func eventually(_ condition: () async throws -> Bool) async rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(90)
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        // house: the pause between two looks at a condition that has a deadline.
        try? await Task.sleep(for: .milliseconds(5))
    }
    return try await condition()
}
