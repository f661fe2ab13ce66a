# SPDX-License-Identifier: Apache-2.0
"""Every bound of the execution layer, with its unit in its name and its policy beside it."""

from __future__ import annotations

STATE_BLOCKS = 288
"""Canonical blocks whose state is kept for calls, balances and proofs; older ones answer with geth's error."""
SIDE_BLOCKS = 64
"""Blocks off the canonical chain are forgotten when they are this much older than the head."""
BODY_TRANSACTIONS = 65_536
"""Canonical transactions kept with their receipts, beyond those of blocks whose state is kept; the blocks of older
ones answer "pruned history unavailable"."""
HEADER_BLOCKS = 32_768
"""Canonical blocks whose headers are kept; older ones are unknown, but for block 0."""
HASH_BLOCKS = 256
"""Ancestors that BLOCKHASH sees (yellow paper)."""

EXTRA_DATA_BYTES_MAX = 32
TRANSACTION_BYTES_MAX = 131_072
"""As geth: a larger raw transaction is refused as "oversized data"."""
BLOCK_TRANSACTIONS_BYTES_MAX = 6_291_456
"""Leaves room below EIP-7934's 8 MiB block for header and withdrawals."""

POOL_TRANSACTIONS_MAX = 4_096
"""When full, the cheapest last transaction of a sender leaves, if the new one pays more; else "txpool is full"."""
POOL_BYTES_MAX = 33_554_432
POOL_SENDER_TRANSACTIONS_MAX = 1_024
"""Transactions of one sender that can follow each other into blocks; more are refused."""
POOL_SENDER_GAPPED_MAX = 64
"""Transactions of one sender behind a missing nonce; more are refused."""
POOL_GAPPED_SECONDS_MAX = 10_800
"""A transaction waits this long (chain time) behind a missing nonce, then leaves."""
POOL_HELD_MAX = 1_024
"""Hashes and senders held back on request; more are refused."""
POOL_DROPPED_REMEMBERED = 256
REPLACEMENT_PERCENT = 10
"""A replacement raises both the fee cap and the tip by at least this."""
TIP_MIN_WEI = 1

BUILD_SECONDS_MAX = 0.6
"""A block takes no further transaction after this; what waits goes into the next one."""
TRANSACTION_SECONDS_MAX = 20.0
"""A transaction that executes longer leaves the pool: one must not stop block production."""
CHECK_INTERVAL_BLOCKS = 256
"""Every so many blocks the specification recomputes the whole state root, if the state is small enough for that."""
CHECK_ENTRIES_MAX = 1_500

CALL_GAS_MAX = 30_000_000
CALL_SECONDS_MAX = 5.0
"""All the calls of one request together; geth's default for one."""
CALL_FRAMES_RECURSION = 20_000
"""Python frames needed for 1024 EVM frames of about seven each, with room."""
CODE_ANALYSES_MAX = 512
"""Contract codes whose jump destinations are remembered; the least recently used leaves."""
SENDERS_MAX = 16_384
"""Recovered senders remembered; the least recently used leaves."""
HASHED_KEYS_MAX = 65_536
"""Trie keys remembered; the least recently used leaves."""

REQUEST_BYTES_MAX = 5_242_880
BATCH_REQUESTS_MAX = 100
BATCH_RESPONSE_BYTES_MAX = 26_214_400
PROOF_KEYS_MAX = 1_024
LOG_BLOCKS_MAX = 4_096
LOG_RESULTS_MAX = 10_000
LOG_ALTERNATIVES_MAX = 1_000
"""Addresses, or alternatives at one topic position, of a log filter."""
FEE_HISTORY_BLOCKS_MAX = 1_024
FEE_HISTORY_PERCENTILES_MAX = 100
TIP_SAMPLE_BLOCKS = 20
TIP_PERCENTILE = 60
TIP_DEFAULT_WEI = 1_000_000_000
TIP_MAX_WEI = 500_000_000_000
