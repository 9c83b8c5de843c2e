private import Synchronization

/// How far the process is between its start and its end, and what it still waits for.
///
/// Phases only go forward. The process is ready when it has been declared ready and no condition is missing; a
/// condition that goes missing later makes it unready again without changing the phase. `Sendable`; the phase is read
/// without a lock.
package final class LifecycleState: Sendable {
    /// The phases, in order.
    package enum Phase: UInt8, Sendable, CaseIterable, Comparable {
        /// Not all parts run yet.
        case starting
        /// Everything runs.
        case ready
        /// The end has been asked for; what was accepted is still served.
        case draining
        /// Nothing is served any more but the admin listener.
        case stopped

        /// Whether the phase comes before the other.
        package static func < (left: Phase, right: Phase) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// What `/readyz` tells.
    package struct Report: Sendable, Equatable {
        /// The phase.
        package let phase: Phase
        /// Every condition and whether it is met, in the order in which they were named.
        package let conditions: [Condition]

        /// The names of the conditions that are not met.
        package var missing: [String] {
            self.conditions.filter { !$0.isMet }.map(\.name)
        }

        /// Whether new work is welcome.
        package var isReady: Bool {
            self.phase == .ready && self.conditions.allSatisfy(\.isMet)
        }
    }

    /// Something without which the process is not ready.
    package struct Condition: Sendable, Equatable {
        /// What people call it, such as `listener 0.0.0.0:8443` or `keys of corporate`.
        package let name: String
        /// Whether it is there.
        package var isMet: Bool
    }

    private let rank = Atomic<UInt8>(Phase.starting.rawValue)
    private let conditions: Mutex<[Condition]>

    /// Begins in `starting` with conditions none of which is met.
    package init(awaiting names: [String] = []) {
        self.conditions = Mutex(names.map { Condition(name: $0, isMet: false) })
    }

    /// The phase; cheap enough to ask for each request.
    package var phase: Phase {
        Phase(rawValue: self.rank.load(ordering: .acquiring)) ?? .stopped
    }

    /// The phase and all conditions.
    package var report: Report {
        Report(phase: self.phase, conditions: self.conditions.withLock { $0 })
    }

    /// Moves to a later phase; returns false, and changes nothing, if the phase was reached or passed before.
    @discardableResult
    package func advance(to phase: Phase) -> Bool {
        let earlier = self.rank.max(phase.rawValue, ordering: .acquiringAndReleasing).oldValue
        return earlier < phase.rawValue
    }

    /// Notes that a condition is met; one that was not named before is added.
    package func meet(_ name: String) {
        self.set(name, isMet: true)
    }

    /// Notes that a condition is missing; one that was not named before is added.
    package func miss(_ name: String) {
        self.set(name, isMet: false)
    }

    private func set(_ name: String, isMet: Bool) {
        self.conditions.withLock { conditions in
            if let index = conditions.firstIndex(where: { $0.name == name }) {
                conditions[index].isMet = isMet
            } else {
                conditions.append(Condition(name: name, isMet: isMet))
            }
        }
    }
}
