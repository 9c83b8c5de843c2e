import Foundation
import Testing
import TestSupport

/// The audit log of a gate as a chain of hashes, computed anew from the bytes.
///
/// `prev_hash` is the SHA-256 of the line before without its line feed, 64 zeros in the first record; `hash`, the last
/// member, is the SHA-256 of the line as it would be without it.
struct AccountChain {
    /// The records, oldest first.
    let records: [JSONValue]
    private let problems: [String]

    init(_ file: String) throws {
        let script = """
            import hashlib, json, sys
            def sha(data):
                return hashlib.sha256(data).hexdigest()
            before, number = "0" * 64, 0
            with open(sys.argv[1], "rb") as log:
                data = log.read()
            if data and not data.endswith(b"\\n"):
                print("the last line is torn")
            for number, line in enumerate(data.split(b"\\n")[:-1], 1):
                record = json.loads(line)
                head, _, tail = line.rpartition(b',"hash":')
                if tail != b'"%s"}' % sha(head + b"}").encode():
                    print(f"line {number}: hash")
                if record["prev_hash"] != before:
                    print(f"line {number}: prev_hash")
                if record["seq"] != number:
                    print(f"line {number}: seq {record['seq']}")
                before = sha(line)
            """
        problems = try Command.output(["python3", "-c", script, file], seconds: 60).split(separator: "\n").map(
            String.init
        )
        records = Scratch.text(at: file).split(separator: "\n").compactMap { JSONValue(parsing: String($0)) }
    }

    /// Expects that every record hangs on the one before, and that there is one.
    func expectWhole(location: SourceLocation = #_sourceLocation) {
        #expect(problems.isEmpty && !records.isEmpty, sourceLocation: location)
    }

    /// The events whose target or actor is an account, as `event result status`.
    func events(of id: String) -> [String] {
        records.filter { $0["target"]?["id"]?.string == id || $0["actor"]?["id"]?.string == id }.map {
            let status = $0["status"]?.integer.map { " \($0)" } ?? ""
            return "\($0["event"]?.string ?? "?") \($0["result"]?.string ?? "?")\(status)"
        }
    }
}
