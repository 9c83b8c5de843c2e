internal import GatehouseCore

/// The request histograms by route, scheme, method and status.
///
/// Route, scheme and method have fixed places; a status gets one of 64 columns when it is first seen, so that neither a
/// client nor an app can make more series than configuration allows: what comes after 63 different statuses is counted
/// under `_OTHER`.
struct RequestSeries: Sendable, Equatable {
    /// Method labels; everything else is `_OTHER` (OpenTelemetry HTTP conventions).
    static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "_OTHER"]
    /// How many method labels there are.
    static var methodCount: Int { 10 }
    /// The most different statuses; column 0 is `_OTHER`.
    static var columns: Int { 64 }

    /// The status of each column.
    private(set) var statuses: [Int] = [0]
    private(set) var histograms = DurationHistograms(count: 0)
    private var columnOfStatus = [UInt8](repeating: 0, count: 1000)
    /// Where the columns of each cell (route, scheme and method) begin in `places`, or -1 for a cell that was never
    /// used.
    private var starts: [Int32]
    /// The histogram of each column of each used cell, or -1.
    private var places: [Int32] = []

    /// Makes an empty table.
    init(routeCount: Int) {
        self.starts = Array(repeating: -1, count: (routeCount + 1) * 2 * RequestSeries.methodCount)
    }

    /// Counts a request of a route's row; the row behind the routes is for requests that matched none.
    @inline(__always)
    mutating func record(row: Int, isSecure: Bool, method: Int, status: Int, nanoseconds: UInt64) {
        let column = self.column(of: status)
        let cell = self.cell(row: row, isSecure: isSecure, method: method)
        self.histograms.record(nanoseconds: nanoseconds, in: self.histogram(cell, column))
    }

    /// The label's place of a method.
    @inline(__always)
    static func place(of method: Method?) -> Int {
        guard let method, method.rawValue < 9 else { return 9 }
        return Int(method.rawValue)
    }

    /// Adds what another loop counted.
    mutating func merge(_ other: RequestSeries) {
        guard other.starts.count == self.starts.count else { return }
        for series in other.all {
            let column = self.column(of: series.status)
            let cell = self.cell(row: series.row, isSecure: series.isSecure, method: series.method)
            self.histograms.merge(other.histograms, at: series.histogram, into: self.histogram(cell, column))
        }
    }

    /// One histogram and what it counts.
    struct Series {
        let row: Int
        let isSecure: Bool
        let method: Int
        let status: Int
        let histogram: Int
    }

    /// Every histogram that exists, in the order of routes.
    var all: [Series] {
        var series: [Series] = []
        for (cell, start) in self.starts.enumerated() where start >= 0 {
            let group = cell / RequestSeries.methodCount
            for (column, status) in self.statuses.enumerated() {
                let histogram = self.places[Int(start) + column]
                guard histogram >= 0 else { continue }
                series.append(
                    Series(
                        row: group / 2,
                        isSecure: group % 2 == 1,
                        method: cell % RequestSeries.methodCount,
                        status: status,
                        histogram: Int(histogram)
                    )
                )
            }
        }
        return series
    }

    @inline(__always)
    private func cell(row: Int, isSecure: Bool, method: Int) -> Int {
        (row &* 2 &+ (isSecure ? 1 : 0)) &* RequestSeries.methodCount &+ method
    }

    @inline(__always)
    private mutating func column(of status: Int) -> Int {
        guard status > 0, status < 1000 else { return 0 }
        let column = self.columnOfStatus[status]
        return column != 0 ? Int(column) : self.addColumn(status)
    }

    private mutating func addColumn(_ status: Int) -> Int {
        guard self.statuses.count < RequestSeries.columns else { return 0 }
        self.columnOfStatus[status] = UInt8(truncatingIfNeeded: self.statuses.count)
        self.statuses.append(status)
        return self.statuses.count - 1
    }

    @inline(__always)
    private mutating func histogram(_ cell: Int, _ column: Int) -> Int {
        let start = Int(self.starts[cell])
        if start >= 0 {
            let histogram = self.places[start &+ column]
            if histogram >= 0 { return Int(histogram) }
        }
        return self.addHistogram(cell, column)
    }

    private mutating func addHistogram(_ cell: Int, _ column: Int) -> Int {
        if self.starts[cell] < 0 {
            self.starts[cell] = Int32(truncatingIfNeeded: self.places.count)
            self.places.append(contentsOf: repeatElement(-1, count: RequestSeries.columns))
        }
        let histogram = self.histograms.add()
        self.places[Int(self.starts[cell]) + column] = Int32(truncatingIfNeeded: histogram)
        return histogram
    }
}
