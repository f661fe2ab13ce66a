// SPDX-License-Identifier: Apache-2.0

import Agent
import Glibc

let status = await Daemon.run(arguments: Array(CommandLine.arguments.dropFirst()))
exit(status)
