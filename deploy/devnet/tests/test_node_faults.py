# SPDX-License-Identifier: Apache-2.0
"""Faults: what they may be, which requests they strike, and how a well-formed lie is made."""

import json
import random

import pytest

from devnet.node import distort, limits
from devnet.node.faults import KINDS, FaultBoard, FaultError, read_fault


@pytest.mark.parametrize(("wanted", "words"), [
    ([], "a fault is a JSON object"),
    ({"kind": "eat", "target": "beacon"}, "kind must be one of stale, "),
    ({"kind": "hide", "target": "engine"}, "target must be one of beacon, execution"),
    ({"kind": "hide", "target": "beacon", "bytes": 4}, "hide has no parameter bytes"),
    ({"kind": "hide", "target": "beacon", "match": "("}, "match is not a regular expression"),
    ({"kind": "hide", "target": "beacon", "match": "x" * 257}, "match must be a regular expression of up to 256"),
    ({"kind": "hide", "target": "beacon", "count": 0}, "count must be null or an integer from 1"),
    ({"kind": "hide", "target": "beacon", "count": True}, "count must be null or an integer from 1"),
    ({"kind": "hide", "target": "beacon", "probability": 1.5}, "probability must be a number from 0 to 1"),
    ({"kind": "stale", "target": "beacon", "slots": 64}, "slots must be an integer from 1 to 63"),
    ({"kind": "status", "target": "beacon", "status": 200}, "status must be an integer from 400 to 599"),
    ({"kind": "malformed", "target": "beacon", "how": "eat"}, "how must be one of truncate, garble"),
    ({"kind": "huge", "target": "beacon", "megabytes": 1025}, "megabytes must be an integer from 1 to 1024"),
    ({"kind": "wrong-type", "target": "beacon", "contentType": "a\r\nb: c"}, "contentType must be printable text"),
])
def test_a_fault_that_cannot_be_is_refused_with_its_rule(wanted: object, words: str) -> None:
    """FaultError names the parameter."""
    with pytest.raises(FaultError) as refused:
        read_fault(1, wanted)
    assert str(refused.value).startswith(words)


def test_every_kind_has_defaults_that_keep_its_own_rules() -> None:
    """A fault of kind and target alone is one that may be."""
    for kind, parameters in KINDS.items():
        made = read_fault(1, {"kind": kind, "target": "execution"})
        for name, parameter in parameters.items():
            assert made.parameters[name] is None or parameter.holds(made.parameters[name]), (kind, name)


def test_a_counted_fault_strikes_so_often_and_no_more() -> None:
    """Requests that do not match are not counted."""
    board = FaultBoard(seed=0)
    board.add({"kind": "hide", "target": "beacon", "match": "/genesis$", "count": 2})
    paths = ["/a/genesis", "/headers", "/a/genesis", "/a/genesis"]
    assert [len(board.strike("beacon", [path])) for path in paths] == [1, 0, 1, 0]
    assert board.strike("execution", ["/a/genesis"]) == []
    assert board.shown()[0]["hits"] == 2


def test_chance_is_seeded() -> None:
    """The same seed strikes the same requests, another one others, about as often as asked."""

    def run(seed: int) -> list[int]:
        board = FaultBoard(seed)
        board.add({"kind": "hide", "target": "beacon", "probability": 0.25})
        return [len(board.strike("beacon", ["/"])) for _ in range(400)]

    assert run(1) == run(1) != run(2)
    assert 60 <= sum(run(1)) <= 140


def test_faults_have_a_limit_and_are_cleared_one_or_all() -> None:
    """limits.FAULTS_MAX; clearing tells how many were on."""
    board = FaultBoard(seed=0)
    for _ in range(limits.FAULTS_MAX):
        board.add({"kind": "hide", "target": "beacon"})
    with pytest.raises(FaultError, match="64 faults are on"):
        board.add({"kind": "hide", "target": "beacon"})
    assert (board.clear(3), board.clear(3), board.clear()) == (1, 0, limits.FAULTS_MAX - 1)


def test_an_altered_leaf_differs_and_keeps_its_form() -> None:
    """Hexadecimal stays so and as long, numbers stay numbers."""
    for value in ("0x0", "0xff", "0xdeadbeef", "17", 17, True):
        other = distort.changed(value)
        assert other != value and type(other) is type(value)
        assert not isinstance(value, str) or (len(other), other[:2] == "0x") == (len(value), value[:2] == "0x")


def test_a_wrong_proof_differs_in_one_bit_of_one_node() -> None:
    """Only lists of proof nodes are touched, whatever the dice."""
    document = {"address": "0x00", "accountProof": ["0x" + "11" * 40, "0x" + "22" * 50],
                "storageProof": [{"key": "0x1", "proof": ["0x" + "33" * 60]}], "finality_branch": ["0x" + "44" * 32]}
    touched = set()
    for seed in range(64):
        found = distort.proof_leaf(document, random.Random(seed))
        assert found is not None
        path, old, new = found
        touched.add(path[0])
        flipped = int(old, 16) ^ int(new, 16)
        assert flipped.bit_count() == 1 and len(old) == len(new)
        changed = distort.replace(document, path, new)
        assert json.dumps(changed).replace(new, old) == json.dumps(document)
    assert touched == {"accountProof", "storageProof", "finality_branch"}


def test_a_named_field_is_altered_and_the_frame_never() -> None:
    """Without a name any leaf of the content may be."""
    document = {"version": "fulu", "finalized": True, "data": {"slot": "9", "root": "0x" + "ab" * 32}}
    dice = random.Random(0)
    assert distort.field_leaf(document, "slot", None, dice) == (("data", "slot"), "9", "10")
    assert distort.field_leaf(document, "slot", "7", dice) == (("data", "slot"), "9", "7")
    assert distort.field_leaf(document, "version", None, dice) is None
    for seed in range(16):
        found = distort.field_leaf(document, None, None, random.Random(seed))
        assert found is not None and found[0][0] == "data"


def test_ssz_is_patched_where_the_leaf_stands() -> None:
    """Bytes by their own form, numbers as eight bytes; other lengths are refused."""
    body = b"\x05" + (9).to_bytes(8, "little") + b"\xab" * 32
    assert distort.patch_ssz(body, "9", "10") == b"\x05" + (10).to_bytes(8, "little") + b"\xab" * 32
    assert distort.patch_ssz(body, "0x" + "ab" * 32, "0x" + "cd" * 32) == body[:9] + b"\xcd" * 32
    assert distort.patch_ssz(body, "0x" + "ab" * 32, "0xcd") is None
    assert distort.patch_ssz(body, "0x" + "cc" * 32, "0x" + "cd" * 32) is None


def test_malformed_bodies_are_refused_by_strict_readers() -> None:
    """Both ways for JSON; for SSZ the length or the first offset is wrong."""
    text = json.dumps({"data": {"slot": "9", "root": "0x" + "ab" * 32}}).encode()
    for how in ("truncate", "garble"):
        with pytest.raises(ValueError):
            json.loads(distort.malformed(text, how, json_body=True))
    packed = bytes(range(64))
    assert distort.malformed(packed, "truncate", json_body=False) == packed[:32]
    assert distort.malformed(packed, "garble", json_body=False)[:4] == b"\xff" * 4
