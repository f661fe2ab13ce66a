# SPDX-License-Identifier: Apache-2.0
"""Checks a network: `python -m devnet.check [--url-json FILE] [network options]`, by deploy/devnet/check."""

from __future__ import annotations

import argparse
import json
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from . import consensus_steps, execution_steps, fault_steps, presets
from .client import Network
from .light import Light
from .report import Report, expect

RUN = Path(__file__).resolve().parents[2] / "run"
READY_SECONDS_MAX = 30.0
START_SECONDS_MAX = 120.0
STOP_SECONDS_MAX = 20.0
_READY_BYTES_MAX = 4 << 20


def parse(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """The check's own options and those that go to deploy/devnet/run."""
    reader = argparse.ArgumentParser(
        prog="deploy/devnet/check",
        description="Checks a development network over HTTP: the consensus specification's own light client follows "
        "it, hashes, roots and proofs are recomputed, each kind of fault is seen to do what it says. Starts a network "
        "of its own (--manual) unless one is given. Last line: N passed, N failed.",
        epilog="Other options go to deploy/devnet/run, e.g. --fork gloas --committee 32.")
    reader.add_argument("--url-json", metavar="FILE", help="ready line of a running network; - reads standard input")
    reader.add_argument("--live", action="store_true", help="slots of the own network follow the clock, 1 s each")
    return reader.parse_known_args(arguments)


def start(options: list[str]) -> tuple[subprocess.Popen[bytes], dict[str, Any], float]:
    """Starts a network; its process, ready line, and the seconds until that. RuntimeError: it is not ready in time."""
    began = time.monotonic()
    process = subprocess.Popen([str(RUN), "--exit-with-stdin", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    if not select.select([process.stdout], [], [], START_SECONDS_MAX)[0]:
        stop(process)
        raise RuntimeError(f"the network was not ready after {START_SECONDS_MAX:g} s")
    line = process.stdout.readline(_READY_BYTES_MAX)
    if not line:
        raise RuntimeError(f"the network ended with status {process.wait(STOP_SECONDS_MAX)}")
    return process, json.loads(line), time.monotonic() - began


def stop(process: subprocess.Popen[bytes]) -> int:
    """Ends a network; its exit status, -9 if it had to be killed."""
    process.terminate()
    try:
        return process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def steps(report: Report, network: Network) -> None:
    """Everything, in order: each part leaves the network healthy for the next."""
    answered = network.beacon_json("/eth/v1/config/spec")["data"]
    modules = presets.load(answered)
    light = Light(network, modules, network.ready["forks"][-1]["name"])
    consensus_steps.follow(report, network, light)
    if light.store is None:
        return
    consensus_steps.answers(report, network)
    sent = execution_steps.send(report, network)
    if sent is None:
        return
    execution_steps.recompute(report, network, sent)
    execution_steps.under_finality(report, network, light, sent)
    execution_steps.batches(report, network)
    fault_steps.lies(report, network, light, sent)
    fault_steps.forms(report, network, light)
    fault_steps.travel(report, network)
    execution_steps.pool(report, network)
    execution_steps.reorg(report, network)
    consensus_steps.participation(report, network, light)
    with report.step("after all that the light client still follows") as notes:
        before = int(light.store.finalized_header.beacon.slot)
        network.advance(4 * int(light.spec.SLOTS_PER_EPOCH))
        light.sync()
        after = int(light.store.finalized_header.beacon.slot)
        expect(after > before, f"the finalized slot is {after}, was {before}")
        notes.append(f"finalized slot {after}")


def main() -> int:
    """Runs all steps; 0: all passed."""
    own, others = parse(sys.argv[1:])
    report = Report()
    if own.url_json is not None:
        text = sys.stdin.readline() if own.url_json == "-" else Path(own.url_json).read_text().splitlines()[0]
        steps(report, Network(json.loads(text)))
        return report.finish()
    pace = ["--slot-seconds", "1"] + ([] if own.live else ["--manual"])
    process, ready, seconds = start([*pace, *others])
    try:
        with report.step("the network is ready, with a finalized checkpoint, within 30 s") as notes:
            notes.append(f"{seconds:.1f} s")
            expect(seconds <= READY_SECONDS_MAX, f"it took {seconds:.1f} s")
            expect(ready["checkpointSlot"] > 0, "the checkpoint is genesis")
        steps(report, Network(ready))
    finally:
        status = stop(process)
    with report.step("the network ends cleanly when told"):
        expect(status == 0, f"it ended with status {status}")
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
