# SPDX-License-Identifier: Apache-2.0
"""The executable consensus specification as installed, but for the committee size and the network's configuration.

A loader of the check's own: what makes the network must not be what checks it.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

PACKAGE = "eth_consensus_specs"
FORKS = ("electra", "fulu", "gloas")
_ORIGINAL = b"\nSYNC_COMMITTEE_SIZE = Uint64(32)\n"


class _Loader(importlib.machinery.SourceFileLoader):
    """Rewrites one line of a preset; its byte code is kept under another name, since the source's time is the same."""

    size = 32

    def get_data(self, path: str) -> bytes:
        if path.endswith(".pyc"):
            return super().get_data(f"{path}.check-{self.size}")
        return super().get_data(path).replace(_ORIGINAL, _ORIGINAL.replace(b"32", b"%d" % self.size))

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        super().set_data(f"{path}.check-{self.size}", data, _mode=_mode)


class _Finder:
    """Finds the minimal presets for the loader above."""

    @classmethod
    def find_spec(cls, name: str, path: Sequence[str] | None, target: ModuleType | None = None,
                  ) -> importlib.machinery.ModuleSpec | None:
        """The preset's spec; None for every other module."""
        if not name.startswith(PACKAGE) or not name.endswith(".minimal"):
            return None
        found = importlib.machinery.PathFinder.find_spec(name, path)
        if found is None or found.origin is None:
            return None
        return importlib.util.spec_from_file_location(name, found.origin, loader=_Loader(name, found.origin))


def load(answered: dict[str, Any]) -> dict[str, Any]:
    """The specification's modules by fork, configured as /eth/v1/config/spec answered. ValueError: another preset."""
    if answered.get("PRESET_BASE") != "minimal":
        raise ValueError(f"PRESET_BASE is {answered.get('PRESET_BASE')!r}, not 'minimal'")
    _Loader.size = int(answered["SYNC_COMMITTEE_SIZE"])
    sys.meta_path.insert(0, _Finder)  # type: ignore[arg-type]
    modules = {fork: importlib.import_module(f"{PACKAGE}.{fork}.minimal") for fork in FORKS}
    for module in modules.values():
        if int(module.SYNC_COMMITTEE_SIZE) != _Loader.size:
            raise ValueError(f"{module.__name__} kept a committee of {module.SYNC_COMMITTEE_SIZE}")
        values = {}
        for name, old in module.config._asdict().items():
            if name in answered and isinstance(answered[name], str):
                text = answered[name]
                values[name] = type(old)(int(text) if isinstance(old, int) and not isinstance(old, bool) else text)
        module.config = module.config._replace(**values)
    return modules
