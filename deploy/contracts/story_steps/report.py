# SPDX-License-Identifier: Apache-2.0
"""What was expected and what was seen, a row each, as a table at the end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

CELL_CHARACTERS_MAX = 46


def _cell(value: Any) -> str:
    text = "0x" + value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= CELL_CHARACTERS_MAX else text[: CELL_CHARACTERS_MAX - 1] + "…"


@dataclass(frozen=True)
class Row:
    """One comparison."""

    chapter: str
    what: str
    expected: Any
    seen: Any

    @property
    def holds(self) -> bool:
        """Whether what was seen is what was expected."""
        return bool(self.expected == self.seen)


@dataclass
class Report:
    """All rows so far. `tell` is called with a line for each row as it is made."""

    tell: Callable[[str], None]
    rows: list[Row] = field(default_factory=list)
    chapter: str = ""

    def begin(self, chapter: str) -> None:
        """What follows belongs to a new chapter."""
        self.chapter = chapter

    def equal(self, what: str, expected: Any, seen: Any) -> None:
        """Adds a row."""
        row = Row(self.chapter, what, expected, seen)
        self.rows.append(row)
        self.tell(f"{'holds' if row.holds else 'FAILS'}  {row.chapter}: {row.what}")

    @property
    def failures(self) -> int:
        """The number of rows that do not hold."""
        return sum(not row.holds for row in self.rows)

    def table(self) -> str:
        """The whole story in columns."""
        head = ("", "chapter", "what", "expected", "seen")
        lines = [
            ("ok" if row.holds else "NO", row.chapter, row.what, _cell(row.expected), _cell(row.seen))
            for row in self.rows
        ]
        widths = [max(len(line[column]) for line in [head, *lines]) for column in range(len(head))]
        rule = tuple("-" * width for width in widths)
        return "\n".join(
            " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in [head, rule, *lines]
        )
