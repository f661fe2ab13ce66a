# SPDX-License-Identifier: Apache-2.0
"""Options of the network: defaults, forms, refusals with their words."""

import pytest

from devnet.node import options


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command line says when it refuses; its status is 2."""
    with pytest.raises(SystemExit) as ended:
        options.parse(list(arguments))
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_no_options_make_the_default_network() -> None:
    """The dataclass's defaults and the command line's are the same."""
    assert options.parse([]) == options.Options()


def test_a_crossing_is_a_fork_and_an_epoch() -> None:
    """--fork-at repeats, in order."""
    read = options.parse(["--fork", "electra", "--fork-at", "fulu:6", "--fork-at", "gloas:9", "--committee", "32"])
    assert (read.fork, read.crossings, read.committee) == ("electra", (("fulu", 6), ("gloas", 9)), 32)


def test_slots_of_zero_seconds_are_made_on_request() -> None:
    """--slot-seconds 0 is --manual with slots of a second."""
    read = options.parse(["--slot-seconds", "0"])
    assert (read.manual, read.slot_seconds) == (True, 1)


@pytest.mark.parametrize(("arguments", "words"), [
    (["--fork", "phase0"], "invalid choice: 'phase0'"),
    (["--fork-at", "fulu"], "'fulu' is not FORK:EPOCH"),
    (["--fork-at", "gloas:0"], "'gloas:0' is not FORK:EPOCH"),
    (["--fork-at", "electra:5"], "--fork-at must name the fork that comes next"),
    (["--fork", "electra", "--fork-at", "gloas:5"], "--fork-at must name the fork that comes next"),
    (["--fork", "electra", "--fork-at", "fulu:6", "--fork-at", "gloas:6"], "--fork-at epochs must rise"),
    (["--committee", "64"], "invalid choice: 64"),
    (["--slot-seconds", "-1"], "'-1' is not an integer from 0 to 3600"),
    (["--beacon-port", "65536"], "'65536' is not an integer from 0 to 65535"),
    (["--warp", "8193"], "'8193' is not an integer from 0 to 8192"),
    (["--accounts", "0"], "'0' is not an integer from 1 to 1000"),
    (["--chain-id", "0x1"], "'0x1' is not an integer from 1 to 9007199254740991"),
    (["--validators", "63"], "'63' is not an integer from 64 to 1024"),
])
def test_an_option_out_of_range_is_refused_by_name(
        capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    """The message holds the value and its rule."""
    assert words in refusal(capsys, *arguments)


def test_identity_leaves_out_where_the_network_listens() -> None:
    """A state folder may be resumed on other ports, not with another seed."""
    here, there = options.parse(["--beacon-port", "8000"]), options.parse(["--seed", "1"])
    assert options.Options().identity() == here.identity() != there.identity()
