# SPDX-License-Identifier: Apache-2.0
"""Loads the executable consensus specification as a network of its own: committee size, fork schedule, slot time."""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import threading
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

from devnet.consensus.options import FORKS, ChainOptions

PACKAGE = "eth_consensus_specs"
LINEAGE = ("phase0", "altair", "bellatrix", "capella", "deneb", *FORKS)
"""Every fork up to the newest one known here; each module of the specification imports the one before it."""

COMMITTEE_DECLARATION = "\nSYNC_COMMITTEE_SIZE = Uint64(32)\n"
PUBLIC_KEYS_REMEMBERED_MAX = 4096
PROPOSERS_REMEMBERED_MAX = 16

_NAMES = tuple(name for fork in LINEAGE for name in (f"{PACKAGE}.{fork}", f"{PACKAGE}.{fork}.minimal"))

_loading = threading.Lock()


class SpecificationError(RuntimeError):
    """The installed specification is not laid out as this loader expects."""


class _ResizedLoader(importlib.machinery.SourceFileLoader):
    """Loads a fork's minimal preset with another sync committee size, and keeps byte code of its own."""

    def __init__(self, name: str, path: str, committee_size: int) -> None:
        super().__init__(name, path)
        self._size = committee_size

    def get_data(self, path: str) -> bytes:
        if path.endswith(".pyc"):
            return super().get_data(self._own(path))
        source = super().get_data(path)
        declaration = COMMITTEE_DECLARATION.encode()
        if self.name.split(".")[1] == "phase0":
            return source
        if source.count(declaration) != 1:
            raise SpecificationError(f"{path} does not declare SYNC_COMMITTEE_SIZE once")
        return source.replace(declaration, declaration.replace(b"32", str(self._size).encode()))

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        super().set_data(self._own(path), data, _mode=_mode)

    def _own(self, path: str) -> str:
        return f"{path.removesuffix('.pyc')}.committee-{self._size}.pyc"


class _BareLoader(importlib.abc.Loader):
    """Makes a fork's package without running it: it would import the mainnet preset, which takes seconds."""

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        return None


class _ResizingFinder(importlib.abc.MetaPathFinder):
    """Hands the lineage's packages and minimal presets to the loaders above; everything else goes the usual way."""

    def __init__(self, committee_size: int) -> None:
        self._size = committee_size

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in _NAMES:
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, path)
        if found is None or found.origin is None:
            raise SpecificationError(f"{fullname} is not a file of the installed package")
        if found.submodule_search_locations is not None:
            bare = importlib.machinery.ModuleSpec(fullname, _BareLoader(), origin=found.origin, is_package=True)
            bare.submodule_search_locations = list(found.submodule_search_locations)
            return bare
        # Through the helper, which also says where byte code goes.
        loader = _ResizedLoader(fullname, found.origin, self._size)
        return importlib.util.spec_from_file_location(fullname, found.origin, loader=loader)


@contextlib.contextmanager
def _fresh_modules() -> Iterator[None]:
    """Sets the lineage's loaded modules aside, so that the import below makes new ones, and puts them back after it."""
    parent = importlib.import_module(PACKAGE)
    modules = {name: sys.modules.pop(name) for name in _NAMES if name in sys.modules}
    attributes = {fork: parent.__dict__.pop(fork) for fork in LINEAGE if fork in parent.__dict__}
    try:
        yield
    finally:
        for name in _NAMES:
            sys.modules.pop(name, None)
        for fork in LINEAGE:
            parent.__dict__.pop(fork, None)
        sys.modules.update(modules)
        parent.__dict__.update(attributes)


def _remember_public_keys() -> None:
    """Makes the subgroup check of a public key once per key, process-wide: 512 of them a slot are most of its time."""
    bls = importlib.import_module(f"{PACKAGE}.utils.bls")
    check = bls._valid_pubkey_point
    if not hasattr(check, "cache_info"):
        bls._valid_pubkey_point = functools.lru_cache(maxsize=PUBLIC_KEYS_REMEMBERED_MAX)(check)


def _configure(module: ModuleType, options: ChainOptions) -> None:
    """Replaces the preset's configuration by the network's: times, schedule, chain id."""
    started = {crossing.fork: crossing.epoch for crossing in options.schedule}
    first = LINEAGE.index(options.fork)
    changes: dict[str, Any] = {
        "SLOT_DURATION_MS": options.slot_seconds * 1000,
        "DEPOSIT_CHAIN_ID": options.chain_id,
        "DEPOSIT_NETWORK_ID": options.chain_id,
    }
    for fork in LINEAGE[1:]:
        if LINEAGE.index(fork) <= first:
            changes[f"{fork.upper()}_FORK_EPOCH"] = 0
        elif fork in started:
            changes[f"{fork.upper()}_FORK_EPOCH"] = started[fork]
    kinds = type(module.config).__annotations__
    known = {name: value for name, value in changes.items() if name in kinds}
    typed = {name: type(getattr(module.config, name))(value) for name, value in known.items()}
    module.config = module.config._replace(**typed)


def _upgrade_headers(specs: dict[str, Any]) -> None:
    """Lets gloas take a header of an earlier block, as an update does whose finalized block is before the fork.

    The specification writes block_to_light_client_header for one fork's blocks and an upgrade function beside it.
    """
    gloas, earlier = specs["gloas"], specs["fulu"]
    own = gloas.block_to_light_client_header

    def block_to_light_client_header(block: Any) -> Any:
        if gloas.compute_epoch_at_slot(block.message.slot) >= gloas.config.GLOAS_FORK_EPOCH:
            return own(block)
        return gloas.upgrade_lc_header_to_gloas(earlier.block_to_light_client_header(block))

    gloas.block_to_light_client_header = block_to_light_client_header


def _remember_proposer(electra: Any) -> None:
    """Draws a slot's proposer once: electra draws it again for every member of the sync committee it rewards.

    Written with the specification's own cache and keys (it caches what costs it most; since fulu a list replaces this).
    """
    electra.get_beacon_proposer_index = electra.cache_this(
        lambda state: (state.validators.hash_tree_root(), state.randao_mixes.hash_tree_root(), state.slot),
        electra.get_beacon_proposer_index,
        lru_size=PROPOSERS_REMEMBERED_MAX,
    )


def load(options: ChainOptions) -> dict[str, Any]:
    """Returns the specification's modules by fork name, private to the caller. SpecificationError: other package."""
    finder = _ResizingFinder(options.committee_size)
    with _loading, _fresh_modules():
        sys.meta_path.insert(0, finder)
        try:
            modules = {fork: importlib.import_module(f"{PACKAGE}.{fork}.minimal") for fork in LINEAGE}
        finally:
            sys.meta_path.remove(finder)
        _remember_public_keys()
    for module in modules.values():
        if module is not modules["phase0"] and module.SYNC_COMMITTEE_SIZE != options.committee_size:
            raise SpecificationError(f"{module.__name__} kept a committee of {module.SYNC_COMMITTEE_SIZE}")
        _configure(module, options)
    _upgrade_headers(modules)
    _remember_proposer(modules["electra"])
    return modules
