# SPDX-License-Identifier: Apache-2.0
"""The network as a process: what it prints, how it ends, and that it comes back as it was."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

RUN = Path(__file__).resolve().parent.parent / "run"
START_SECONDS = 120
STOP_SECONDS = 20
GENESIS_TIME = 1_700_000_000
SMALL = ["--committee", "32", "--manual", "--slot-seconds", "1", "--genesis-time", str(GENESIS_TIME)]
HEX32 = re.compile(r"0x[0-9a-f]{64}")


class Running:
    """A network process; its standard input stays open."""

    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen([str(RUN), "--exit-with-stdin", *options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.ready: dict[str, Any] = {}

    def until_ready(self) -> "Running":
        """Waits for the ready line."""
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], START_SECONDS)[0], "not ready in time"
        self.ready = json.loads(self.process.stdout.readline())
        return self

    def refusal(self) -> tuple[int, str]:
        """Exit status and last words of a network that does not start."""
        _, said = self.process.communicate(timeout=START_SECONDS)
        return self.process.returncode, said.decode()

    def end(self, number: int = signal.SIGTERM) -> int:
        """Sends a signal and waits; the exit status."""
        os.kill(self.process.pid, number)
        self.process.communicate(timeout=STOP_SECONDS)
        return self.process.returncode

    def ask(self, name: str, path: str, body: object = None) -> Any:
        """The JSON that one of the three APIs answers."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.ready[name] + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def rpc(self, method: str, *parameters: object) -> Any:
        """A JSON-RPC result."""
        return self.ask("execution", "", {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters})["result"]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A network with slots on request; it must end with status 0."""
    made = Running(*SMALL).until_ready()
    yield made
    if made.process.poll() is None:
        assert made.end() == 0


def test_the_ready_line_says_all_that_a_client_needs(running: Running) -> None:
    """URLs that answer, identity, times, sizes, a finalized checkpoint, forks, accounts with their money."""
    ready = running.ready
    assert (ready["chainId"], ready["genesisTime"]) == (73571, GENESIS_TIME)
    assert (ready["slotSeconds"], ready["manual"]) == (1, True)
    assert (ready["slotsPerEpoch"], ready["epochsPerPeriod"], ready["committeeSize"]) == (8, 8, 32)
    assert ready["forks"] == [{"name": "fulu", "version": "0x06000001", "epoch": 0}]
    assert HEX32.fullmatch(ready["genesisValidatorsRoot"]) and ready["checkpointSlot"] > 0
    found = running.ask("beacon", f"/eth/v1/beacon/headers/{ready['checkpoint']}")
    assert found["finalized"] is True and found["data"]["header"]["message"]["slot"] == str(ready["checkpointSlot"])
    assert len(ready["funded"]) == 10
    for account in ready["funded"]:
        assert Account.from_key(account["key"]).address.lower() == account["address"]
        assert int(running.rpc("eth_getBalance", account["address"], "0x0"), 16) == 1000 * 10**18
    assert running.ask("beacon", "/eth/v1/beacon/light_client/finality_update")["version"] == "fulu"


def test_slots_are_made_on_request_and_the_network_line_follows(running: Running) -> None:
    """The head is the slot asked for; the checkpoint of GET /network moves on."""
    before = running.ask("control", "/network")
    slot = running.ask("control", "/status")["producer"]["lastSlot"]
    head = running.ask("control", "/mine", {"slots": 20})
    assert head["headSlot"] == slot + 20
    assert running.ask("beacon", "/eth/v1/beacon/headers/head")["data"]["root"] == head["headRoot"]
    assert running.rpc("eth_getBlockByNumber", "latest", False)["hash"] == head["headBlockHash"]
    assert running.rpc("eth_getBlockByNumber", "latest", False)["timestamp"] == hex(GENESIS_TIME + slot + 20)
    after = running.ask("control", "/network")
    assert after["checkpointSlot"] > before["checkpointSlot"]
    assert {**after, "checkpoint": 0, "checkpointSlot": 0} == {**before, "checkpoint": 0, "checkpointSlot": 0}


def test_a_network_comes_back_as_it_was_after_sigkill(running: Running, tmp_path: Path) -> None:
    """Same genesis and, slot by slot, the same blocks: those of a network of the same options before, and its own.

    Transactions, an empty slot and a reorg are among what is made again.
    """
    options = [*SMALL, "--state", str(tmp_path / "network")]
    first = Running(*options).until_ready()
    same = ("genesisValidatorsRoot", "checkpoint", "checkpointSlot", "funded")
    assert [first.ready[name] for name in same] == [running.ready[name] for name in same]
    account = first.ready["funded"][0]
    for nonce in range(3):
        raw = Account.sign_transaction(
            {"chainId": 73571, "nonce": nonce, "to": bytes(19) + b"\x99", "value": 7, "gas": 21_000,
             "maxFeePerGas": 10**10, "maxPriorityFeePerGas": 10**9, "type": 2}, account["key"]).raw_transaction
        first.rpc("eth_sendRawTransaction", "0x" + bytes(raw).hex())
    first.ask("control", "/mine", {"slots": 2})
    first.ask("control", "/plan", {"skip": True})
    first.ask("control", "/mine", {"slots": 2})
    first.ask("control", "/reorg", {"depth": 3})
    head = first.ask("control", "/mine", {"slots": 3})
    receipts = first.rpc("eth_getBlockReceipts", "latest")
    assert first.end(signal.SIGKILL) == -signal.SIGKILL

    log = tmp_path / "network" / "slots.log"
    log.write_bytes(log.read_bytes() + b"12345678 {\"slot\":")
    second = Running(*options).until_ready()
    shown = second.ask("control", "/status")
    assert shown["head"] == {**head, "transactions": shown["head"]["transactions"]} and shown["resumed"] is True
    assert second.rpc("eth_getBlockReceipts", "latest") == receipts
    assert second.rpc("eth_getBalance", "0x" + "00" * 19 + "99", "latest") == hex(21)
    assert second.ask("control", "/mine", {"slots": 1})["headSlot"] == head["headSlot"] + 1
    busy = Running(*options)
    assert (busy.refusal()[0], "another network uses this folder" in busy.refusal()[1]) == (1, True)
    assert second.end() == 0
    status, said = Running(*options, "--seed", "5").refusal()
    assert status == 1 and "the network kept here has seed 0, not 5" in said


def test_slots_follow_the_clock_and_the_network_ends_with_its_input() -> None:
    """Every block's time is its slot's, none is early, and closing standard input is an order to end."""
    live = Running("--committee", "32", "--slot-seconds", "1").until_ready()
    genesis = live.ready["genesisTime"]
    seen = set()
    deadline = time.monotonic() + 30
    while len(seen) < 4 and time.monotonic() < deadline:
        block = live.rpc("eth_getBlockByNumber", "latest", False)
        assert int(block["timestamp"], 16) <= time.time()
        assert (int(block["timestamp"], 16) - genesis) >= 33
        seen.add(block["hash"])
        time.sleep(0.1)
    assert len(seen) >= 4
    assert live.process.stdin is not None
    live.process.stdin.close()
    assert live.process.wait(STOP_SECONDS) == 0


def test_a_port_in_use_is_told_before_anything_is_made() -> None:
    """Exit status 1, with the system's words."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        began = time.monotonic()
        status, said = Running("--beacon-port", str(taken.getsockname()[1])).refusal()
    assert status == 1 and "Address already in use" in said and "slots in" not in said
    assert time.monotonic() - began < START_SECONDS


def test_usage_is_shown_without_starting() -> None:
    """--help ends with 0, a wrong option with 2."""
    shown = subprocess.run([str(RUN), "--help"], capture_output=True, text=True, timeout=60, check=True)
    assert "--fork-at FORK:EPOCH" in shown.stdout
    assert subprocess.run([str(RUN), "--fork", "x"], capture_output=True, timeout=60, check=False).returncode == 2
