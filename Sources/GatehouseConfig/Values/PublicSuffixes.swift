/// Domains under which strangers can have names.
enum PublicSuffixes {
    /// Whether the domain looks like a registry's: two short labels, or a known hosting service.
    static func looksPublic(_ domain: Substring) -> Bool {
        let host = domain.prefix { $0 != ":" }
        let labels = host.split(separator: ".")
        if labels.count == 2, let first = labels.first, let last = labels.last, last.count == 2 {
            return secondLevel.contains(String(first))
        }
        return hosting.contains(String(host))
    }

    private static let secondLevel: Set<String> = [
        "co", "com", "org", "net", "gov", "ac", "edu", "or", "ne", "go", "gob",
    ]
    private static let hosting: Set<String> = [
        "github.io", "gitlab.io", "herokuapp.com", "vercel.app", "netlify.app", "pages.dev", "workers.dev", "web.app",
        "firebaseapp.com", "azurewebsites.net", "cloudfront.net", "amazonaws.com", "fly.dev", "onrender.com",
        "ngrok.io", "ngrok.app", "blogspot.com", "surge.sh", "glitch.me", "appspot.com",
    ]
}
