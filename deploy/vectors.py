# SPDX-License-Identifier: Apache-2.0
"""Writes the light-client test vectors of the executable consensus specification, in their official format.

usage: vectors.py OUTPUT PYTEST-OPTION...
"""

import importlib
import os
import sys
import types
from pathlib import Path

import eth_consensus_specs
import pytest
import snappy


def mend_imports():
    """Lets the package's tests find themselves under the path that they have in their repository."""
    for name in ("tests", "tests.core", "tests.core.pyspec"):
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__path__ = []
    sys.modules["tests.core.pyspec.eth_consensus_specs"] = eth_consensus_specs


def generate(output, options):
    """Runs the package's own tests with its generator."""
    package = Path(eth_consensus_specs.__file__).parent
    folders = sorted(str(folder) for folder in (package / "test").glob("*/light_client"))
    return pytest.main(
        ["-q", "-p", "no:cacheprovider", "--import-mode=importlib", "--preset=minimal", "--reftests"]
        + ["-c", os.devnull, f"--rootdir={output}", f"--reftests-output={output}", *options, *folders]
    )


def add_roots(output):
    """Writes the root that each branch must lead to: a light client can't compute it from the whole object."""
    from eth_consensus_specs.utils.ssz.ssz_impl import ssz_deserialize

    for proof in sorted(Path(output).glob("*/*/light_client/single_merkle_proof/*/*/proof.yaml")):
        case = proof.parent
        preset, fork, suite = case.parts[-6], case.parts[-5], case.parts[-2]
        spec = importlib.import_module(f"eth_consensus_specs.{fork}.{preset}")
        encoded = snappy.decompress((case / "object.ssz_snappy").read_bytes())
        root = spec.hash_tree_root(ssz_deserialize(getattr(spec, suite), encoded))
        (case / "roots.yaml").write_text(f"{{root: '0x{bytes(root).hex()}'}}\n")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    mend_imports()
    status = generate(sys.argv[1], sys.argv[2:])
    if status:
        sys.exit(status)
    add_roots(sys.argv[1])
