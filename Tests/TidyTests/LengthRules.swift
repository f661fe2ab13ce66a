// SPDX-License-Identifier: Apache-2.0

/// How long files and functions may be.
enum LengthRules {
    static let fileLinesMax = 600
    static let functionLinesMax = 70
    static let readmeLinesMax = 150
    static let daemonLinesMax = 80
    static let medianLinesMax = 120
    static let ninetiethPercentileLinesMax = 350
    static let fileBytesMax = 256 * 1024

    static func fileLength(_ file: SourceFile) -> [Finding] {
        guard file.language != .other, file.lineCount > fileLinesMax else { return [] }
        return [Finding(file.path, 0, "\(file.lineCount) lines")]
    }

    static func functionLength(_ file: SourceFile) -> [Finding] {
        FunctionScanner.functions(in: file).filter { $0.lineCount > functionLinesMax }
            .map { Finding(file.path, $0.line, "\($0.name) has \($0.lineCount) lines") }
    }

    static func fileSize(_ file: SourceFile) -> [Finding] {
        file.bytes.count > fileBytesMax ? [Finding(file.path, 0, "\(file.bytes.count) bytes")] : []
    }

    /// The value below or at which `percent` of all values lie (nearest rank); 0 for none.
    static func percentile(_ values: [Int], _ percent: Int) -> Int {
        guard !values.isEmpty else { return 0 }
        return values.sorted()[max(0, (values.count * percent + 99) / 100 - 1)]
    }
}
