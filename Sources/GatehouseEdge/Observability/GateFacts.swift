/// What `/metrics` tells beside the counts of the loops; gathered anew for each scrape.
package struct GateFacts: Sendable, Equatable {
    /// The version of the program.
    package var version: String
    /// When each certificate ends, by its purpose, in seconds since 1970.
    package var certificateEnds: [CertificateEnd] = []
    /// Whether the last attempt to read the configuration succeeded.
    package var isConfigurationCurrent = true
    /// When the configuration in use was read, in seconds since 1970.
    package var configurationReadAt: Int64
    /// What the access log's writer has done.
    package var accessLog = AccessLogWriter.Figures()
    /// Whether the quotas' store answers; nil for quotas in memory.
    package var isQuotaStoreUp: Bool?
    /// What the accounts service does, or nil if there is none.
    package var accounts: AccountsFacts?
    /// What was recorded in the audit log, or nil if there is none.
    package var audit: AuditFacts?

    /// Makes facts of what is always known.
    package init(version: String, configurationReadAt: Int64) {
        self.version = version
        self.configurationReadAt = configurationReadAt
    }

    /// The end of a certificate.
    package struct CertificateEnd: Sendable, Equatable {
        /// What the certificate is for, from the configuration: `listener`, or the listener's address.
        package var purpose: String
        /// Seconds since 1970.
        package var notAfter: Int64

        /// Makes an entry.
        package init(purpose: String, notAfter: Int64) {
            self.purpose = purpose
            self.notAfter = notAfter
        }
    }

    /// What the accounts service does.
    package struct AccountsFacts: Sendable, Equatable {
        /// Passwords that are being worked on.
        package var passwordsInFlight = 0
        /// Passwords that wait for their turn.
        package var passwordsWaiting = 0
        /// Passwords that were refused because too many waited.
        package var passwordsRefused: UInt64 = 0
        /// The waits for a turn: upper bounds in seconds, how many fell in each bucket (one more than bounds), the sum in seconds.
        package var waitBounds: [Double] = []
        package var waitCounts: [UInt64] = []
        package var waitSum = 0.0
        /// Whether the database can be written.
        package var isDatabaseUp = true

        /// Facts of a service that has done nothing.
        package init() {}
    }

    /// What was recorded.
    package struct AuditFacts: Sendable, Equatable {
        /// Records by event.
        package var records: [(event: String, count: UInt64)]
        /// Records that could not be written.
        package var failures: UInt64

        /// Gathers the facts.
        package init(records: [(event: String, count: UInt64)], failures: UInt64) {
            self.records = records
            self.failures = failures
        }

        /// Whether both tell the same.
        package static func == (left: AuditFacts, right: AuditFacts) -> Bool {
            left.failures == right.failures && left.records.elementsEqual(right.records, by: ==)
        }
    }
}
