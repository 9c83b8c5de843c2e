internal import GatehouseCore

/// What the token stages decided, as the labels of `gatehouse_auth_decisions_total`.
///
/// A request that was refused before or for another reason has no decision.
enum AuthDecision {
    /// The labels by number: the two ways in, then every refusal of the token stages.
    static let labels: [(outcome: String, reason: String)] =
        [("allow", "token"), ("allow", "public")] + refusals.map { (outcome($0), "\($0.reason)") }

    /// How many numbers there are.
    static let count = labels.count

    /// The number of what was decided about a request, or nil.
    static func number(_ record: borrowing AccessRecord) -> Int? {
        if record.decision == .forward { return record.token == nil ? 1 : 0 }
        guard let refusal = record.refusal else { return nil }
        return self.number(refusal)
    }

    private static let plain: [Refusal] = [
        .credentialsRepeated, .tokenMissing, .keysUnavailable, .scopeMissing(route: 0), .claimMissing(route: 0),
    ]
    private static let refusals = plain + TokenFlaw.allCases.map { Refusal.tokenRejected($0) }

    private static func number(_ refusal: Refusal) -> Int? {
        switch refusal {
        case .credentialsRepeated: 2
        case .tokenMissing: 3
        case .keysUnavailable: 4
        case .scopeMissing: 5
        case .claimMissing: 6
        case .tokenRejected(let flaw): 7 + RefusalCatalogue.tokenFlaw(flaw)
        default: nil
        }
    }

    private static func outcome(_ refusal: Refusal) -> String {
        refusal == .keysUnavailable ? "unavailable" : "deny"
    }
}

/// The ends of an exchange that are counted.
enum EndingLabels {
    /// Every ending but the ordinary one.
    static let all: [AccessRecord.Ending] = [.clientClosed, .clientTimedOut, .upstreamBroke, .drained]

    /// The number of an ending, or nil for the ordinary one.
    static func number(_ ending: AccessRecord.Ending) -> Int? {
        switch ending {
        case .complete: nil
        case .clientClosed: 0
        case .clientTimedOut: 1
        case .upstreamBroke: 2
        case .drained: 3
        }
    }
}
