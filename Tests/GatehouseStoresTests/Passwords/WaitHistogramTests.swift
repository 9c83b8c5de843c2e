import Testing

@testable import GatehouseStores

@Suite struct WaitHistogramTests {
    @Test func `a wait counts in the first bucket whose bound it does not exceed`() {
        var histogram = WaitHistogram()
        for wait in [Duration.zero, .milliseconds(1), .milliseconds(2), .seconds(1), .seconds(10), .seconds(11)] {
            histogram.record(wait)
        }
        #expect(histogram.counts == [2, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1])
        #expect(histogram.count == 6)
        #expect(abs(histogram.sum - 22.003) < 1e-9)
        #expect(WaitHistogram.bounds == WaitHistogram.bounds.sorted())
    }
}
