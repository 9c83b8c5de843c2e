import Testing
import TestSupport

/// A sidecar, the application behind it, and what signs the tokens it trusts.
final class Scene: Sendable {
    /// The scene of the suite that runs.
    @TaskLocal static var current: Scene?

    /// The running binary.
    let sidecar: Sidecar
    /// The application behind it.
    let upstream: ScriptedUpstream
    /// Signs tokens that the sidecar accepts.
    let signer: TokenSigner

    /// Starts a scene; `configure` changes the configuration before it is written.
    init(
        _ configure: (inout ProxyConfiguration) throws -> Void = { _ in },
        script: @escaping ScriptedUpstream.Script = EchoUpstream.echo,
        algorithm: TokenSigner.Algorithm = .HS256,
        environment: [String: String] = [:],
        wrapper: [String] = []
    ) throws {
        upstream = try ScriptedUpstream(script: script)
        signer = try TokenSigner(algorithm)
        var configuration = ProxyConfiguration(upstream: upstream)
        configuration.trust(signer)
        try configure(&configuration)
        sidecar = try Sidecar(configuration, environment: environment, wrapper: wrapper)
    }

    deinit { upstream.stop() }

    /// The scene of the suite that runs, or a failure that says that there is none.
    static func running() throws -> Scene {
        guard let current else { throw SupportFailure("this test belongs into a suite with a scene") }
        return current
    }

    /// Ends the sidecar and records everything that was wrong with it.
    func finish(location: SourceLocation = #_sourceLocation) {
        for problem in sidecar.finish() { Issue.record("\(problem)", sourceLocation: location) }
        upstream.stop()
    }

    /// Runs a test on this scene and ends it, whatever the test does.
    func play(location: SourceLocation = #_sourceLocation, _ test: (Scene) throws -> Void) rethrows {
        defer { finish(location: location) }
        try test(self)
    }

    /// The field line that carries a valid token.
    func authorization() throws -> String { "Authorization: Bearer \(try signer.token())" }

    /// Asks through the sidecar and returns what the application saw.
    func seen(_ request: String, _ fields: [String] = [], body: String = "") throws -> EchoUpstream.Seen {
        try EchoUpstream.seen(sidecar.ask(request, fields, body: body))
    }

    /// Sends a good request and waits for its answer, so that whatever went before it has arrived.
    func fence() throws {
        let answer = try sidecar.ask("GET /open/fence", ["Connection: close"])
        #expect(answer.status == 200, "the sidecar no longer serves a good request")
    }
}

/// Gives a suite one scene, started before its first test and ended after its last.
struct SceneTrait: SuiteTrait, TestScoping {
    let make: @Sendable () throws -> Scene

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(BlockingExecutor.shared) {
            let scene = try make()
            defer { scene.finish(location: test.sourceLocation) }
            try await Scene.$current.withValue(scene) { try await function() }
        }
    }
}

/// Runs the tests of a suite on threads that may block.
struct BlockingTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(BlockingExecutor.shared) { try await function() }
    }
}

extension Trait where Self == SceneTrait {
    /// One scene for the suite.
    static func scene(_ make: @escaping @Sendable () throws -> Scene = { try Scene() }) -> Self {
        SceneTrait(make: make)
    }
}

extension Trait where Self == BlockingTrait {
    /// The suite's tests start what they need themselves.
    static var blocking: Self { BlockingTrait() }
}

extension Tag {
    /// Moves much data or opens many descriptors.
    @Tag static var slow: Tag
}
