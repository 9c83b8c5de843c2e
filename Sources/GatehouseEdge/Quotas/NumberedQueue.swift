/// A queue whose elements keep the numbers that they were given, in storage that is used again.
///
/// Elements are changed where they are through closures: accessors that yield would allocate.
struct NumberedQueue<Element> {
    /// The number of the oldest element.
    private(set) var first: UInt64 = 0
    /// The number of the next element.
    private(set) var next: UInt64 = 0
    private var cells: ContiguousArray<Element> = []
    private let filler: Element

    /// Makes an empty queue; `filler` stands where no element is.
    init(filler: Element) {
        self.filler = filler
    }

    /// How many elements there are.
    var count: Int {
        Int(truncatingIfNeeded: self.next &- self.first)
    }

    /// The oldest element.
    var oldest: Element? {
        self[self.first]
    }

    /// A copy of the element with a number; nil if it is gone.
    subscript(number: UInt64) -> Element? {
        self.contains(number) ? self.cells[self.place(number)] : nil
    }

    /// Adds an element, whose number is the former `next`.
    mutating func append(_ element: Element) {
        if self.count == self.cells.count { self.grow() }
        self.cells[self.place(self.next)] = element
        self.next &+= 1
    }

    /// Removes the oldest element.
    mutating func popFirst() -> Element? {
        guard self.first != self.next else { return nil }
        let place = self.place(self.first)
        let element = self.cells[place]
        self.cells[place] = self.filler
        self.first &+= 1
        return element
    }

    /// Changes the element with a number where it is; nil if it is gone.
    @inline(__always)
    mutating func update<R>(_ number: UInt64, _ body: (inout Element) -> R) -> R? {
        self.contains(number) ? body(&self.cells[self.place(number)]) : nil
    }

    private func contains(_ number: UInt64) -> Bool {
        number &- self.first < self.next &- self.first
    }

    private func place(_ number: UInt64) -> Int {
        Int(truncatingIfNeeded: number & UInt64(self.cells.count - 1))
    }

    /// Doubles the storage, a power of two.
    private mutating func grow() {
        let count = max(16, self.cells.count * 2)
        var cells = ContiguousArray(repeating: self.filler, count: count)
        for number in self.first..<self.next {
            cells[Int(truncatingIfNeeded: number & UInt64(count - 1))] = self.cells[self.place(number)]
        }
        self.cells = cells
    }
}
