# SPDX-License-Identifier: Apache-2.0
"""Fixtures of all contract tests: one chain, one network on it, both as new for every test."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from chain import Contract, LocalChain, Signer, deploy_network  # noqa: E402

GUARDIAN_PLACE = 47


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long the random lives go on, and from which seed."""
    parser.addoption("--property-runs", type=int, default=500, help="random lives of 50 steps (5000 before a release)")
    parser.addoption("--property-seed", type=int, default=20_270_115, help="seed of the random lives")


@pytest.fixture(scope="session")
def _first_chain() -> LocalChain:
    return LocalChain()


@pytest.fixture(scope="session")
def _first_network(_first_chain: LocalChain) -> dict[str, Contract]:
    return deploy_network(_first_chain, guardian=_first_chain.accounts[GUARDIAN_PLACE])


@pytest.fixture
def chain(_first_chain: LocalChain) -> Iterator[LocalChain]:
    """A chain with funded accounts. What a test does on it is taken back after the test."""
    saved = _first_chain.snapshot()
    yield _first_chain
    _first_chain.restore(saved)


@pytest.fixture
def network(_first_network: dict[str, Contract], chain: LocalChain) -> dict[str, Contract]:
    """The eight contracts by name, freshly deployed. Their guardian is the last account."""
    return _first_network


@pytest.fixture
def guardian(chain: LocalChain) -> Signer:
    """The account that may pause the contracts of `network`."""
    return chain.accounts[GUARDIAN_PLACE]
