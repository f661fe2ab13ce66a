// SPDX-License-Identifier: Apache-2.0

/// Parts of configurations that tests share.
public enum TestConfiguration {
    /// The tables `journal` and `attestation`.
    public static func periods(commitSeconds: Double, attestationSeconds: Double) -> String {
        """
        [journal]
        commit_interval_seconds = \(commitSeconds)
        [attestation]
        period_seconds = \(attestationSeconds)

        """
    }

    /// A simulated bus with one device `NAME`, and points `p0`, `p1` … with these periods.
    public static func bus(_ name: String, periodsSeconds: [Double]) -> String {
        let points = periodsSeconds.enumerated().map { index, period in
            """
            [[device.point]]
            name = "p\(index)"
            unit = "V"
            period_seconds = \(period)
            waveform = "sine:230,\(index + 1),7,0.4"

            """
        }
        return """
            [[bus]]
            name = "\(name)"
            driver = "simulated"
            [[device]]
            name = "\(name)"
            bus = "\(name)"

            """ + points.joined()
    }
}
