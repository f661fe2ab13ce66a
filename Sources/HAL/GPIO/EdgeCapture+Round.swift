// SPDX-License-Identifier: Apache-2.0

internal import Glibc

extension EdgeCapture {
    /// The lines that the thread waits on, as `poll` wants them.
    struct Round {
        private let bell: CInt
        private var sources: [Source] = []
        private var generation = 0
        private var descriptors: [pollfd]
        /// The time of the last edge that was taken.
        private var last: UInt64 = 0

        /// A round of no lines.
        init(bell: CInt) {
            self.bell = bell
            descriptors = [pollfd(fd: bell, events: Int16(POLLIN), revents: 0)]
        }

        /// Takes over other lines, if they have changed.
        mutating func follow(_ sources: [Source], generation: Int) {
            guard generation != self.generation else { return }
            self.generation = generation
            self.sources = sources
            descriptors.removeLast(descriptors.count - 1)
            for source in sources {
                descriptors.append(
                    pollfd(fd: source.line.descriptor, events: Int16(POLLIN), revents: 0))
            }
        }

        /// Waits for edges.
        ///
        /// - Returns: whether there may be some; if not, the lines may have changed.
        mutating func wait() -> Bool {
            guard poll(&descriptors, nfds_t(descriptors.count), -1) > 0 else { return false }
            guard descriptors[0].revents != 0 else { return true }
            var count: UInt64 = 0
            _ = read(bell, &count, MemoryLayout<UInt64>.size)
            return false
        }

        /// Takes the edges that wait.
        ///
        /// - Returns: whether they come so fast that it is better to wait a moment.
        mutating func drain(_ scratch: UnsafeMutableBufferPointer<GPIOEdge>) -> Bool {
            let before = last
            var hasTaken = false
            for index in sources.indices where descriptors[index + 1].revents != 0 {
                let source = sources[index]
                // The chip is gone if the line can't be read, or is said to be ready for anything
                // else. The driver finds out by itself; waiting on would never sleep.
                var isGone = descriptors[index + 1].revents & Int16(POLLIN) == 0
                do throws(GPIOFailure) {
                    let time = try source.ledger.drain(source.index, source.line, scratch)
                    if let time {
                        hasTaken = true
                        last = max(last, time)
                    }
                } catch {
                    isGone = true
                }
                if isGone { descriptors[index + 1].fd = -1 }
            }
            // Ready, and yet nothing there: the driver was faster, or the line can't be read.
            return !hasTaken || last - before < GPIOLimits.gatherNanoseconds
        }
    }
}
