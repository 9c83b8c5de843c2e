import GatehouseCrypto
import Testing

@Suite struct PublishedExampleTests {
    @Test(arguments: PublishedExamples.all)
    func `an example of an RFC verifies and no changed byte of it does`(example: PublishedExample) throws {
        let key = try example.verificationKey()
        let signature = try example.signature()
        #expect(key.accepts(signature, over: example.message, example.algorithm))
        for algorithm in SignatureAlgorithm.allCases where algorithm != example.algorithm {
            #expect(!key.accepts(signature, over: example.message, algorithm))
        }
        for index in stride(from: 0, to: signature.count, by: 7) {
            #expect(!key.accepts(signature.flippingBit(at: index), over: example.message, example.algorithm))
        }
        #expect(!key.accepts(signature, over: example.message.flippingBit(at: 3), example.algorithm))
        #expect(!key.accepts(signature, over: [], example.algorithm))
    }
}
