/// The type of a function that the fuzzer calls with each input.
public typealias FuzzedFunction = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ function: FuzzedFunction
) -> CInt

/// Hands control to the fuzzer, which calls `function` until it has found something or its time is over.
public func fuzz(
    _ count: CInt,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ function: FuzzedFunction
) -> CInt {
    var count = count
    var arguments = unsafe arguments
    return unsafe runDriver(&count, &arguments, function)
}

/// Copies an input, so that an access behind its end is found.
public func input(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    unsafe Array(UnsafeBufferPointer(start: pointer, count: count))
}

/// Ends the run if a promise was broken.
public func promise(_ isKept: Bool, _ what: StaticString) {
    // house: a broken promise has to end the fuzzer's run, that is how it notices one.
    if !isKept { fatalError("broken promise: \(what)") }
}
