/// Secrets that must not show in the lines of the file that messages quote.
extension SchemaReader {
    /// Hides a secret; of a URL only what stands before its `@`.
    func hide(_ node: ConfigurationNode, of type: DirectiveType) {
        switch (type, node.content) {
        case (.url, .scalar(let text, _)): context.source.markCredentials(of: text, from: node.position, to: node.end)
        default: context.source.markSecret(from: node.position, to: node.end)
        }
    }

    /// Hides the secrets below a key that is refused as a whole.
    func hideSecrets(of directive: Directive, in node: ConfigurationNode) {
        switch node.content {
        case .scalar:
            break
        case .list(let items):
            for item in items {
                hideSecrets(of: directive, in: item)
            }
        case .mapping(let entries):
            for entry in entries {
                let inner = directive.type.directives.first { $0.name == entry.key }
                if inner?.isSecret ?? SecretNames.isTelling(entry.key) {
                    hide(entry.value, of: inner?.type ?? .text)
                } else if let inner {
                    hideSecrets(of: inner, in: entry.value)
                }
            }
        }
    }
}
