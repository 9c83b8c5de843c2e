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
}
