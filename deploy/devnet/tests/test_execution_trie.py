# SPDX-License-Identifier: Apache-2.0
"""The persistent trie against py-trie and the specification's own root, on random histories and the awkward cases."""

from __future__ import annotations

import execution_bench  # noqa: F401 (makes the package importable)
import pytest
import rlp as pyrlp
from eth_hash.auto import keccak as reference_keccak
from hypothesis import given, settings
from hypothesis import strategies as st
from immutables import Map
from trie import HexaryTrie

from devnet.execution import patricia
from devnet.execution.chain import specification_root
from devnet.execution.commitment import commit, indexed_root
from devnet.execution.rules import load
from devnet.execution.world import WorkingState, World, set_account, set_storage

# Few first bytes, so that paths share stretches and branches come and go; short values, so that nodes are embedded.
KEYS = st.builds(lambda head, tail: bytes([head, tail, 7]), st.sampled_from([0, 1, 16, 17, 255]), st.integers(0, 20))
VALUES = st.one_of(st.binary(min_size=1, max_size=3), st.binary(min_size=30, max_size=40))
CHANGES = st.lists(st.tuples(KEYS, st.one_of(st.none(), VALUES)), max_size=40)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(CHANGES)
def test_roots_values_and_proofs_equal_those_of_py_trie(changes: list[tuple[bytes, bytes | None]]) -> None:
    """After every put and remove; proofs also of absent keys; older roots stay as they were."""
    ours, theirs = None, HexaryTrie({})
    history = []
    for key, value in changes:
        if value is None:
            ours = patricia.remove(ours, key.hex())
            del theirs[key]
        else:
            ours = patricia.put(ours, key.hex(), value)
            theirs[key] = value
        assert patricia.root_hash(ours) == theirs.root_hash
        history.append((ours, theirs.root_hash))
    for key in {key for key, _ in changes} | {b"\x00\x00\x07", b"\xff\xff\xff"}:
        assert (patricia.get(ours, key.hex()) or b"") == theirs[key]
        proof = tuple(pyrlp.decode(node) for node in patricia.prove(ours, key.hex()))
        assert HexaryTrie.get_from_proof(patricia.root_hash(ours), key, proof) == theirs[key]
        assert [pyrlp.encode(node) for node in theirs.get_proof(key) if len(pyrlp.encode(node)) > 31] == [
            node for node in patricia.prove(ours, key.hex()) if len(node) > 31]
    assert all(patricia.root_hash(root) == root_hash for root, root_hash in history)


def test_removing_an_absent_key_gives_the_same_object() -> None:
    """Nothing is copied where nothing changes."""
    root = patricia.put(patricia.put(None, "1234", b"a"), "12ff", b"b")
    for absent in ("1235", "12", "ffff", "1", ""):
        assert patricia.remove(root, absent) is root


def test_keys_that_are_prefixes_of_each_other_are_refused() -> None:
    """Branches carry no values here: hashes and RLP of indices are never such keys."""
    for first, second in (("1234", "12"), ("12", "1234")):
        with pytest.raises(ValueError, match="prefix of another"):
            patricia.put(patricia.put(None, first, b"a"), second, b"b")
    branched = patricia.put(patricia.put(None, "1234", b"a"), "1256", b"b")
    with pytest.raises(ValueError, match="prefix of another"):
        patricia.put(branched, "12", b"c")


@pytest.mark.parametrize("count", [0, 1, 2, 127, 128, 129, 300])
def test_roots_of_indexed_lists_equal_those_of_py_trie(count: int) -> None:
    """Across the lengths at which the RLP of the index changes."""
    values = [reference_keccak(bytes([index % 256])) * 2 for index in range(count)]
    theirs = HexaryTrie({})
    for index, value in enumerate(values):
        theirs[pyrlp.encode(index)] = value
    assert indexed_root(values) == theirs.root_hash


def test_rlp_equals_that_of_the_rlp_package() -> None:
    """At the lengths where its heads change."""
    for size in (0, 1, 2, 55, 56, 255, 256, 70_000):
        for fill in (0x00, 0x7F, 0x80):
            assert patricia.rlp_string(bytes([fill]) * size) == pyrlp.encode(bytes([fill]) * size)
        assert patricia.rlp_list(b"\x05" * size) == pyrlp.encode([5] * size)
    for value in (0, 1, 127, 128, 255, 256, 2**256 - 1):
        assert patricia.rlp_integer(value) == pyrlp.encode(value)


SLOTS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6), st.integers(0, 2)), max_size=12)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(SLOTS, st.integers(0, 5)), max_size=6))
def test_state_roots_carried_through_blocks_equal_the_specifications(blocks: list[tuple[list, int]]) -> None:
    """Slots set, changed and cleared, accounts removed with and without their storage: the root is always the one
    that the specification computes from nothing."""
    rules = load("osaka")
    types = rules.types
    world = World(Map({types.Address(bytes([index]) * 20): types.Account(
        rules.fork.Uint(index), rules.fork.U256(7), b"") for index in range(5)}))
    commitment = commit(world)
    for slots, removed in blocks:
        state = WorkingState(world)
        for owner, key, value in slots:
            address = types.Address(bytes([owner]) * 20)
            if address in state.accounts:
                set_storage(state, address, rules.fork.Hash32(bytes([key]) * 32), rules.fork.U256(value))
        victim = types.Address(bytes([removed]) * 20)
        if removed < 3 and victim in state.accounts:
            rules.state.destroy_account(state, victim)
        elif removed < 5:
            set_account(state, victim, types.Account(rules.fork.Uint(1), rules.fork.U256(removed), b"\x01"))
        commitment = commitment.advance(world, state)
        world = state.world()
        assert commitment.state_root == specification_root(rules, world)
        assert commitment.state_root == commit(world).state_root
