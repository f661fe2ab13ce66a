// SPDX-License-Identifier: Apache-2.0

extension Journal {
    /// Takes over other quotas; they hold from the next commit on.
    ///
    /// - Throws: `option`, with nothing changed.
    public func set(_ options: JournalOptions) throws(JournalError) {
        try options.validate(path)
        self.options = options
    }

    /// Takes note of readings that were lost on their way to the journal: the next commit that
    /// succeeds records them as a gap before the readings that wait.
    public func recordLoss(_ count: Int) {
        buffer.noteLoss(count)
    }
}
