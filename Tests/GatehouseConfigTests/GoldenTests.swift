import Foundation
import GatehouseConfig
import Testing

@Suite struct GoldenTests {
    @Test(arguments: try GoldenCase.all())
    func `each configuration gets exactly these words`(golden: GoldenCase) throws {
        let folder = try ConfigurationFolder()
        let configuration = golden.configuration.replacingOccurrences(of: "@FOLDER@", with: folder.path)
        let environment = golden.environment.mapValues {
            $0.replacingOccurrences(of: "@FOLDER@", with: folder.path)
        }
        let result = folder.read(configuration, environment: environment)
        #expect(GoldenCase.outcome(of: result, in: folder.path) == golden.expected)
        #expect((result.settings == nil) == !result.errors.isEmpty)
        var lines = (result.dump?.yaml(origins: true) ?? "").replacingOccurrences(of: folder.path, with: "@FOLDER@")
            .components(separatedBy: "\n")[...]
        for wanted in golden.expectedDump {
            let index = try #require(lines.firstIndex(of: wanted), "`\(wanted)` is not there in the dump")
            lines = lines[(index + 1)...]
        }
    }

    @Test func `there are at least eighty cases`() throws {
        #expect(try GoldenCase.all().count >= 80)
    }
}
