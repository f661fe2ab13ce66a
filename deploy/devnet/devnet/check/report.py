# SPDX-License-Identifier: Apache-2.0
"""A line for each thing seen, and the count at the end."""

from __future__ import annotations

import contextlib
import sys
import time
import traceback
from collections.abc import Iterator


class Failure(AssertionError):
    """What was seen is not what should be; the message holds both."""


class Refused(Exception):
    """A checker refused data: the answer of the network can't be believed. The message names the rule."""


def expect(condition: bool, message: str) -> None:
    """Failure with the message unless the condition holds."""
    if not condition:
        raise Failure(message)


def equal(got: object, wanted: object, what: str) -> None:
    """Failure unless both are the same."""
    if got != wanted:
        raise Failure(f"{what} is {got!r}, not {wanted!r}")


class Report:
    """Counts steps and prints one line for each."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """One step: passes if its block ends, and shows the notes that the block appended."""
        notes: list[str] = []
        began = time.monotonic()
        try:
            yield notes
        except (KeyboardInterrupt, SystemExit):
            raise
        except Exception as problem:  # noqa: BLE001 (a step's failure must not end the others)
            self.failed += 1
            where = traceback.extract_tb(problem.__traceback__)[-1]
            reason = f"{type(problem).__name__}: {problem} ({where.filename.rsplit('/', 1)[-1]}:{where.lineno})"
            sys.stdout.write(f"FAILED {name}: {reason[:600]}\n")
        else:
            self.passed += 1
            sys.stdout.write(f"ok     {name}{': ' if notes else ''}{', '.join(notes)} "
                             f"[{time.monotonic() - began:.1f} s]\n")
        sys.stdout.flush()

    def finish(self) -> int:
        """Prints the count; the exit status."""
        sys.stdout.write(f"{self.passed} passed, {self.failed} failed\n")
        return 0 if self.failed == 0 and self.passed > 0 else 1
