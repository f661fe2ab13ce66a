# SPDX-License-Identifier: Apache-2.0
"""What is committed beside the sources says what the sources say."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import artifacts
import gas
import network

COMPILE_SECONDS_MAX = 300


def test_committed_outputs_are_current() -> None:
    """Bytecode, ABI and storage layout of all eight contracts; nothing beside them."""
    assert sorted(network.CONSTRUCTORS) == artifacts.names()
    assert artifacts.check() == []


def test_a_changed_source_is_noticed_wherever_it_lies(tmp_path: Path) -> None:
    """Another copy of the folder gives the same bytes; a word more in a shared source does not."""
    copy = tmp_path / "deploy" / "contracts"
    shutil.copytree(artifacts.FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
    for name in artifacts.names():
        if name not in ("Forwarder", "AttestationAnchor"):
            (copy / "src" / f"{name}.vy").unlink()
            (copy / "out" / f"{name}.json").unlink()
    command = [sys.executable, str(copy / "artifacts.py"), "--check"]

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, capture_output=True, text=True, timeout=COMPILE_SECONDS_MAX, check=False)

    assert (run().returncode, run().stderr) == (0, "")
    module = copy / "src" / "lib" / "sender.vy"
    module.write_text(module.read_text().replace('"no forwarder"', '"no sponsor"'))
    (copy / "out" / "Stray.json").write_text("{}")
    told = run()
    assert told.returncode == 1
    assert told.stderr.splitlines() == [
        "build: out/AttestationAnchor.json is not current: sourceSha256, bytecode",
        "build: out/Stray.json has no source",
    ]


@pytest.fixture(scope="module")
def rows() -> list[gas.Row]:
    """One measurement for all tests here."""
    return gas.measure()


def test_gas_is_under_its_ceilings(rows: list[gas.Row]) -> None:
    """And each ceiling is of a row that is there."""
    assert gas.broken(rows) == []
    assert {row.what for row in rows if row.ceiling} == set(gas.CEILINGS)


def test_the_gas_table_in_the_readme_is_current(rows: list[gas.Row]) -> None:
    """To the last unit: the chain of the tests is deterministic."""
    text = gas.README.read_text()
    assert gas.updated(text, rows) == text


def test_a_broken_ceiling_and_a_missing_table_are_told(rows: list[gas.Row]) -> None:
    """So that the two tests above can fail."""
    assert gas.broken([gas.Row("anchor", 60_000, 60_000)]) == ["anchor: 60000 gas, 60000 allowed"]
    with pytest.raises(gas.GasError):
        gas.updated("# no table", rows)
