/// One way in which other accounts can get at a secret file, and what closes it.
struct FileExposure {
    let reason: String
    let hint: String
    /// The go-live check that finds the same.
    let check: String?

    /// What is wrong with the permissions and the owner of a secret file.
    static func exposures(of file: FileStatus, at path: String, for account: ProcessAccount) -> [FileExposure] {
        var found: [FileExposure] = []
        let shown = Excerpt.path(path)
        let isOurs = file.owner == account.user
        let repair = isOurs ? "`chmod 600 \(shown)`" : "`chown \(account.user) \(shown)` and `chmod 600 \(shown)`"
        let mode = "mode \(file.permissions)"
        if file.mode & 0o007 != 0 {
            let reason = "others than owner and group may use this file (\(mode))"
            found.append(FileExposure(reason: reason, hint: repair, check: "GH-D009"))
        } else if file.mode & 0o020 != 0 {
            found.append(FileExposure(reason: "its group may write to this file (\(mode))", hint: repair, check: nil))
        } else if file.mode & 0o040 != 0, !account.trusts(group: file.group) {
            // Kubernetes gives secrets to the group of the pod, and `fsGroup` makes that group ours.
            let reason = "a group that is not ours may read this file (\(mode), group \(file.group))"
            found.append(FileExposure(reason: reason, hint: repair, check: nil))
        }
        if !account.trusts(user: file.owner) {
            let reason = "another account owns this file (user \(file.owner)) and may change it"
            found.append(FileExposure(reason: reason, hint: "`chown \(account.user) \(shown)`", check: nil))
        }
        return found
    }

    /// What is wrong with a folder in which a secret file, or a link to it, stands under a name.
    ///
    /// Whoever may write to a folder may put another file in place of ours. The sticky bit leaves that to root and to the
    /// owners of the folder and of the file. So root's sticky folders, such as `/tmp` or the one in which Kubernetes
    /// puts its links, are good enough if the file, or the link, is ours or root's.
    static func exposure(
        of folder: FileStatus,
        at path: String,
        holding entry: FileStatus,
        for account: ProcessAccount
    ) -> FileExposure? {
        guard folder.mode & 0o002 != 0 else { return nil }
        let isSticky = folder.mode & 0o1000 != 0
        guard !(isSticky && folder.owner == 0 && account.trusts(user: entry.owner)) else { return nil }
        let shown = Excerpt.path(path)
        return FileExposure(
            reason: "others may replace this file: everyone may write to its folder `\(shown)` "
                + "(mode \(folder.permissions))",
            hint: isSticky ? "move it to a folder that only its owner may write to" : "`chmod o-w \(shown)`",
            check: nil
        )
    }
}
