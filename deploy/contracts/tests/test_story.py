# SPDX-License-Identifier: Apache-2.0
"""The story's script can fail: rows that do not hold, networks that are not there. (It is played on a real network.)"""

import subprocess
import sys
from pathlib import Path

import artifacts
from eth_account import Account
from story_steps.report import Report
from story_steps.stage import Stage
from web3 import Web3

STORY_SECONDS_MAX = 60


def _story(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "story_steps", *options],
        cwd=artifacts.FOLDER, capture_output=True, text=True, timeout=STORY_SECONDS_MAX, check=False,
    )  # fmt: skip


def test_a_row_that_does_not_hold_is_counted_and_shown() -> None:
    """One of two."""
    told: list[str] = []
    report = Report(told.append)
    report.begin("chapter")
    report.equal("same", [1, 2], [1, 2])
    report.equal("other", "PAID", "REFUSED")
    assert report.failures == 1 and told == ["holds  chapter: same", "FAILS  chapter: other"]
    assert report.table().splitlines()[-1].startswith("NO | chapter | other | PAID")


def test_a_network_that_is_not_there_ends_the_story_with_2(tmp_path: Path) -> None:
    """Said in a line, without a trace."""
    key = tmp_path / "key"
    key.write_text("0x" + "11" * 32)
    ended = _story("--url", "http://127.0.0.1:9", "--key-file", str(key))
    assert ended.returncode == 2 and "nothing answers at http://127.0.0.1:9" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_half_of_the_options_is_refused() -> None:
    """A URL without a key."""
    ended = _story("--url", "http://127.0.0.1:9")
    assert ended.returncode == 2 and "--url and --key-file go together" in ended.stderr


def test_the_parties_follow_from_the_seed() -> None:
    """The same seed, the same keys; every party another key."""

    class Offline:
        web3 = Web3()

    first, again, other = (
        Stage(Offline(), Report(lambda line: None), Account.from_key(b"\1" * 32), seed)  # type: ignore[arg-type]
        for seed in ("a", "a", "b")
    )
    assert first.requester.address == again.requester.address != other.requester.address
    parties = [first.requester, first.operator, first.verifier, first.challenger, first.arbiter, *first.members]
    accounts = [party.address for party in parties] + [device.account.address for device in first.devices]
    payouts = [device.payout for device in first.devices]
    assert len(set(accounts + payouts)) == len(accounts) + 2
