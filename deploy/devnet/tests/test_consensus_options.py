# SPDX-License-Identifier: Apache-2.0
"""Options of a consensus network, and specifications that do not disturb each other."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import pytest

from devnet.consensus import ChainOptions, Crossing
from devnet.consensus.options import OptionsError
from devnet.consensus.specification import load


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"fork": "deneb"}, "fork: deneb is none of electra, fulu, gloas"),
        ({"committee_size": 64}, "committee: 64 is none of 32, 512"),
        ({"slot_seconds": 0}, "slot-seconds: 0 is below 1"),
        ({"validators": 63}, "validators: 63 is outside 64 to 1024"),
        ({"crossings": (Crossing("electra", 5),)}, "fork-at: electra does not come next after fulu"),
        ({"fork": "electra", "crossings": (Crossing("gloas", 5),)}, "fork-at: gloas does not come next after electra"),
        ({"crossings": (Crossing("gloas", 0),)}, "fork-at: epoch 0 of gloas is not after epoch 0"),
        (
            {"fork": "electra", "crossings": (Crossing("fulu", 5), Crossing("gloas", 5))},
            "fork-at: epoch 5 of gloas is not after epoch 5",
        ),
    ],
)
def test_an_option_out_of_range_is_refused_with_its_rule(options: dict[str, Any], reason: str):
    """Before anything is made."""
    with pytest.raises(OptionsError) as refusal:
        ChainOptions(**options)
    assert str(refusal.value) == reason


def test_the_fork_of_an_epoch_follows_the_schedule():
    """Up to the epoch before, and from the epoch on."""
    options = ChainOptions(fork="electra", crossings=(Crossing("fulu", 3), Crossing("gloas", 10)))
    assert [options.fork_at_epoch(epoch) for epoch in (0, 2, 3, 9, 10, 99)] == [
        "electra", "electra", "fulu", "fulu", "gloas", "gloas",
    ]


def test_loaded_specifications_are_apart_and_leave_the_installed_one_alone():
    """Two networks in one process have their own sizes and schedules; an import elsewhere gets the package as it is."""
    before = {name for name in sys.modules if name.endswith(".minimal")}
    small = load(ChainOptions(committee_size=32, slot_seconds=3))["fulu"]
    large = load(ChainOptions(committee_size=512, chain_id=99))["fulu"]
    assert {name for name in sys.modules if name.endswith(".minimal")} == before
    assert (small.SYNC_COMMITTEE_SIZE, large.SYNC_COMMITTEE_SIZE) == (32, 512)
    assert len(small.SyncCommittee.empty().pubkeys) == 32
    assert len(large.SyncCommittee.empty().pubkeys) == 512
    assert (small.config.SLOT_DURATION_MS, large.config.SLOT_DURATION_MS) == (3000, 12000)
    assert (small.config.DEPOSIT_CHAIN_ID, large.config.DEPOSIT_CHAIN_ID) == (1337, 99)
    installed = importlib.import_module("eth_consensus_specs.fulu.minimal")
    assert installed is not small and installed.config.SLOT_DURATION_MS == 6000
    assert installed.SYNC_COMMITTEE_SIZE == 32
