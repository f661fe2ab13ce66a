// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import Glibc

Daemon.prepare()
let status = await Daemon.run(arguments: Array(CommandLine.arguments.dropFirst()))
exit(status)
