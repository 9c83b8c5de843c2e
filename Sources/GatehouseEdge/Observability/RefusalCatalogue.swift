internal import GatehouseCore

/// Every refusal that records can tell apart, numbered, so that counting one is an addition to an array element.
///
/// The numbers are an order within this process only; names come from `Refusal.reason`.
enum RefusalCatalogue {
    /// One example of each numbered refusal; the element's place is its number.
    static let refusals: [Refusal] =
        Malformation.allCases.map { .malformed($0) }
        + PathFlaw.allCases.map { .ambiguousPath($0) }
        + TokenFlaw.allCases.map { .tokenRejected($0) }
        + UpstreamFault.allCases.map { .upstreamRefused($0) }
        + Refusal.plain

    /// The name of each numbered refusal.
    static let reasons: [String] = refusals.map { "\($0.reason)" }

    private static let malformations = places(Malformation.allCases)
    private static let pathFlaws = places(PathFlaw.allCases)
    private static let tokenFlaws = places(TokenFlaw.allCases)
    private static let upstreamFaults = places(UpstreamFault.allCases)

    private static let pathBase = Malformation.allCases.count
    private static let tokenBase = pathBase + PathFlaw.allCases.count
    private static let upstreamBase = tokenBase + TokenFlaw.allCases.count
    private static let plainBase = upstreamBase + UpstreamFault.allCases.count

    /// The number of a refusal; always a place in `refusals`.
    static func number(_ refusal: Refusal) -> Int {
        switch refusal {
        case .malformed(let flaw): malformations[flaw, default: 0]
        case .ambiguousPath(let flaw): pathBase + pathFlaws[flaw, default: 0]
        case .tokenRejected(let flaw): tokenBase + tokenFlaw(flaw)
        case .upstreamRefused(let fault), .upstreamInvalid(let fault), .upstreamTimedOut(let fault):
            upstreamBase + upstreamFault(fault)
        default: self.plain(refusal)
        }
    }

    /// Found by its reason, which is told apart by nothing else; rare enough to look it up.
    private static func plain(_ refusal: Refusal) -> Int {
        plainPlaces[refusal.reason, default: reasons.count - 1]
    }

    private static let plainPlaces: [String: Int] = {
        var places: [String: Int] = [:]
        for (place, refusal) in Refusal.plain.enumerated() {
            places[refusal.reason] = plainBase + place
        }
        return places
    }()

    /// The place of a fault among the upstream faults.
    static func upstreamFault(_ fault: UpstreamFault) -> Int {
        upstreamFaults[fault, default: 0]
    }

    /// The name of the fault at a place among the upstream faults.
    static func upstreamReason(_ place: Int) -> String {
        let index = upstreamBase + place
        return reasons.indices.contains(index) ? reasons[index] : "other"
    }

    /// The place of a flaw among the token flaws.
    static func tokenFlaw(_ flaw: TokenFlaw) -> Int {
        tokenFlaws[flaw, default: 0]
    }

    private static func places<Flaw: Hashable>(_ flaws: [Flaw]) -> [Flaw: Int] {
        var places: [Flaw: Int] = [:]
        for (place, flaw) in flaws.enumerated() {
            places[flaw] = place
        }
        return places
    }
}
