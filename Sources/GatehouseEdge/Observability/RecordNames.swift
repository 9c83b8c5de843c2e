/// The configured names that records and metrics refer to by index, with the pieces of JSON that name them.
///
/// Made once a configuration and shared by all loops, so that a log line copies prepared bytes instead of escaping
/// names. An index that is out of range names nothing: the member is left out.
package final class RecordNames: Sendable {
    /// The names of the routes, in configuration order.
    package let routes: [String]
    /// The names of the upstreams, in configuration order.
    package let upstreams: [String]
    /// The names of the issuers, in configuration order.
    package let issuers: [String]
    /// The names of the quotas, in the order of their table.
    package let policies: [String]

    let routeMembers: [[UInt8]]
    let upstreamMembers: [[UInt8]]
    let issuerMembers: [[UInt8]]
    /// One piece for each entry of `RefusalCatalogue`.
    let reasonMembers: [[UInt8]]

    /// Prepares the pieces for the given names.
    package init(routes: [String], upstreams: [String], issuers: [String], policies: [String] = []) {
        self.routes = routes
        self.upstreams = upstreams
        self.issuers = issuers
        self.policies = policies
        self.routeMembers = routes.map { RecordNames.member("route", $0) }
        self.upstreamMembers = upstreams.map { RecordNames.member("upstream", $0) }
        self.issuerMembers = issuers.map { RecordNames.member("issuer", $0) }
        self.reasonMembers = RefusalCatalogue.reasons.map { RecordNames.member("reason", $0) }
    }

    private static func member(_ name: String, _ value: String) -> [UInt8] {
        var text = JSONText()
        text.append(",\"")
        text.bytes.append(contentsOf: name.utf8)
        text.append("\":")
        text.appendString(value)
        return text.bytes
    }
}
