// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// Which readings a reader is asked for.
public struct ReadingQuery: Hashable, Sendable {
    /// Only those of these points; `nil` for all.
    public var points: Set<PointID>?
    /// Only those with these ids.
    public var ids: ClosedRange<UInt64>
    /// Only those with these wall times, milliseconds since 1970; `nil` for all.
    public var wallMilliseconds: ClosedRange<Int64>?
    /// Whether the newest come first; otherwise the oldest.
    public var newestFirst: Bool
    /// The most readings to give.
    public var limit: Int

    /// A query for everything that is not narrowed down.
    public init(
        points: Set<PointID>? = nil, ids: ClosedRange<UInt64> = 1...JournalLimits.positionMax,
        wallMilliseconds: ClosedRange<Int64>? = nil, newestFirst: Bool = false, limit: Int = .max
    ) {
        self.points = points
        self.ids = ids
        self.wallMilliseconds = wallMilliseconds
        self.newestFirst = newestFirst
        self.limit = limit
    }
}
