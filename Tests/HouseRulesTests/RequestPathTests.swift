import Testing

@Suite struct RequestPathTests {
    @Test func `the request path uses nothing that is banned there`() {
        let files = Checkout.sources
        #expect(files.flatMap(RequestPath.bannedCalls) == [])
        #expect(files.flatMap(RequestPath.suspensions) == [])
        #expect(files.flatMap(RequestPath.namedProtocols) == [])
    }

    @Test(arguments: [
        "let x = Data(bytes)", "try JSONSerialization.jsonObject(with: x)", "JSONDecoder()",
        "let n = Int(String(decoding: x, as: UTF8.self))",
        "let n = UInt64(Substring(x))", "list.first!.name", "list.last!", "NSRegularExpression()",
    ])
    func `a planted call is found where requests pass and nowhere else`(text: String) {
        for target in ["GatehouseCore", "GatehouseEdge"] {
            #expect(RequestPath.bannedCalls(in: SourceText(path: "Sources/\(target)/A.swift", text: text)).count == 1)
        }
        #expect(RequestPath.bannedCalls(in: SourceText(path: "Sources/gatehouse/A.swift", text: text)) == [])
        #expect(
            RequestPath.bannedCalls(in: SourceText(path: "Sources/GatehouseCore/A.swift", text: "// " + text)) == []
        )
    }

    @Test(arguments: ["func f() async {}", "await f()", "Task { f() }", "Task.detached { f() }"])
    func `a planted suspension is found in the core`(text: String) {
        #expect(RequestPath.suspensions(in: SourceText(path: "Sources/GatehouseCore/A.swift", text: text)).count == 1)
        #expect(RequestPath.suspensions(in: SourceText(path: "Sources/gatehouse/A.swift", text: text)) == [])
    }

    @Test(arguments: ["let channel: any Channel", "HTTP1Codec()", "context: ChannelHandlerContext"])
    func `a planted codec is found in pipeline and exchange`(text: String) {
        for path in [
            "Sources/GatehouseCore/RequestPipeline.swift", "Sources/GatehouseEdge/Exchange/Exchange+Body.swift",
        ] {
            #expect(RequestPath.namedProtocols(in: SourceText(path: path, text: text)).count == 1)
        }
        #expect(
            RequestPath.namedProtocols(in: SourceText(path: "Sources/GatehouseEdge/Listener.swift", text: text)) == []
        )
    }
}
