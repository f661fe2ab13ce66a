# SPDX-License-Identifier: Apache-2.0
"""The command behind `deploy/contracts/story`."""

import argparse
import json
import secrets
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from eth_account import Account
from requests.exceptions import RequestException
from web3.exceptions import Web3Exception

from story_steps.jobs import challenge, quorum, silence
from story_steps.node import development_network
from story_steps.report import Report
from story_steps.session import Session, StoryError
from story_steps.stage import PURSE_WEI, Stage
from story_steps.workflow import claim, play_workflow

PARTIES_MAX = 11
DEPLOYMENT_WEI = 5 * 10**18


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="deploy/contracts/story",
        description="Deploys the contracts, enrols two devices, plays a workflow of three steps from submission to "
        "claim, a challenge and a quorum, and compares balances and states after every step. Ends with status 0 only "
        "if all of it holds, with 1 if something does not, with 2 if it can't be played to its end.",
        epilog="Without --url it starts deploy/devnet/run, and stops it at the end.",
    )
    parser.add_argument("--url", help="JSON-RPC of an execution client; takes --key-file")
    parser.add_argument(
        "--key-file", type=Path, help="file with the private key (hex) of an account with 40 coins that rests meanwhile"
    )
    parser.add_argument("--ready", type=Path, help="file with the line of a running deploy/devnet/run, instead of --url")
    parser.add_argument("--seed", help="of all keys of the story (default: another one every time)")
    parser.add_argument("--quiet", action="store_true", help="only the table at the end")
    options = parser.parse_args()
    if bool(options.url) != bool(options.key_file) or (options.url and options.ready):
        parser.error("--url and --key-file go together, without --ready")
    return options


def _network(options: argparse.Namespace) -> Any:
    # A context that gives the execution URL and a funded key.
    if options.url:
        funded = [{"key": options.key_file.read_text().strip()}]
        return nullcontext({"execution": options.url, "funded": funded})
    if options.ready:
        return nullcontext(json.loads(options.ready.read_text()))
    return development_network()


def _play(ready: dict[str, Any], seed: str, report: Report) -> Session:
    session, funder = Session(ready["execution"]), Account.from_key(ready["funded"][0]["key"])
    if session.balance(funder.address) < PARTIES_MAX * PURSE_WEI + DEPLOYMENT_WEI:
        raise StoryError(f"{funder.address} has too little coin for the story")
    stage = Stage(session, report, funder, seed)
    stage.set()
    play_workflow(stage)
    challenge(stage)
    silence(stage)
    quorum(stage)
    claim(stage)
    return session


def main() -> int:
    """Plays the story. Returns 0 when everything holds, 1 when something does not, 2 when it can't be played."""
    options, started = _options(), time.monotonic()
    report = Report(lambda line: None if options.quiet else print(line, file=sys.stderr))
    seed, session = options.seed or secrets.token_hex(8), None
    print(f"story: seed {seed}", file=sys.stderr)
    try:
        with _network(options) as ready:
            session = _play(ready, seed, report)
    except (StoryError, Web3Exception, RequestException, OSError, ValueError) as error:
        print(report.table())
        print(f"story: stopped after {len(report.rows)} checks: {error}", file=sys.stderr)
        return 2
    print(report.table())
    print("\ngas: " + ", ".join(f"{what} {gas}" for what, gas in session.gas.items()))
    held = len(report.rows) - report.failures
    print(f"story: {held} held, {report.failures} did not, {time.monotonic() - started:.0f} s")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
