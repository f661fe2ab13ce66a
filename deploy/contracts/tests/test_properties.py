# SPDX-License-Identifier: Apache-2.0
"""Random lives of the whole set of contracts (see properties.py), on all cores: 500 of 50 steps, more by a flag."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from properties import STEPS

PROGRAM = Path(__file__).with_name("properties.py")
WORKERS_MAX = 4
START_SECONDS = 120
RUN_SECONDS_MAX = 10
ENDS = {"PAID": "ended 5", "REFUSED": "ended 6", "UNDECIDED": "ended 7", "EXPIRED": "ended 8", "CANCELLED": "ended 9"}


def test_no_life_of_the_contracts_loses_creates_or_keeps_money(pytestconfig: pytest.Config) -> None:
    """Books balance after every step, reputations change by settlements alone, and everything can always be ended."""
    runs, seed = pytestconfig.getoption("--property-runs"), pytestconfig.getoption("--property-seed")
    workers = min(os.cpu_count() or 1, WORKERS_MAX)
    share = -(-runs // workers)
    print(f"seeds {seed} to {seed + workers - 1}, {share} runs each")
    started = time.monotonic()
    processes = [
        subprocess.Popen(
            [sys.executable, str(PROGRAM), "--seed", str(seed + worker), "--runs", str(share)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for worker in range(workers)
    ]
    done: Counter[str] = Counter()
    try:
        for worker, process in enumerate(processes):
            output, _ = process.communicate(timeout=START_SECONDS + RUN_SECONDS_MAX * share)
            assert process.returncode == 0, f"seed {seed + worker}:\n{output}"
            done.update(json.loads(output))
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
                process.wait()
    print(f"{dict(sorted(done.items()))} in {time.monotonic() - started:.0f} s")
    assert done["runs"] >= runs
    assert done["steps"] >= runs * STEPS
    for name, count in ENDS.items():
        assert done[count] >= runs // 10, f"too few jobs ended {name}"
