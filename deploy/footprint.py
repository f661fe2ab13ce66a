# SPDX-License-Identifier: Apache-2.0
"""Holds the release binaries against deploy/footprint.toml.

usage: footprint.py TABLE FOLDER

TABLE names binaries with their ceilings; FOLDER is the scratch folder of deploy/build, with the
stripped binaries in bin/ and those with symbols in release/. One line per binary and per broken
rule; exit status 1 if any rule is broken.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

# A mangled Swift name begins with its module's length and name, so these two are exact:
# FoundationEssentials, which is allowed, is "20FoundationEssentials".
FORBIDDEN = {
    "full Foundation": re.compile(r"^\$s10Foundation"),
    "FoundationInternationalization": re.compile(r"^\$s29FoundationInternationalization"),
    "ICU": re.compile(r"^_ZN[A-Z]*\d*icu_\d+"),
}


def output(*command: str) -> list[str]:
    """The lines that a command prints; its failure is ours."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def libraries(binary: Path) -> list[str]:
    """The shared libraries that a binary asks the loader for."""
    lines = output("readelf", "--dynamic", "--wide", str(binary))
    return [line.split("[")[1].rstrip("]") for line in lines if "(NEEDED)" in line]


def symbols(binary: Path) -> list[str]:
    """The names in the symbol table of a binary that is not stripped."""
    return [line.split()[-1] for line in output("nm", str(binary)) if line.strip()]


def problems(name: str, limits: dict, folder: Path) -> list[str]:
    """Every rule that the binary `name` breaks, in words."""
    stripped, whole = folder / "bin" / name, folder / "release" / name
    found = []
    size = stripped.stat().st_size
    if size > limits["stripped_bytes_max"]:
        found.append(f"{size} bytes stripped, allowed are {limits['stripped_bytes_max']}")
    for library in libraries(stripped):
        if library not in limits["libraries"]:
            found.append(f"needs {library}, which is not on the list")
    names = symbols(whole)
    if len(names) < 1000:
        found.append(f"only {len(names)} symbols: too few to judge what is linked")
    for what, pattern in FORBIDDEN.items():
        count = sum(1 for symbol in names if pattern.match(symbol))
        if count:
            found.append(f"links {what}: {count} symbols")
    return found


def main() -> int:
    table, folder = Path(sys.argv[1]), Path(sys.argv[2])
    failed = False
    for name, limits in tomllib.loads(table.read_text()).items():
        size = (folder / "bin" / name).stat().st_size
        print(f"{name}: {size} bytes stripped, at most {limits['stripped_bytes_max']}")
        for problem in problems(name, limits, folder):
            print(f"{name}: {problem}")
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
