import Testing
import TestSupport

/// Runs a test on a sidecar whose upstream the test keeps itself, and ends it whatever the test does.
func withSidecar(
    _ configuration: ProxyConfiguration,
    environment: [String: String] = [:],
    wrapper: [String] = [],
    listening: [Socket] = [],
    location: SourceLocation = #_sourceLocation,
    _ test: (Sidecar) throws -> Void
) throws {
    let sidecar = try Sidecar(configuration, environment: environment, wrapper: wrapper, listening: listening)
    defer { for problem in sidecar.finish() { Issue.record("\(problem)", sourceLocation: location) } }
    try test(sidecar)
}

/// A configuration in front of one target with everything public.
func openConfiguration(_ target: String) -> ProxyConfiguration {
    var configuration = ProxyConfiguration(target: target)
    configuration.routes = ["{ name: open, path: /**, access: public }"]
    return configuration
}
