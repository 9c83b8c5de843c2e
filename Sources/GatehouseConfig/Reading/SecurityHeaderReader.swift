/// Reads `security_headers`, the global section and those of routes.
struct SecurityHeaderReader {
    let context: ReadingContext

    /// The keys of one section that are written: name of the key and value, or nothing for `null`.
    struct Layer {
        var preset: SecurityHeaderSettings.Preset?
        var values: [String: String?]
    }

    /// What a section says, its values checked.
    func layer(_ section: ResolvedSection) -> Layer {
        var layer = Layer(preset: section.text("preset").flatMap(SecurityHeaderSettings.Preset.init), values: [:])
        for header in SecurityHeader.all {
            switch section[header.key]?.content {
            case .null?:
                layer.values[header.key] = .some(nil)
            case .text(let text)?:
                if let flaw = flaw(of: text) {
                    context.diagnostics.error("\(header.key): \(flaw)", at: section.place(of: header.key))
                } else {
                    layer.values[header.key] = text
                }
            default:
                break
            }
        }
        return layer
    }

    /// The fields that result from laying one section over another, key by key.
    func settings(_ base: Layer, below top: Layer? = nil) -> SecurityHeaderSettings {
        let preset = top?.preset ?? base.preset ?? .strict
        let values = base.values.merging(top?.values ?? [:]) { $1 }
        var fields: [SecurityHeaderSettings.Field] = []
        var leftOut: [String] = []
        for header in SecurityHeader.all {
            let fromPreset = preset == .strict || (preset == .api && header.isInAPI) ? header.value : nil
            switch values[header.key] {
            case .some(.none):
                leftOut.append(header.name)
            case .some(.some(let value)):
                fields.append(field(header, value))
            case .none:
                if let fromPreset {
                    fields.append(field(header, fromPreset))
                }
            }
        }
        return SecurityHeaderSettings(preset: preset, fields: fields, leftOut: leftOut)
    }

    /// Completes the global section for the dump.
    func fill(_ section: ResolvedSection?, with settings: SecurityHeaderSettings) {
        for header in SecurityHeader.all where section?.isWritten(header.key) == false {
            if let field = settings.fields.first(where: { $0.name == header.name }) {
                section?.fill(header.key, .text(field.value))
            }
        }
    }

    private func field(_ header: SecurityHeader, _ value: String) -> SecurityHeaderSettings.Field {
        SecurityHeaderSettings.Field(
            name: header.name,
            value: value,
            onlyOverTLS: header.key == "strict_transport_security"
        )
    }

    /// Control characters were refused when the text was read; a field value must also be ASCII without outer spaces.
    private func flaw(of text: String) -> String? {
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return "only ASCII is allowed in a header" }
        guard text.first != " ", text.last != " " else { return "spaces at the ends do not reach the browser" }
        return nil
    }
}
