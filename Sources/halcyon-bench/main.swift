// SPDX-License-Identifier: Apache-2.0

internal import Glibc

let status = await BenchmarkRun.run(Array(CommandLine.arguments.dropFirst()))
exit(status)
