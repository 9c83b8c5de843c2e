import Foundation
import Testing

@testable import GatehouseConfig

@Suite struct ExampleTests {
    @Test func `the example passes without a word`() throws {
        let folder = try Example.folder()
        let result = folder.read(try Example.text())
        #expect(result.diagnostics.map(\.rendered) == [])
        #expect(result.settings?.routes.map(\.name) == ["health", "admin", "orders", "rest"])
    }

    @Test func `the example names its language in the first line`() throws {
        #expect(try Example.text().hasPrefix("# vim: ft=yaml\n"))
    }

    @Test func `the example mentions every directive, in its place`() throws {
        let text = try Example.text()
        let written = Set(try Example.paths(of: Example.uncommented(text)))
        for (path, directive) in ConfigurationSchema.allPaths where !written.contains(path) {
            // The keys of a route's own section are those of the global one.
            if path.hasPrefix("routes[].security_headers."), written.contains(String(path.dropFirst(9))) { continue }
            let told = text.components(separatedBy: "\n").contains {
                $0.contains("\(directive.name): ") && $0.contains("not supported in this version")
            }
            #expect(told, "`\(path)` is not in proxy.conf.example")
        }
    }

    @Test func `the example says what is not supported, and only that`() throws {
        let lines = try Example.text().components(separatedBy: "\n")
        for (path, directive) in ConfigurationSchema.allPaths where directive.availability == .notSupportedYet {
            let line = lines.first {
                $0.contains("\(directive.name):") && $0.contains("not supported in this version") && $0.contains("#")
            }
            #expect(line != nil, "nothing says that `\(path)` is not supported")
        }
        for line in lines where line.contains("#") && line.hasSuffix("not supported in this version") {
            let body = line.drop { $0 == " " || $0 == "#" || $0 == "-" }
            guard line.contains("#\(body.prefix(1))"), let colon = body.firstIndex(of: ":") else { continue }
            let name = String(body[..<colon])
            let rows = ConfigurationSchema.allPaths.filter { $0.directive.name == name }
            #expect(rows.contains { $0.directive.availability == .notSupportedYet }, "`\(name)` is supported")
        }
    }

    @Test func `what the example shows as defaults are the defaults`() throws {
        let folder = try Example.folder()
        let example = try #require(folder.read(try Example.text()).settings)
        let small = try #require(folder.read(SmallConfiguration.text()).settings)
        #expect("\(example.limits)" == "\(small.limits)")
        #expect(example.workers == small.workers)
        #expect(example.securityHeaders == small.securityHeaders)
        #expect(example.tokens.leeway == small.tokens.leeway)
        #expect(example.upstreams.first?.idleTimeout == small.upstreams.first?.idleTimeout)
        #expect(example.upstreams.first?.connectTimeout == small.upstreams.first?.connectTimeout)
        #expect(example.upstreams.first?.responseTimeout == small.upstreams.first?.responseTimeout)
        #expect(example.upstreams.first?.retries == small.upstreams.first?.retries)
        #expect(example.rateLimits.timeout == small.rateLimits.timeout)
        #expect(example.rateLimits.whenStoreFails == small.rateLimits.whenStoreFails)
        #expect(example.rateLimits.failures == small.rateLimits.failures)
        let accounts = try #require(example.accounts)
        let fewest = try #require(folder.read(AccountsConfiguration.text()).settings?.accounts)
        #expect(accounts.passwords == fewest.passwords)
        #expect(accounts.signing.rotateEvery == fewest.signing.rotateEvery)
        #expect(accounts.signing.activateAfter == fewest.signing.activateAfter)
        #expect(accounts.accessTokenLifetime == fewest.accessTokenLifetime)
        #expect(accounts.refreshTokenLifetime == fewest.refreshTokenLifetime)
    }
}
