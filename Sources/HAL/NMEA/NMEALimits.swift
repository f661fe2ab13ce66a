// SPDX-License-Identifier: Apache-2.0

/// The limits of the NMEA driver.
public enum NMEALimits {
    /// Longest sentence. The standard's 82 characters are exceeded by precise receivers.
    public static let sentenceBytesMax = 128
    /// Fields of a sentence that are told apart.
    public static let fieldsMax = 32
    /// Bytes taken from the line at once.
    public static let chunkBytesMax = 1024
    /// Longest path of a serial device.
    public static let devicePathBytesMax = 255
}
