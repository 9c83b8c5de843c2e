/// A page in Prometheus' text format under construction.
struct MetricsPage {
    /// What a family's samples are.
    enum Kind: String {
        case counter, gauge, histogram
    }

    /// The page so far.
    private(set) var bytes: [UInt8] = []
    private var name = ""

    /// Begins a family; the samples that follow belong to it.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.write("# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n")
    }

    /// Adds a sample with a whole number.
    mutating func sample(_ labels: [(String, String)], _ value: some BinaryInteger) {
        self.line("", labels, "\(value)")
    }

    /// Adds a sample in seconds.
    mutating func seconds(_ labels: [(String, String)], nanoseconds: UInt64) {
        self.line("", labels, MetricsPage.seconds(nanoseconds))
    }

    /// Adds a histogram's buckets, sum and count.
    mutating func histogram(_ labels: [(String, String)], _ histograms: DurationHistograms, _ index: Int) {
        let counts = histograms.cumulativeCounts(of: index)
        for (bound, count) in zip(DurationHistograms.boundTexts + ["+Inf"], counts) {
            self.line("_bucket", labels + [("le", bound)], "\(count)")
        }
        self.line("_sum", labels, MetricsPage.seconds(histograms.sum(of: index)))
        self.line("_count", labels, "\(counts.last ?? 0)")
    }

    /// Adds a histogram without labels from counts that are not cumulated, one more than there are bounds.
    mutating func histogram(bounds: [Double], counts: [UInt64], sum: Double) {
        var total: UInt64 = 0
        for (place, count) in counts.enumerated() {
            total &+= count
            self.line("_bucket", [("le", place < bounds.count ? "\(bounds[place])" : "+Inf")], "\(total)")
        }
        self.line("_sum", [], "\(sum)")
        self.line("_count", [], "\(total)")
    }

    private mutating func line(_ suffix: String, _ labels: [(String, String)], _ value: String) {
        self.write(self.name)
        self.write(suffix)
        for (index, (label, text)) in labels.enumerated() {
            self.write(index == 0 ? "{" : ",")
            self.write(label)
            self.write("=\"")
            self.writeEscaped(text)
            self.write("\"")
        }
        if !labels.isEmpty { self.write("}") }
        self.write(" ")
        self.write(value)
        self.write("\n")
    }

    private mutating func write(_ text: String) {
        self.bytes.append(contentsOf: text.utf8)
    }

    private mutating func writeEscaped(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case 0x5C: self.write("\\\\")
            case 0x22: self.write("\\\"")
            case 0x0A: self.write("\\n")
            default: self.bytes.append(byte)
            }
        }
    }

    /// Nanoseconds as decimal seconds, exactly.
    private static func seconds(_ nanoseconds: UInt64) -> String {
        let fraction = String(nanoseconds % 1_000_000_000)
        return "\(nanoseconds / 1_000_000_000)." + String(repeating: "0", count: 9 - fraction.count) + fraction
    }
}
