/// An answer of the admin listener.
struct AdminAnswer: Sendable, Equatable {
    /// The status code.
    var status: Int
    /// The content's type.
    var contentType = "text/plain; charset=utf-8"
    /// The content.
    var content: [UInt8]
    /// The methods that the path has, for 405.
    var allow: String?
    /// Whether the connection ends after it.
    var closesConnection = false

    /// A text of its own.
    init(_ status: Int, _ text: String, allow: String? = nil, closesConnection: Bool = false) {
        self.status = status
        self.content = Array((text + "\n").utf8)
        self.allow = allow
        self.closesConnection = closesConnection
    }

    /// A page of metrics.
    init(metrics: [UInt8]) {
        self.status = 200
        self.contentType = PrometheusText.contentType
        self.content = metrics
    }
}
