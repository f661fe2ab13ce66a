// SPDX-License-Identifier: Apache-2.0

/// A named quantity with its unit. The same name with another unit is another point.
public struct Point: Hashable, Sendable {
    /// The name.
    public let id: PointID
    /// The unit of its values.
    public let unit: Unit

    /// A point of that name and unit.
    public init(id: PointID, unit: Unit) {
        self.id = id
        self.unit = unit
    }
}
