# SPDX-License-Identifier: Apache-2.0
"""Compiles the contracts and keeps `out/NAME.json` (ABI, bytecode, storage layout) equal to what the sources give."""

import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vyper import __version__ as COMPILER_VERSION
from vyper.compiler import compile_from_file_input
from vyper.compiler.input_bundle import FilesystemInputBundle
from vyper.compiler.settings import OptimizationLevel, Settings
from vyper.exceptions import VyperException

FOLDER = Path(__file__).resolve().parent
SOURCES = FOLDER / "src"
TEST_SOURCES = FOLDER / "tests" / "src"
OUTPUTS = FOLDER / "out"
CACHE = FOLDER.parent.parent / ".build-contracts"
EVM_VERSION = "prague"
OPTIMISATION = "gas"
IMPORT = re.compile(r"^from (interfaces|lib) import (\w+)", re.MULTILINE)
CODE_BYTES_MAX = 24_576  # EIP-170


class BuildError(Exception):
    """A contract is missing, or too large to be deployed."""


@dataclass(frozen=True)
class Artifact:
    """What the compiler made of one contract. Byte strings are hex with 0x."""

    contract: str
    compiler: str
    evmVersion: str
    optimisation: str
    sourceSha256: str
    runtimeBytes: int
    abi: list[dict[str, Any]]
    storageLayout: dict[str, Any]
    bytecode: str

    def text(self) -> str:
        """The committed form: JSON of sorted keys, ABI entries in the order of their names."""
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"


def names() -> list[str]:
    """The contracts of the network whose sources are there, sorted."""
    return sorted(path.stem for path in SOURCES.glob("*.vy"))


def source_path(name: str) -> Path:
    """The source file of a contract of the network or of the tests. Raises BuildError when there is none."""
    for folder in (SOURCES, TEST_SOURCES):
        path = folder / f"{name}.vy"
        if path.is_file():
            return path
    raise BuildError(f"no contract {name}: neither {SOURCES}/{name}.vy nor {TEST_SOURCES}/{name}.vy")


def imports(path: Path, found: set[Path] | None = None) -> set[Path]:
    """All shared sources that a source needs, through others too."""
    found = set() if found is None else found
    for folder, name in IMPORT.findall(path.read_text()):
        imported = SOURCES / folder / f"{name}{'.vyi' if folder == 'interfaces' else '.vy'}"
        if imported not in found:
            found.add(imported)
            imports(imported, found)
    return found


def source_digest(name: str) -> str:
    """SHA-256 over the contract's source, all it imports, the compiler's version and its settings; hex."""
    path = source_path(name)
    digest = hashlib.sha256(f"{COMPILER_VERSION} {EVM_VERSION} {OPTIMISATION}".encode())
    for source in [path, *sorted(imports(path))]:
        digest.update(f"\n{source.name} ".encode() + hashlib.sha256(source.read_bytes()).digest())
    return digest.hexdigest()


def _abi_order(entry: dict[str, Any]) -> tuple[str, str, str]:
    return entry["type"], entry.get("name", ""), json.dumps(entry.get("inputs", []))


def compile_contract(name: str) -> Artifact:
    """Compiles one contract now. Raises BuildError or the compiler's own error."""
    path = source_path(name)
    bundle = FilesystemInputBundle([SOURCES, TEST_SOURCES])
    source = bundle.load_file(path.relative_to(SOURCES if path.parent == SOURCES else TEST_SOURCES))
    made = compile_from_file_input(
        source,
        input_bundle=bundle,
        settings=Settings(evm_version=EVM_VERSION, optimize=OptimizationLevel.from_string(OPTIMISATION)),
        output_formats=["abi", "bytecode", "bytecode_runtime", "layout"],
    )
    runtime = (len(made["bytecode_runtime"]) - 2) // 2
    if runtime > CODE_BYTES_MAX:
        raise BuildError(f"{name}: {runtime} bytes of code, {CODE_BYTES_MAX} are allowed")
    return Artifact(
        contract=name,
        compiler=COMPILER_VERSION,
        evmVersion=EVM_VERSION,
        optimisation=OPTIMISATION,
        sourceSha256=source_digest(name),
        runtimeBytes=runtime,
        abi=sorted(made["abi"], key=_abi_order),
        storageLayout=made["layout"].get("storage_layout", {}),
        bytecode=made["bytecode"],
    )


def load(name: str) -> Artifact:
    """The artifact of the source as it is now: from the cache when nothing it is made of has changed, else compiled."""
    cached = CACHE / f"{name}-{source_digest(name)[:32]}.json"
    if cached.is_file():
        return Artifact(**json.loads(cached.read_text()))
    artifact = compile_contract(name)
    CACHE.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=CACHE, delete=False) as file:
        file.write(artifact.text())
    os.replace(file.name, cached)
    return artifact


def committed(name: str) -> Artifact:
    """The artifact in `out/`, as committed. Raises BuildError when it isn't there."""
    path = OUTPUTS / f"{name}.json"
    if not path.is_file():
        raise BuildError(f"no out/{name}.json: run deploy/contracts/build")
    return Artifact(**json.loads(path.read_text()))


def write() -> list[str]:
    """Brings `out/` up to date and returns one line for each file that changed."""
    OUTPUTS.mkdir(exist_ok=True)
    changes = []
    for name in names():
        path, text = OUTPUTS / f"{name}.json", compile_contract(name).text()
        if not path.is_file() or path.read_text() != text:
            path.write_text(text)
            changes.append(f"out/{name}.json written")
    for path in sorted(OUTPUTS.glob("*.json")):
        if path.stem not in names():
            path.unlink()
            changes.append(f"out/{path.name} removed: no such contract")
    return changes


def check() -> list[str]:
    """One line for every file of `out/` that isn't what the sources give now, with the fields that differ."""
    faults = []
    for name in names():
        path, now = OUTPUTS / f"{name}.json", compile_contract(name)
        if not path.is_file():
            faults.append(f"out/{name}.json is missing")
        elif path.read_text() != now.text():
            before = json.loads(path.read_text())
            fields = [field for field, value in asdict(now).items() if before.get(field) != value]
            faults.append(f"out/{name}.json is not current: {', '.join(fields) or 'layout of the file'}")
    extra = {path.stem for path in OUTPUTS.glob("*.json")} - set(names())
    return faults + [f"out/{name}.json has no source" for name in sorted(extra)]


def main() -> int:
    """The command behind `deploy/contracts/build`."""
    parser = argparse.ArgumentParser(prog="deploy/contracts/build", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when out/ is not current")
    parser.add_argument("--sizes", action="store_true", help="give the code size of every contract")
    options = parser.parse_args()
    try:
        lines = check() if options.check else write()
    except (BuildError, VyperException) as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    for line in lines:
        print(f"build: {line}", file=sys.stderr)
    if options.sizes:
        for name in names():
            print(f"{name}: {committed(name).runtimeBytes} of {CODE_BYTES_MAX} bytes")
    return 1 if options.check and lines else 0


if __name__ == "__main__":
    sys.exit(main())
