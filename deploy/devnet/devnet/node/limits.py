# SPDX-License-Identifier: Apache-2.0
"""Every limit of the node, unit last. What happens at a limit is said where it is used."""

BODY_BYTES_MAX = 8 << 20
CONNECTIONS_MAX = 256
IDLE_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 5.0
LISTEN_BACKLOG_CONNECTIONS = 128

ACCOUNTS_MAX = 1000
VALIDATORS_MIN = 64
VALIDATORS_MAX = 1024
SLOT_SECONDS_MAX = 3600
PORT_MAX = 65535
CHAIN_ID_MAX = (1 << 53) - 1
"""Chain ids stay numbers that any JSON reader keeps exact."""

WARP_SLOTS_MAX = 8192
"""Most slots produced before the network is ready, whether asked for or needed to catch up with the clock."""
LATE_SLOTS_MAX = 4
"""Most slots produced in a row when the producer is behind; older ones stay without a block."""
MINE_SLOTS_MAX = 1024
MINE_SECONDS_MAX = 600.0
PLANS_MAX = 256
PLAN_SLOTS_MAX = 1 << 20
REORG_DEPTH_SLOTS_MAX = 64

VIEWS_MAX = 64
"""Snapshots kept for stale answers, one a slot."""
FAULTS_MAX = 64
FAULT_PATTERN_CHARACTERS_MAX = 256
FAULT_SECONDS_MAX = 600.0
FAULT_MEGABYTES_MAX = 1024
FAULT_COUNT_MAX = 1 << 31
BATCH_REQUESTS_SEEN_MAX = 100
"""Entries of a JSON-RPC batch that faults look at; longer batches are refused by the execution API itself."""
