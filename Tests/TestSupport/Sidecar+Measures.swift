import Foundation

extension Sidecar {
    /// The records of the access log so far.
    package var records: [JSONValue] {
        Scratch.text(at: scratch.file("access.jsonl")).split(separator: "\n").compactMap {
            JSONValue(parsing: String($0))
        }
    }

    /// Waits for a record of the access log for which a condition holds.
    package func record(_ what: String, where condition: (JSONValue) -> Bool) throws -> JSONValue {
        var found: JSONValue?
        try wait(for: "a record of \(what)", seconds: 5) {
            found = records.first(where: condition)
            return found != nil
        }
        guard let found else { throw SupportFailure("no record of \(what)") }
        return found
    }

    /// Waits for the record of the request with this path.
    package func record(path: String) throws -> JSONValue {
        try record("the path \(path)") { $0["path"]?.string == path }
    }

    /// The largest resident memory of the process so far, in KiB.
    package var peakMemory: Int { status("VmHWM") }

    /// The resident memory of the process now, in KiB.
    package var memory: Int { status("VmRSS") }

    /// How many descriptors the process has open.
    package var descriptorCount: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.identifier)/fd").count) ?? 0
    }

    /// The processor time that the process has used, in seconds.
    package var processorTime: Double {
        let text = Scratch.text(at: "/proc/\(process.identifier)/stat")
        // The name of the program stands in parentheses and may hold blanks; the numbers begin after them.
        let numbers = text.split(separator: ")").last?.split(separator: " ").map(String.init) ?? []
        guard numbers.count > 12, let user = Double(numbers[11]), let system = Double(numbers[12]) else { return 0 }
        return (user + system) / 100
    }

    /// The sum of every sample of a metric whose line begins with `prefix`, labels included.
    package func metric(_ prefix: String) throws -> Double {
        let lines = try admin("/metrics").text.split(separator: "\n").filter { $0.hasPrefix(prefix) }
        return lines.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }

    private func status(_ name: String) -> Int {
        let lines = Scratch.text(at: "/proc/\(process.identifier)/status").split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix(name + ":") }) else { return 0 }
        return Int(line.filter(\.isNumber)) ?? 0
    }
}
