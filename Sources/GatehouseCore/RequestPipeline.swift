/// The life of a request, as decisions: read this file first.
///
/// Every stage either yields what the next one needs or throws the refusal that ends the request. The types hold the order:
/// forwarding takes an `OutboundRequest`, which only hygiene makes, from a `Permit`, which only authorization makes, from a
/// `VerifiedToken`, which only the verifier makes (or from a route that is configured public). Immutable; shared by all loops.
package final class RequestPipeline: Sendable {
    package let limits: AdmissionLimits
    package let routes: RouteTable
    package let crossOrigin: CrossOriginPolicy?
    package let authenticator: Authenticator
    package let hygiene: Hygiene
    package let quotas: QuotaTable
    /// What answers get where no route was matched.
    package let defaultDecorations: Decorations
    /// Where every request is redirected, on a listener that does nothing else.
    package let redirect: Redirect?

    /// Makes a pipeline of parts that configuration has checked.
    package init(
        limits: AdmissionLimits,
        routes: RouteTable,
        crossOrigin: CrossOriginPolicy?,
        authenticator: Authenticator,
        hygiene: Hygiene,
        quotas: QuotaTable = .none,
        defaultDecorations: Decorations,
        redirect: Redirect? = nil
    ) {
        self.limits = limits
        self.routes = routes
        self.crossOrigin = crossOrigin
        self.authenticator = authenticator
        self.hygiene = hygiene
        self.quotas = quotas
        self.defaultDecorations = defaultDecorations
        self.redirect = redirect
    }

    /// Takes a request from its head to a decision, or to the quotas that have to be asked first.
    ///
    /// Nothing has been sent to anyone when it returns. Runs on the loop of the connection, without suspending. Never throws: a
    /// refusal is a decision, too.
    package func decide(_ request: RequestContext, record: inout AccessRecord) -> Decision {
        do throws(Refusal) {
            return try self.pass(request, record: &record)
        } catch {
            // Guessing is throttled: each refused token takes from its address's quota of failures.
            if case .tokenRejected = error, let pending = self.failure(error, record: record) { return .take(pending) }
            return self.refuse(error, record: &record)
        }
    }

    /// Goes on with a request whose quotas have answered.
    package func resume(
        _ pending: consuming PendingRequest,
        with outcome: QuotaOutcome,
        _ request: RequestContext,
        record: inout AccessRecord
    ) -> Decision {
        do throws(Refusal) {
            let permit = try pending.settle(outcome, self.quotas)
            return self.dispatch(request, under: permit, record: &record)
        } catch {
            return self.refuse(error, record: &record)
        }
    }

    /// What a refused credential takes before its refusal is told; nil if failures are not counted.
    package func failure(_ refusal: Refusal, record: borrowing AccessRecord) -> PendingRequest? {
        let charges = self.quotas.failureCharge(address: record.addressKey)
        return charges.isEmpty ? nil : PendingRequest(charges: charges, refusal: refusal)
    }

    private func refuse(_ refusal: Refusal, record: inout AccessRecord) -> Decision {
        record.decision = .refuse
        record.refusal = refusal
        return .answer(LocalAnswer(refusing: refusal, id: record.requestID, routes: self.routes))
    }

    private func pass(_ request: RequestContext, record: inout AccessRecord) throws(Refusal) -> Decision {
        let head = request.head
        // stage: admit
        let path = try PathKey(checking: head)
        let isPreflight = self.crossOrigin?.isPreflight(head) ?? false
        // An empty segment is a flaw of the target like any other unless the route allows it, and those come first.
        if path.hasEmptySegments { _ = try self.routes.match(path, head, asPreflight: isPreflight) }
        try self.limits.admit(head)
        if let redirect = self.redirect {
            record.decision = .answer
            return .answer(try redirect.answer(head, path))
        }
        guard !head.method.isForbidden else { throw .methodForbidden }

        // stage: match
        let route = try self.routes.match(path, head, asPreflight: isPreflight)
        record.route = route.index
        if case .accounts = route.destination { try AdmissionLimits.accounts.admit(head) }

        // stage: preflight
        if isPreflight, let crossOrigin = self.crossOrigin {
            record.decision = .answer
            return .answer(crossOrigin.answer(head, methods: self.routes.methods(ofRoute: route.index)))
        }

        // stage: restrict
        try self.routes.restrict(head, on: route)

        // stage: authenticate
        // stage: authorize
        let permit = try self.admit(request, to: route, record: &record)

        // stage: take
        let charges = self.charges(request, on: route, token: permit.token, record: record)
        guard charges.isEmpty else {
            return .take(PendingRequest(charges: charges, isGuarded: route.destination.isGuarded, permit: permit))
        }
        return self.dispatch(request, under: permit, record: &record)
    }

    private func admit(
        _ request: RequestContext,
        to route: Route,
        record: inout AccessRecord
    ) throws(Refusal) -> Permit {
        if let open = Permit.open(route) { return open }
        let token = try self.authenticator.authenticate(
            request.head,
            cache: request.tokens,
            now: request.wallSeconds,
            record: &record
        )
        if case .accounts = route.destination, self.authenticator.accounts?.issued(token) != true {
            throw .tokenRejected(.wrongIssuer)
        }
        record.token = token
        return try Permit.authorize(token, on: route)
    }

    private func charges(
        _ request: RequestContext,
        on route: Route,
        token: VerifiedToken?,
        record: borrowing AccessRecord
    ) -> QuotaCharges {
        let takesFailure = route.destination.checksPassword
        if route.quotas.isEmpty, !takesFailure { return QuotaCharges() }
        return self.quotas.charges(
            route.quotas,
            takesFailure: takesFailure,
            head: request.head,
            token: token,
            address: record.addressKey
        )
    }

    private func dispatch(
        _ request: RequestContext,
        under permit: consuming Permit,
        record: inout AccessRecord
    ) -> Decision {
        // stage: prepare
        switch permit.route.destination {
        case .upstream(let upstream):
            let outbound = self.hygiene.prepare(request, for: upstream, under: permit, record: record)
            record.decision = .forward
            record.upstream = upstream
            return .forward(outbound)
        case .accounts(let endpoint):
            record.decision = .answer
            return .serve(AccountsCall(endpoint, request: request, under: permit, record: record))
        case .nobody:
            return self.refuse(.routeUnknown, record: &record)
        }
    }

    /// The decorations of whatever is answered to a request, matched or not.
    package func decorations(_ record: borrowing AccessRecord) -> Decorations {
        guard let index = record.route, index < self.routes.routes.count else { return self.defaultDecorations }
        return self.routes.routes[index].decorations
    }
}

/// What the pipeline decided.
package enum Decision: ~Copyable {
    /// The request goes to the app.
    case forward(OutboundRequest)
    /// The request goes to the accounts service.
    case serve(AccountsCall)
    /// The gate answers by itself.
    case answer(LocalAnswer)
    /// Quotas are asked first.
    case take(PendingRequest)
}

/// What a stage may look at: the head, who sent it, the loop's cache and the time.
///
/// Lives as long as the decision; belongs to one loop.
package struct RequestContext {
    /// The head as the codec filled it in.
    package let head: RequestHead
    /// The other end of the connection.
    package let peer: Peer
    /// The loop's cache of verified tokens.
    package let tokens: VerifiedTokenCache
    /// The wall clock in whole seconds since 1970.
    package let wallSeconds: Int64

    /// Bundles what the stages of one request look at.
    package init(head: RequestHead, peer: Peer, tokens: VerifiedTokenCache, wallSeconds: Int64) {
        self.head = head
        self.peer = peer
        self.tokens = tokens
        self.wallSeconds = wallSeconds
    }
}

/// The limits that a head can break by what it announces.
package struct AdmissionLimits: Sendable {
    /// The largest body in bytes.
    package let requestBody: Int

    /// The limits of the accounts service.
    static let accounts = AdmissionLimits(requestBody: AccountsEndpoint.bodyLimit)

    /// Makes the limits.
    package init(requestBody: Int) {
        self.requestBody = requestBody
    }

    /// Refuses a body that is announced to be too large, before any byte of it was read (RFC 9110 section 15.5.14).
    package func admit(_ head: RequestHead) throws(Refusal) {
        if head.hasUnknownExpectation { throw .expectationUnknown }
        if case .counted(let count) = head.body, count > self.requestBody { throw .bodyTooLarge }
    }
}
