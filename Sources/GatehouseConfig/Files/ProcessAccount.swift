private import Glibc

/// In whose name a process opens files.
struct ProcessAccount {
    /// The effective user.
    let user: UInt32
    /// The effective group and the supplementary ones.
    let groups: Set<UInt32>

    /// The account of this process.
    static func current() -> ProcessAccount {
        var supplementary = [gid_t](repeating: 0, count: max(0, Int(getgroups(0, nil))))
        let count = unsafe getgroups(Int32(supplementary.count), &supplementary)
        // Without the list fewer groups are ours, which only refuses more.
        return ProcessAccount(user: geteuid(), groups: Set(supplementary.prefix(max(0, Int(count)))).union([getegid()]))
    }

    /// Whether a user can be trusted with our secrets: ourselves, and root, from whom nothing can be hidden.
    func trusts(user other: UInt32) -> Bool {
        other == user || other == 0
    }

    /// Whether a group has no members that need to be feared: one of ours, or root's.
    func trusts(group: UInt32) -> Bool {
        groups.contains(group) || group == 0
    }
}
