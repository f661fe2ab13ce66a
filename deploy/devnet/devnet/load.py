# SPDX-License-Identifier: Apache-2.0
"""Loads a network of its own with transactions and reads, and measures both: `deploy/devnet/load`."""

from __future__ import annotations

import argparse
import functools
import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from eth_account import Account

from .check.__main__ import start, stop
from .check.client import Network

RATE_PER_SECOND = 60
TARGET_PER_SECOND = 50.0
LATENCY_MILLISECONDS_MAX = 100.0
SECONDS = 30
_GWEI = 10**9
_DRAIN_SECONDS_MAX = 15.0
_READ_PAUSE_SECONDS = 0.02

# Stores word 1 of the call data in the slot that word 0 names, and logs the slot: the cost of a token transfer, about.
_STORE_RUNTIME = "6020355f35555f355f5fa100"
STORE_CODE = "0x6b" + _STORE_RUNTIME + "5f52600c6014f3"


@dataclass
class Latencies:
    """Milliseconds of requests, by what was asked."""

    taken: dict[str, list[float]] = field(default_factory=dict)

    def timed(self, name: str, ask: Callable[[], Any]) -> Any:
        """Asks, and notes how long it took."""
        began = time.perf_counter()
        answer = ask()
        self.taken.setdefault(name, []).append((time.perf_counter() - began) * 1e3)
        return answer

    def lines(self) -> list[str]:
        """A line for each name and one for all: count, p50, p99, max."""
        everything = sorted(value for values in self.taken.values() for value in values)
        table = {**{name: sorted(values) for name, values in sorted(self.taken.items())}, "all": everything}
        return [f"{name:28} {len(values):6d} requests  p50 {at(values, 0.5):7.1f}  p99 {at(values, 0.99):7.1f}  "
                f"max {values[-1]:7.1f} ms" for name, values in table.items() if values]

    def percentile(self, share: float) -> float:
        """Of all requests, milliseconds."""
        return at(sorted(value for values in self.taken.values() for value in values), share)


def at(values: list[float], share: float) -> float:
    """The value below which that share of sorted values lies."""
    return values[min(len(values) - 1, int(len(values) * share))]


def signed(ready: dict[str, Any], total: int, contract: str, nonces: list[int]) -> list[str]:
    """Transactions of all funded accounts in turn, transfers and calls by halves; signed before the clock runs."""
    accounts = ready["funded"]
    made = []
    for number in range(total):
        which = number % len(accounts)
        fields: dict[str, Any] = {"chainId": ready["chainId"], "nonce": nonces[which], "type": 2, "value": 1,
                                  "maxFeePerGas": 100 * _GWEI, "maxPriorityFeePerGas": _GWEI, "gas": 21_000,
                                  "to": (0xBEEF0000 + number).to_bytes(20, "big")}
        if number % 2:
            fields |= {"value": 0, "to": bytes.fromhex(contract[2:]), "gas": 80_000,
                       "data": f"0x{number:064x}{number + 1:064x}"}
        nonces[which] += 1
        made.append("0x" + bytes(Account.sign_transaction(fields, accounts[which]["key"]).raw_transaction).hex())
    return made


def read_while(network: Network, latencies: Latencies, ended: threading.Event) -> None:
    """What a device asks, in turn, until told to end."""
    target = network.ready["funded"][0]["address"]
    asks: list[tuple[str, Callable[[], Any]]] = [
        ("finality_update SSZ", lambda: network.beacon("/eth/v1/beacon/light_client/finality_update",
                                                       "application/octet-stream")),
        ("eth_getProof", lambda: network.rpc("eth_getProof", target, ["0x0"], "latest")),
        ("eth_getBlockByNumber", lambda: network.rpc("eth_getBlockByNumber", "latest", False)),
        ("headers/head", lambda: network.beacon("/eth/v1/beacon/headers/head")),
        ("eth_feeHistory", lambda: network.rpc("eth_feeHistory", "0x5", "latest", [50])),
        ("updates SSZ", lambda: network.beacon("/eth/v1/beacon/light_client/updates?start_period=0&count=1",
                                               "application/octet-stream")),
    ]
    turn = 0
    while not ended.is_set():
        name, ask = asks[turn % len(asks)]
        latencies.timed(name, ask)
        turn += 1
        ended.wait(_READ_PAUSE_SECONDS)


def deploy(network: Network) -> str:
    """Puts the contract on the chain; its address."""
    account = network.ready["funded"][0]
    fields = {"chainId": network.ready["chainId"], "nonce": 0, "type": 2, "value": 0, "maxFeePerGas": 100 * _GWEI,
              "maxPriorityFeePerGas": _GWEI, "gas": 200_000, "data": STORE_CODE}
    hash_ = network.rpc("eth_sendRawTransaction",
                        "0x" + bytes(Account.sign_transaction(fields, account["key"]).raw_transaction).hex())
    for _ in range(100):
        receipt = network.rpc("eth_getTransactionReceipt", hash_)
        if receipt is not None:
            return str(receipt["contractAddress"])
        time.sleep(0.1)
    raise RuntimeError("the contract was not mined")


def counted(network: Network, first: int) -> list[tuple[int, int, int]]:
    """Timestamp, transactions and gas of every block from a number on."""
    last = int(network.rpc("eth_blockNumber"), 16)
    found = [network.rpc("eth_getBlockByNumber", hex(number), False) for number in range(first, last + 1)]
    return [(int(block["timestamp"], 16), len(block["transactions"]), int(block["gasUsed"], 16)) for block in found]


def measure(network: Network, seconds: int, rate: int) -> bool:
    """Sends, reads, counts, prints; whether both bounds hold."""
    contract = deploy(network)
    nonces = [int(network.rpc("eth_getTransactionCount", account["address"], "latest"), 16)
              for account in network.ready["funded"]]
    raws = signed(network.ready, seconds * rate, contract, nonces)
    first = int(network.rpc("eth_blockNumber"), 16) + 1
    latencies, ended = Latencies(), threading.Event()
    reader = threading.Thread(target=read_while, args=(network, latencies, ended))
    before = network.control("GET", "/status")["cpuSeconds"]
    reader.start()
    began = time.monotonic()
    hashes = []
    for number, raw in enumerate(raws):
        late = began + number / rate - time.monotonic()
        if late > 0:
            time.sleep(late)
        send = functools.partial(network.rpc, "eth_sendRawTransaction", raw)
        hashes.append(latencies.timed("eth_sendRawTransaction", send))
    sending = time.monotonic() - began
    deadline = time.monotonic() + _DRAIN_SECONDS_MAX
    while network.rpc("eth_getTransactionReceipt", hashes[-1]) is None and time.monotonic() < deadline:
        time.sleep(0.2)
    took = time.monotonic() - began
    ended.set()
    reader.join()
    status = network.control("GET", "/status")
    rows = [row for row in counted(network, first) if row[1]]
    mined = sum(row[1] for row in rows)
    window = rows[-1][0] - rows[0][0] + network.ready["slotSeconds"] if rows else 0
    rate_seen = mined / window if window else 0.0
    sys.stdout.write(f"sent {len(hashes)} in {sending:.1f} s; mined {mined} in {len(rows)} blocks of {window} s: "
                     f"{rate_seen:.1f} transactions/s, most in a block {max((row[1] for row in rows), default=0)}\n")
    sys.stdout.write("\n".join(latencies.lines()) + "\n")
    sys.stdout.write(f"node: {(status['cpuSeconds'] - before) / took:.0%} of a core, {status['memoryMegabytes']} MB, "
                     f"producer {json.dumps(status['producer'])}\n")
    fast = latencies.percentile(0.99) < LATENCY_MILLISECONDS_MAX
    enough = rate_seen >= TARGET_PER_SECOND and mined == len(hashes)
    words = {True: "ok", False: "FAILED"}
    sys.stdout.write(f"{words[enough]}: at least {TARGET_PER_SECOND:g} transactions/s, all of them mined\n")
    sys.stdout.write(f"{words[fast]}: p99 below {LATENCY_MILLISECONDS_MAX:g} ms\n")
    return enough and fast


def main() -> int:
    """Starts a network with 1 s slots, measures, ends it; 0: the bounds hold."""
    reader = argparse.ArgumentParser(
        prog="deploy/devnet/load",
        description="Sends transactions to a network of its own (1 s slots) while others read, and measures. Exit 1 "
        f"if fewer than {TARGET_PER_SECOND:g} a second are mined or p99 of all requests is "
        f"{LATENCY_MILLISECONDS_MAX:g} ms or more.", epilog="Other options go to deploy/devnet/run.")
    reader.add_argument("--seconds", type=int, default=SECONDS, help=f"how long to send (default {SECONDS})")
    reader.add_argument("--rate", type=int, default=RATE_PER_SECOND, help=f"sent a second (default {RATE_PER_SECOND})")
    own, others = reader.parse_known_args()
    process, ready, seconds = start(["--slot-seconds", "1", *others])
    try:
        sys.stdout.write(f"ready in {seconds:.1f} s\n")
        held = measure(Network(ready), own.seconds, own.rate)
    finally:
        stop(process)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
