// SPDX-License-Identifier: Apache-2.0

internal import HAL

/// A found device as it is printed.
struct DiscoveryView: Encodable {
    /// A SunSpec model.
    struct Model: Encodable {
        let id: Int
        let address: Int
        let length: Int
        let kind: String?
    }

    let endpoint: String
    let baud: Int?
    let parity: String?
    let unit: Int
    let title: String?
    let manufacturer: String?
    let model: String?
    let version: String?
    let serialNumber: String?
    let serverID: String?
    let profile: String?
    let sunSpecAddress: Int?
    let mapEnd: String?
    let models: [Model]

    init(_ device: DiscoveredDevice, on endpoint: ModbusEndpoint) {
        self.endpoint = endpoint.description
        if case .rtu(let line) = endpoint {
            (baud, parity) = (line.baud, line.parity.rawValue)
        } else {
            (baud, parity) = (nil, nil)
        }
        unit = device.unitID
        title = device.title
        let identity = device.identity
        manufacturer = device.nameplate?.manufacturer ?? identity.vendor
        model =
            device.nameplate?.model ?? identity.model ?? identity.productName ?? identity.product
        version = device.nameplate?.version ?? identity.revision
        serialNumber = device.nameplate?.serialNumber
        serverID = identity.serverID
        profile = device.profile
        sunSpecAddress = device.sunSpec?.base
        mapEnd = device.sunSpec?.end.rawValue
        models = (device.sunSpec?.models ?? []).map {
            Model(id: $0.id, address: $0.address, length: $0.length, kind: $0.kind?.rawValue)
        }
    }
}
