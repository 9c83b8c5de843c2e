internal import GatehouseConfig
internal import GatehouseCrypto
internal import GatehouseEdge
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

#if canImport(Glibc)
private import Glibc
#endif

/// The running gate, from the first listener to the last log line.
///
/// SIGTERM and SIGINT begin the shutdown of CONTRACT: `/readyz` fails, after `drain_delay` nothing new is accepted, after
/// `drain_timeout` what still runs is ended. SIGHUP is noted and never kills.
struct GateService: Service {
    private let settings: Settings
    private let sockets: InheritedSockets
    private let logger: Logger
    private let announce: @Sendable ([String]) -> Void

    /// Runs the gate until a signal ends it; `announce` is told the addresses once they accept connections.
    static func run(settings: Settings, announce: @escaping @Sendable ([String]) -> Void) async throws {
        signal(SIGPIPE, SIG_IGN)
        if settings.mode == .production, !ProcessMemory.forbidDumps() {
            StandardError.write("gatehouse: warning: core dumps could not be turned off\n")
        }
        GatehouseLog.bootstrap(level: .info)
        let service = GateService(
            settings: settings,
            sockets: try InheritedSockets(ProcessEnvironment.variables, settings: settings),
            logger: Logger(label: "gatehouse"),
            announce: announce
        )
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        let watcher = Task {
            for await _ in hangUps {
                service.logger.warning("SIGHUP is ignored: reload is not supported in this version")
            }
        }
        defer { watcher.cancel() }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: service.logger
            )
        )
        try await group.run()
    }

    func run() async throws {
        let listeners = self.settings.listeners.map { "listener \($0.address.text)" }
        let lifecycle = LifecycleState(awaiting: listeners)
        let accessLog = try self.openAccessLog()
        let logger = self.logger
        let audit = OpenAudit(self.settings) { logger.error("\($0)") }
        audit.prepare()
        let accounts = try self.openAccounts(lifecycle, audit)
        let work = accounts.map { accounts in Task { await accounts.run() } }
        // No request is let in before it is known which tokens have ended, unless the database is away for longer.
        await accounts?.waitUntilLoaded(atMost: .seconds(5))
        let configuration = try Assembly.edge(
            from: self.settings,
            accessLog: accessLog,
            sockets: self.sockets,
            accounts: accounts?.parts
        )
        let server: GateServer
        do {
            server = try await GateServer.start(configuration)
        } catch {
            throw CommandFailure(code: 1, message: "a listener cannot be started: \(error)")
        }
        if !configuration.quotas.isStoreUp { lifecycle.miss(GateService.quotaStore) }
        let watch = Task { await self.watchQuotas(configuration.quotas, lifecycle) }
        let services = { @Sendable (facts: inout GateFacts) in
            if let accessLog { facts.accessLog = accessLog.figures }
            if case .redis = configuration.quotas.configuration.kind {
                facts.isQuotaStoreUp = configuration.quotas.isStoreUp
            }
            facts.accounts = accounts?.accounts.facts
            facts.audit = audit.facts
        }
        let admin = try await self.startAdmin(lifecycle, server, services)
        for listener in listeners { lifecycle.meet(listener) }
        lifecycle.advance(to: .ready)
        self.announce(server.addresses)
        if self.settings.mode == .development {
            self.logger.warning("mode is development: go-live checks are relaxed")
        }
        try? await gracefulShutdown()
        await self.shutDown(server, lifecycle)
        watch.cancel()
        work?.cancel()
        await work?.value
        await accounts?.accounts.close()
        _ = await accessLog?.close(within: .seconds(2))
        lifecycle.advance(to: .stopped)
        await admin?.stop()
        await server.stop()
    }

    /// Opens the accounts, whose database may come later.
    private func openAccounts(
        _ lifecycle: LifecycleState,
        _ audit: OpenAudit
    ) throws(CommandFailure) -> AccountsRunner? {
        guard self.settings.accounts != nil else { return nil }
        lifecycle.miss(AccountsRunner.condition)
        let accounts = try OpenAccounts.begin(self.settings, audit: audit.log)
        return AccountsRunner(accounts, lifecycle: lifecycle, logger: self.logger)
    }

    /// Tells `/readyz` whether the quotas' store answers.
    private func watchQuotas(_ quotas: QuotaShared, _ lifecycle: LifecycleState) async {
        guard case .redis = quotas.configuration.kind else { return }
        while !Task.isCancelled {
            if quotas.isStoreUp {
                lifecycle.meet(GateService.quotaStore)
            } else {
                lifecycle.miss(GateService.quotaStore)
            }
            try? await Task.sleep(for: .milliseconds(250))
        }
    }

    /// What `/readyz` calls the quotas' store.
    private static let quotaStore = "quota store"

    private func shutDown(_ server: GateServer, _ lifecycle: LifecycleState) async {
        lifecycle.advance(to: .draining)
        self.logger.info("draining")
        await Self.pause(self.settings.limits.drainDelay)
        await server.drain()
        let isIdle = await server.waitUntilIdle(until: .now + self.settings.limits.drainTimeout)
        if !isIdle { self.logger.warning("drain_timeout has passed, ending what still runs") }
        await server.endAll()
    }

    /// A pause that the end of the task group cannot cut short: being told to stop is why we are here.
    private static func pause(_ duration: Duration) async {
        await Task.detached { try? await Task.sleep(for: duration) }.value
    }

    private func openAccessLog() throws -> AccessLogWriter? {
        let destination: AccessLogWriter.Destination
        switch self.settings.accessLog {
        case .off: return nil
        case .standardOutput: destination = .standardOutput
        case .file(let path): destination = .file(path)
        }
        do {
            return try AccessLogWriter(destination, logger: self.logger)
        } catch {
            throw CommandFailure(code: 78, message: "\(error)")
        }
    }

    private func startAdmin(
        _ lifecycle: LifecycleState,
        _ server: GateServer,
        _ services: @escaping @Sendable (inout GateFacts) -> Void
    ) async throws -> AdminServer? {
        guard let address = self.settings.admin?.address else { return nil }
        let readAt = RecordTime.now().wallMilliseconds / 1000
        let certificateEnds = Assembly.certificateEnds(from: self.settings)
        let content = AdminContent(
            lifecycle: lifecycle,
            workers: server.workers,
            names: Assembly.names(from: self.settings),
            facts: {
                var facts = GateFacts(version: Version.text, configurationReadAt: readAt)
                facts.certificateEnds = certificateEnds
                services(&facts)
                return facts
            }
        )
        do {
            let binding =
                self.sockets.socket(for: address).map { AdminServer.Binding.socket($0) }
                ?? .address(host: address.host, port: Int(address.port))
            return try await AdminServer.start(binding, content: content)
        } catch {
            await server.stop()
            throw CommandFailure(code: 1, message: "the admin listener cannot be started: \(error)")
        }
    }
}
