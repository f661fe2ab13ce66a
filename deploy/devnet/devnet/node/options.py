# SPDX-License-Identifier: Apache-2.0
"""What a network is asked to be: command-line options as one checked value. Reading them has no side effects."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from . import limits

FORKS = ("electra", "fulu", "gloas")
COMMITTEES = (32, 512)
CHAIN_ID = 73571


@dataclass(frozen=True)
class Options:
    """A network's options; the defaults are a fulu network with 2-second slots."""

    fork: str = "fulu"
    crossings: tuple[tuple[str, int], ...] = ()
    """Later forks with the epochs at which they begin, both rising."""
    committee: int = 512
    slot_seconds: int = 2
    manual: bool = False
    warp: int | None = None
    """Slots before ready; None: until the first finalized checkpoint."""
    seed: int = 0
    chain_id: int = CHAIN_ID
    genesis_time: int | None = None
    """Unix seconds; None: such that the warped slots end now."""
    accounts: int = 10
    validators: int = 64
    state: Path | None = None
    host: str = "127.0.0.1"
    beacon_port: int = 0
    execution_port: int = 0
    control_port: int = 0
    exit_with_stdin: bool = False
    verbose: bool = False

    def identity(self) -> dict[str, object]:
        """The options that make a network what it is: a state folder keeps them and refuses others."""
        return {
            "fork": self.fork,
            "crossings": [list(crossing) for crossing in self.crossings],
            "committee": self.committee,
            "slotSeconds": self.slot_seconds,
            "seed": self.seed,
            "chainId": self.chain_id,
            "accounts": self.accounts,
            "validators": self.validators,
        }


def number(low: int, high: int) -> object:
    """An argparse type: a decimal integer in [low, high]."""

    def read(text: str) -> int:
        if not text.isdecimal() or len(text) > 20 or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not an integer from {low} to {high}")
        return int(text)

    return read


def crossing(text: str) -> tuple[str, int]:
    """An argparse type: FORK:EPOCH."""
    fork, colon, epoch = text.partition(":")
    if fork not in FORKS or not colon or not epoch.isdecimal() or not 1 <= int(epoch) < 1 << 32:
        names = ", ".join(FORKS)
        raise argparse.ArgumentTypeError(f"{text!r} is not FORK:EPOCH with a fork of {names}, epoch 1 or later")
    return fork, int(epoch)


def parser() -> argparse.ArgumentParser:
    """The options with their help."""
    made = argparse.ArgumentParser(
        prog="deploy/devnet/run",
        description="Runs a development network made of Ethereum's executable specifications. When it is ready it "
        "prints one JSON line with its URLs and values to standard output; logs go to standard error. SIGTERM and "
        "SIGINT end it.",
    )
    add = made.add_argument
    add("--fork", choices=FORKS, default="fulu", help="consensus fork at genesis (default fulu)")
    add("--fork-at", type=crossing, action="append", default=[], metavar="FORK:EPOCH", help="a later fork; repeatable")
    add("--committee", type=int, choices=COMMITTEES, default=512, help="keys in a sync committee (default 512)")
    add("--slot-seconds", type=number(0, limits.SLOT_SECONDS_MAX), default=2, metavar="N",
        help="seconds a slot (default 2); 0: slots of 1 s, only on request")
    add("--manual", action="store_true",
        help="slots only on request (POST /mine); the network's time is its last block's")
    add("--warp", type=number(0, limits.WARP_SLOTS_MAX), metavar="SLOTS",
        help="slots made before ready (default: until the first finalized checkpoint)")
    add("--seed", type=number(0, (1 << 63) - 1), default=0, metavar="N", help="of all keys and choices (default 0)")
    add("--chain-id", type=number(1, limits.CHAIN_ID_MAX), default=CHAIN_ID, metavar="N", help=f"default {CHAIN_ID}")
    add("--genesis-time", type=number(1, 1 << 40), metavar="UNIX", help="default: such that the warped slots end now")
    add("--accounts", type=number(1, limits.ACCOUNTS_MAX), default=10, metavar="N", help="funded accounts (default 10)")
    add("--validators", type=number(limits.VALIDATORS_MIN, limits.VALIDATORS_MAX), default=64, metavar="N",
        help="default 64")
    add("--state", type=Path, metavar="FOLDER", help="keep the network there, or resume it (default: memory only)")
    add("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    for name in ("beacon", "execution", "control"):
        add(f"--{name}-port", type=number(0, limits.PORT_MAX), default=0, metavar="N", help="default 0: any free port")
    add("--exit-with-stdin", action="store_true", help="end when standard input closes")
    add("--verbose", action="store_true", help="log every request and slot")
    return made


def parse(arguments: list[str]) -> Options:
    """Options from a command line. SystemExit 2 with a message that names what is wrong; 0 after --help."""
    reader = parser()
    read = reader.parse_args(arguments)
    crossings = tuple(read.fork_at)
    order = [FORKS.index(read.fork), *(FORKS.index(fork) for fork, _ in crossings)]
    epochs = [0, *(epoch for _, epoch in crossings)]
    if any(later != earlier + 1 for earlier, later in zip(order, order[1:])):
        reader.error(f"--fork-at must name the fork that comes next, in the order {', '.join(FORKS)}")
    if any(later <= earlier for earlier, later in zip(epochs, epochs[1:])):
        reader.error("--fork-at epochs must rise")
    return Options(
        fork=read.fork, crossings=crossings, committee=read.committee, slot_seconds=read.slot_seconds or 1,
        manual=read.manual or read.slot_seconds == 0, warp=read.warp, seed=read.seed, chain_id=read.chain_id,
        genesis_time=read.genesis_time, accounts=read.accounts, validators=read.validators, state=read.state,
        host=read.host, beacon_port=read.beacon_port, execution_port=read.execution_port,
        control_port=read.control_port, exit_with_stdin=read.exit_with_stdin, verbose=read.verbose,
    )
