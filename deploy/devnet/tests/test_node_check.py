# SPDX-License-Identifier: Apache-2.0
"""The check's own means against other people's: a checker that believes everything would pass every network."""

import random
from typing import Any

import pytest
import rlp
from eth_hash.auto import keccak
from trie import HexaryTrie

from devnet.check import blocks, patricia
from devnet.check.report import Failure, Refused, Report, equal

SEED = 20


def grown(count: int, dice: random.Random) -> tuple[HexaryTrie, dict[bytes, bytes]]:
    """A trie of another library under hashed keys, as state tries are, and what is in it."""
    held = {dice.randbytes(20): dice.randbytes(dice.randrange(1, 70)) for _ in range(count)}
    trie = HexaryTrie({})
    for key, value in held.items():
        trie[keccak(key)] = value
    return trie, held


@pytest.mark.parametrize("count", [1, 2, 17, 300])
def test_proofs_of_another_library_hold_and_no_changed_one_does(count: int) -> None:
    """Presence and absence; each flipped byte, dropped, doubled and swapped node is refused."""
    dice = random.Random(SEED + count)
    trie, held = grown(count, dice)
    for key in [*list(held)[:20], dice.randbytes(20), dice.randbytes(20)]:
        nodes = [rlp.encode(node) for node in trie.get_proof(keccak(key))]
        assert patricia.proven(trie.root_hash, key, nodes) == held.get(key), SEED
        for at, node in enumerate(nodes):
            place = dice.randrange(len(node))
            flipped = node[:place] + bytes([node[place] ^ 1]) + node[place + 1:]
            for wrong in ([*nodes[:at], flipped, *nodes[at + 1:]], [*nodes[:at], *nodes[at + 1:]],
                          [*nodes[: at + 1], node, *nodes[at + 1:]]):
                with pytest.raises(Refused):
                    patricia.proven(trie.root_hash, key, wrong)


def test_a_proof_for_one_key_is_refused_for_another() -> None:
    """A leaf elsewhere shows absence only where its path is the key's."""
    dice = random.Random(SEED)
    trie, held = grown(40, dice)
    keys = list(held)
    nodes = [rlp.encode(node) for node in trie.get_proof(keccak(keys[0]))]
    believed = 0
    for key in keys[1:]:
        try:
            believed += patricia.proven(trie.root_hash, key, nodes) is not None
        except Refused:
            continue
        pytest.fail("the absence of a key that is there was believed")
    assert believed == 0


@pytest.mark.parametrize("count", [0, 1, 2, 16, 17, 127, 128, 129, 300])
def test_the_root_of_a_list_is_that_of_another_library(count: int) -> None:
    """Short and long values, around the sizes at which keys grow a byte."""
    dice = random.Random(SEED + count)
    values = [dice.randbytes(dice.choice([1, 5, 31, 32, 200])) for _ in range(count)]
    trie = HexaryTrie({})
    for index, value in enumerate(values):
        trie[rlp.encode(index)] = value
    assert patricia.ordered_root(values) == trie.root_hash


# Mainnet's genesis block has the first 15 of a header's fields only; a made-up newer header stands for the rest.
def header() -> dict[str, Any]:
    """A header with every field."""
    lengths = {name: length for name, length in blocks._FIELDS.items()}
    return {name: "0x7" if length == 0 else "0x" + "5a" * (4 if length is None else length)
            for name, length in lengths.items()}


def test_a_block_hash_needs_every_field_at_its_length() -> None:
    """A field that is missing, short or long is refused by its name."""
    whole = header()
    assert len(blocks.block_hash(whole)) == 32
    for name, length in blocks._FIELDS.items():
        with pytest.raises(Refused, match=f"the header has no {name}"):
            blocks.block_hash({key: value for key, value in whole.items() if key != name})
        if length:
            with pytest.raises(Refused, match=f"{name} has {length - 1} bytes, not {length}"):
                blocks.block_hash({**whole, name: whole[name][:-2]})
        assert blocks.block_hash({**whole, name: whole[name][:-1] + "b"}) != blocks.block_hash(whole), name


def test_a_failed_step_is_counted_and_the_next_one_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The last line has both counts, and the status is 1; nothing passed is no success either."""
    report = Report()
    with report.step("one"):
        equal(1, 2, "the number")
    with report.step("two"):
        equal(2, 2, "the number")
    assert report.finish() == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("FAILED one: Failure: the number is 1, not 2") and said[-1] == "1 passed, 1 failed"
    assert Report().finish() == 1
    with pytest.raises(Failure, match="the number is 3, not 2"):
        equal(3, 2, "the number")
