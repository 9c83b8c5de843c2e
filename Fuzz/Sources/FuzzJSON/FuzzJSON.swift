import FuzzDriver
import GatehouseCore

/// Strict JSON: no input traps, and what was read reads the same after it was written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe input(pointer, count)
    do throws(JSONFlaw) {
        let value = try StrictJSON.parse(bytes)
        var writer = JSONWriter()
        writer.value(value)
        let again = try StrictJSON.parse(writer.bytes)
        promise(again == value, "what was written reads the same")
    } catch {
        return 0
    }
    return 0
}

/// Where the program begins.
@_cdecl("FuzzJSON_main")
public func entry(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    unsafe fuzz(count, arguments, fuzzOne)
}
