# SPDX-License-Identifier: Apache-2.0
"""Reads `states/NAME.md`: which function does what in which state. The tests are made from these tables.

A file has exactly one table. Its first column is `function` or `function/variant` (a variant is a word for who calls
or when, e.g. `expire/late`); the others are the states. A cell is the name of the next state, `same`, or the revert
reason in double quotes. Outside the table:
- a line `Stateless: a, b, c` names the functions that no state matters to;
- every reason the source can give is listed as "- `reason`: when".
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

import abi
import artifacts

STATES = artifacts.FOLDER / "states"
REASON_BYTES_MAX = 32


class TableError(Exception):
    """A file of states/ that can't be read, with its name and line."""


@dataclass(frozen=True)
class Pair:
    """One cell: what `function` (in its `variant`) does to a thing in `state`. Either `next` or `reason` is given."""

    contract: str
    function: str
    variant: str
    state: str
    next: str | None
    reason: str | None

    @property
    def row(self) -> str:
        """The cell's row as written: `function` or `function/variant`."""
        return f"{self.function}/{self.variant}" if self.variant else self.function

    def __str__(self) -> str:
        return f"{self.contract}-{self.row}-{self.state}"


@dataclass(frozen=True)
class Table:
    """A contract's table, its stateless functions and its reasons."""

    contract: str
    states: tuple[str, ...]
    pairs: tuple[Pair, ...]
    stateless: frozenset[str]
    reasons: frozenset[str]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _pair(path: Path, number: int, contract: str, row: str, state: str, states: tuple[str, ...], cell: str) -> Pair:
    function, _, variant = row.strip("`").partition("/")
    quoted = re.fullmatch(r'"([^"]+)"', cell)
    if quoted:
        return Pair(contract, function, variant, state, None, quoted[1])
    following = state if cell == "same" else cell
    if following not in states:
        raise TableError(f'{path.name}:{number}: "{cell}" is neither a state, `same` nor a quoted reason')
    return Pair(contract, function, variant, state, following, None)


def table(contract: str) -> Table:
    """The table of a contract. Raises TableError for a file that isn't as this module's text says."""
    path = STATES / f"{contract}.md"
    lines = path.read_text().splitlines()
    rows = [(number, line) for number, line in enumerate(lines, 1) if line.startswith("|")]
    if len(rows) < 3 or rows[-1][0] - rows[0][0] != len(rows) - 1:
        raise TableError(f"{path.name}: exactly one table is expected")
    head, *states = _cells(rows[0][1])
    if head != "function" or len(set(states)) != len(states):
        raise TableError(f"{path.name}:{rows[0][0]}: the head is `function` and states, each once")
    pairs: list[Pair] = []
    for number, line in rows[2:]:
        row, *cells = _cells(line)
        if len(cells) != len(states):
            raise TableError(f"{path.name}:{number}: {len(cells)} cells, {len(states)} states")
        pairs += [
            _pair(path, number, contract, row, state, tuple(states), cell)
            for state, cell in zip(states, cells, strict=True)
        ]
    if len({str(pair) for pair in pairs}) != len(pairs):
        raise TableError(f"{path.name}: a row is there twice")
    stateless = [line.removeprefix("Stateless:") for line in lines if line.startswith("Stateless:")]
    functions = frozenset(word.strip(" `.") for word in ",".join(stateless).split(",") if word.strip(" `."))
    reasons = frozenset(found[1] for line in lines if (found := re.match(r"- `([a-z][^`]*)`:", line)))
    return Table(contract, tuple(states), tuple(pairs), functions, reasons)


def pairs(contract: str) -> list[ParameterSet]:
    """Every cell of a contract's table as a pytest parameter."""
    return [pytest.param(pair, id=str(pair)) for pair in table(contract).pairs]


def source_reasons(contract: str) -> frozenset[str]:
    """All revert reasons in a contract's own source and in the modules of src/lib that it is made with."""
    path = artifacts.source_path(contract)
    text = "\n".join(source.read_text() for source in [path, *sorted(artifacts.imports(path))])
    found = re.findall(r'^\s*(?:assert\b.*,|raise) "([^"]+)"$', text, re.MULTILINE)
    # An assertion that spans lines ends with its reason on a line of its own.
    return frozenset(found) | frozenset(re.findall(r'^\s*\), "([^"]+)"$', text, re.MULTILINE))


def check(contract: str) -> list[str]:
    """What a contract's document and its source disagree about: one line for each fault."""
    document, source = table(contract), source_reasons(contract)
    faults = [f'reason "{reason}" is in the source, not in the list' for reason in sorted(source - document.reasons)]
    faults += [f'reason "{reason}" is in the list, not in the source' for reason in sorted(document.reasons - source)]
    faults += [
        f'reason "{reason}" is longer than {REASON_BYTES_MAX} bytes'
        for reason in sorted(source)
        if len(reason.encode()) > REASON_BYTES_MAX
    ]
    writers = set(abi.Interface(artifacts.load(contract).abi).writers())
    named = {pair.function for pair in document.pairs} | document.stateless
    faults += [f"function {name} is in no table" for name in sorted(writers - named)]
    faults += [f"function {name} is not in the contract" for name in sorted(named - writers)]
    # Another contract's reason may come through a cell: it is then in that contract's list.
    known = document.reasons.union(*(table(path.stem).reasons for path in STATES.glob("*.md")))
    return faults + [
        f'{pair}: "{pair.reason}" is in no list' for pair in document.pairs if pair.reason and pair.reason not in known
    ]
