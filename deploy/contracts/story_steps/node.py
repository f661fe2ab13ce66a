# SPDX-License-Identifier: Apache-2.0
"""A development network of the story's own: started, read from, stopped by its process id."""

import json
import os
import selectors
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from story_steps.session import StoryError

RUN = Path(__file__).resolve().parent.parent.parent / "devnet" / "run"
READY_SECONDS_MAX = 120
READY_BYTES_MAX = 1 << 20
STOP_SECONDS_MAX = 15


@contextmanager
def development_network() -> Iterator[dict[str, Any]]:
    """What `deploy/devnet/run` says when it is ready. The network ends with the block. Raises StoryError."""
    if not RUN.is_file():
        raise StoryError("no deploy/devnet/run: give the URL of a running network")
    process = subprocess.Popen(
        [str(RUN), "--slot-seconds", "1", "--exit-with-stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield _ready(process)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ready(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    assert process.stdout is not None
    line, deadline = b"", time.monotonic() + READY_SECONDS_MAX
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise StoryError(f"deploy/devnet/run was not ready within {READY_SECONDS_MAX} s")
            part = os.read(process.stdout.fileno(), 65_536)
            line += part
            if not part or len(line) > READY_BYTES_MAX:
                raise StoryError("deploy/devnet/run ended without a word of being ready")
    answer: dict[str, Any] = json.loads(line)
    return answer
