# SPDX-License-Identifier: Apache-2.0
"""The bounds of the consensus layer, and what happens at each."""

BLOCKS_RETAINED_SLOTS_MAX = 8192
"""Blocks, headers and bootstraps of older slots are forgotten and answered with 404."""

UPDATES_RETAINED_PERIODS_MAX = 512
"""Best updates of older periods are forgotten; a range that begins before them begins with the oldest one kept."""

ORPHANS_MAX = 256
"""Blocks that a reorg left behind and that can still be asked for by root; the oldest goes first."""

STATES_RETAINED_SLOTS_MAX = 256
"""Post-states that a reorg may build on while nothing finalizes; a deeper reorg is refused."""

SNAPSHOTS_MAX = 64
"""Older views of the chain that can be answered from, a slot each; the oldest goes first."""

SKIPPED_SLOTS_MAX = 4096
"""Slots without a block in a row, after which advance refuses: every one costs an epoch's share of work."""

UPDATES_COUNT_MAX = 128
"""MAX_REQUEST_LIGHT_CLIENT_UPDATES: a larger count is answered as this one."""

BODIES_DECODED_MAX = 128
"""Objects kept decoded to JSON; the least recently asked goes first."""
