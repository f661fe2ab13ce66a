// SPDX-License-Identifier: Apache-2.0

/// What reading a configuration brought to light: its problems and the values in effect.
final class ConfigurationRecord {
    /// The file that is being read.
    var file: String
    /// Everything that is wrong so far.
    private(set) var problems: [ConfigurationProblem] = []
    /// Every value that was asked for, in the order of asking.
    private(set) var values: [EffectiveValue] = []

    /// Whether values are noted: those of a board are facts that nobody sets.
    var isNoting = true

    /// How many problems there are beyond those that are listed.
    private(set) var suppressed = 0

    init(file: String) { self.file = file }

    /// Notes a problem, of the current file if it names none; once, however often it is found.
    func add(_ problem: ConfigurationProblem) {
        var problem = problem
        if problem.file.isEmpty { problem.file = file }
        guard !problems.contains(problem) else { return }
        guard problems.count < AgentLimits.problemsMax else {
            suppressed += 1
            return
        }
        problems.append(problem)
    }

    /// Notes the value in effect for a key.
    func note(_ path: String, _ value: String, isDefault: Bool, in file: String) {
        guard isNoting else { return }
        values.append(
            EffectiveValue(file: file, path: path, value: value, isDefault: isDefault))
    }

    /// Replaces the value in effect for a key by what it came to.
    func replace(_ path: String, _ value: String) {
        guard let index = values.firstIndex(where: { $0.path == path }) else { return }
        values[index] = EffectiveValue(
            file: values[index].file, path: path, value: value, isDefault: false)
    }
}
