import FuzzDriver
import GatehouseCore

/// Paths: no input traps, and nothing that reads as `/admin` to an app gets past its route.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe input(pointer, count)
    guard let table = Table.shared else { return 0 }
    let head = RequestHead()
    head.bytes = [0x2F] + bytes.filter { $0 != 0x3F }
    head.method = .get
    head.path = 0..<head.bytes.count
    head.target = head.path
    guard let key = try? PathKey(checking: head), let route = try? table.routes.match(key, head) else { return 0 }
    let seen = asAnAppSeesIt(head.bytes)
    promise(
        !seen.split(separator: 0x2F, omittingEmptySubsequences: false).contains([0x2E, 0x2E]),
        "no dot segments pass"
    )
    let segments = seen.split(separator: 0x2F, omittingEmptySubsequences: false).dropFirst()
    if segments.first.map({ Array($0) == Array("admin".utf8) }) ?? false {
        promise(route.index == 0, "what an app reads as /admin is routed as /admin")
    }
    return 0
}

/// The path with every escape decoded once, as most apps do it.
private func asAnAppSeesIt(_ path: [UInt8]) -> [UInt8] {
    var seen: [UInt8] = []
    var index = 0
    while index < path.count {
        if path[index] == 0x25, index + 2 < path.count, let high = digit(path[index + 1]),
            let low = digit(path[index + 2])
        {
            seen.append(high << 4 | low)
            index += 3
        } else {
            seen.append(path[index])
            index += 1
        }
    }
    return seen
}

private func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
}

private struct Table: Sendable {
    static let shared = Table()

    let routes: RouteTable

    init?() {
        do throws(PathPatternFlaw) {
            let decorations = Decorations(securityHeaders: .off, crossOrigin: nil)
            self.routes = RouteTable(
                try ["/admin/**", "/*/files/**", "/**"].enumerated().map { (index, text) throws(PathPatternFlaw) in
                    Route(
                        index: index,
                        name: text,
                        pattern: try PathPattern(text),
                        access: index == 0 ? .authenticated : .open,
                        destination: .upstream(0),
                        decorations: decorations
                    )
                }
            )
        } catch {
            return nil
        }
    }
}

/// Where the program begins.
@_cdecl("FuzzPath_main")
public func entry(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    unsafe fuzz(count, arguments, fuzzOne)
}
