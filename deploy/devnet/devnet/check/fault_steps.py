# SPDX-License-Identifier: Apache-2.0
"""Steps that turn each kind of fault on and see it do what it says, to both APIs; after each the truth is back."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any

from . import blocks
from .client import SSZ, Network, fetch
from .consensus_steps import refused
from .execution_steps import Sent, prove
from .light import CLIENT, Light
from .report import Report, equal, expect

HEAD = "/eth/v1/beacon/headers/head"
FINALITY = f"{CLIENT}/finality_update"


def lies(report: Report, network: Network, light: Light, sent: Sent) -> None:
    """Answers that are well-formed and not true."""
    checkpoint = str(network.ready["checkpoint"])
    with report.step("stale: answers of some slots ago") as notes:
        true = int(network.beacon_json(HEAD)["data"]["header"]["message"]["slot"])
        number = int(network.rpc("eth_blockNumber"), 16)
        with network.fault("stale", "beacon", slots=10), network.fault("stale", "execution", slots=10):
            slot = int(network.beacon_json(HEAD)["data"]["header"]["message"]["slot"])
            old = int(network.rpc("eth_blockNumber"), 16)
        expect(true - 16 <= slot <= network.slot() - 10, f"the stale head is slot {slot}, the true one {true}")
        expect(number - 16 <= old < number - 2, f"the stale number is {old}, the true one {number}")
        notes.append(f"slot {slot} for {true}, block {old} for {number}")
    with report.step("wrong-proof: bootstrap and finality update are refused, in SSZ and JSON") as notes:
        with network.fault("wrong-proof", "beacon", match="bootstrap"):
            refused(lambda: _bootstrap_of(network, light, SSZ), notes)
            refused(lambda: _bootstrap_of(network, light, "application/json"), notes)
        with network.fault("wrong-proof", "beacon", match="finality_update"):
            refused(lambda: _finality_of(network, light, SSZ), notes)
            refused(lambda: _finality_of(network, light, "application/json"), notes)
    with report.step("wrong-proof: account and slot proofs are refused") as notes:
        head = network.rpc("eth_getBlockByNumber", "latest", False)
        with network.fault("wrong-proof", "execution", match="^eth_getProof$"):
            for _ in range(3):
                refused(lambda: prove(network, sent, head), notes)
        prove(network, sent, head)
    with report.step("alter: a changed header, update, block or balance does not pass") as notes:
        with network.fault("alter", "beacon", match="finality_update"):
            refused(lambda: _finality_of(network, light, SSZ), notes)
        with network.fault("alter", "execution", match="^eth_getBlockBy", field="stateRoot"):
            block = network.rpc("eth_getBlockByNumber", "latest", False)
        expect("0x" + blocks.block_hash(block).hex() != block["hash"], "the altered block has its old hash")
        head = network.rpc("eth_getBlockByNumber", "latest", False)
        with network.fault("alter", "execution", match="^eth_getProof$", field="balance", value="0xffffff"):
            refused(lambda: prove(network, sent, head), notes)
    with report.step("hide: 404 and null, for what is matched only") as notes:
        with network.fault("hide", "beacon", match="bootstrap"), network.fault("hide", "execution", match="Receipt$"):
            equal(network.beacon(f"{CLIENT}/bootstrap/{checkpoint}").status, 404, "the status of a hidden bootstrap")
            equal(network.beacon(FINALITY).status, 200, "the status of what is not hidden")
            equal(network.rpc("eth_getTransactionReceipt", sent.hashes[0]), None, "the hidden receipt")
        expect(network.rpc("eth_getTransactionReceipt", sent.hashes[0]) is not None, "the receipt did not come back")
        notes.append("bootstrap, receipt")
    _other_chain(report, network, light)


def _other_chain(report: Report, network: Network, light: Light) -> None:
    ready = network.ready
    with report.step("other-chain: another genesis and chain, refused by the specification") as notes:
        began = time.monotonic()
        with network.fault("other-chain", "beacon"), network.fault("other-chain", "execution"):
            notes.append(f"made in {time.monotonic() - began:.1f} s")
            genesis = network.beacon_json("/eth/v1/beacon/genesis")["data"]
            expect(genesis["genesis_validators_root"] != ready["genesisValidatorsRoot"], "the genesis is the same")
            expect(int(network.rpc("eth_chainId"), 16) != ready["chainId"], "the chain id is the same")
            answer = network.beacon(f"{CLIENT}/bootstrap/{ready['checkpoint']}")
            equal(answer.status, 404, "the status of the bootstrap")
            refused(lambda: _finality_of(network, light, SSZ), notes)
            block = network.rpc("eth_getBlockByNumber", "0x0", False)
            equal("0x" + blocks.block_hash(block).hex(), block["hash"], "the hash of the other chain's block")
        equal(int(network.rpc("eth_chainId"), 16), ready["chainId"], "the chain id afterwards")


def forms(report: Report, network: Network, light: Light) -> None:
    """Answers that look wrong: status, type, form, size."""
    for target in ("beacon", "execution"):
        with report.step(f"status: 429 with Retry-After, 500, 503 ({target})") as notes:
            with network.fault("status", target, status=429, retryAfterSeconds=2, count=2):
                answer = _any(network, target)
                equal((answer.status, answer.headers.get("retry-after")), (429, "2"), "status and Retry-After")
                equal(_any(network, target).status, 429, "the second status")
                equal(_any(network, target).status, 200, "the status after two")
            for status in (500, 503):
                with network.fault("status", target, status=status):
                    equal(_any(network, target).status, status, "the status")
            notes.append("count of 2 kept")
        with report.step(f"wrong-type and malformed JSON ({target})") as notes:
            with network.fault("wrong-type", target, contentType="text/html"):
                equal(_any(network, target).headers["content-type"], "text/html", "the type")
            for how in ("truncate", "garble"):
                with network.fault("malformed", target, how=how):
                    text = _any(network, target).body
                try:
                    json.loads(text)
                except ValueError:
                    notes.append(how)
                    continue
                expect(False, f"{how} left JSON that can be read")
        with report.step(f"huge: 20 MB, declared and in chunks ({target})") as notes:
            for declared in (True, False):
                with network.fault("huge", target, megabytes=20, declared=declared):
                    answer = _any(network, target)
                expect(len(answer.body) > 20_000_000, f"{len(answer.body)} bytes came")
                equal("content-length" in answer.headers, declared, "Content-Length is there")
            notes.append(f"{len(answer.body)} bytes")
    with report.step("malformed SSZ is refused") as notes:
        for how in ("truncate", "garble"):
            with network.fault("malformed", "beacon", how=how):
                refused(lambda: _finality_of(network, light, SSZ), notes)


def travel(report: Report, network: Network) -> None:
    """Answers that come late, slowly or not whole."""
    for target in ("beacon", "execution"):
        whole = _any(network, target)
        with report.step(f"delay, slow drip, cut connection ({target})") as notes:
            for kind, parameters, least in (("delay", {"seconds": 0.5}, 0.5),
                                            ("slow", {"bytesPerSecond": len(whole.body) / 0.6}, 0.5)):
                with network.fault(kind, target, **parameters):
                    began = time.monotonic()
                    equal(_any(network, target).status, 200, f"the status with {kind}")
                    took = time.monotonic() - began
                expect(least <= took < least + 5, f"{kind} took {took:.2f} s")
                notes.append(f"{kind} {took:.2f} s")
            with network.fault("cut", target, bytes=10):
                try:
                    _any(network, target)
                except http.client.IncompleteRead as cut:
                    equal(len(cut.partial), 10, "the bytes before the cut")
                else:
                    expect(False, "the answer came whole")
            notes.append("cut after 10 bytes")
    with report.step("probability: about so many answers, the same ones for a seed") as notes:
        with network.fault("status", "beacon", match=HEAD, probability=0.5):
            struck = sum(network.beacon(HEAD).status == 503 for _ in range(60))
        expect(15 <= struck <= 45, f"{struck} of 60 were struck")
        notes.append(f"{struck} of 60")
    with report.step("the control API refuses what can't be") as notes:
        answer = fetch(network.control_url + "/faults", b'{"kind":"eat","target":"beacon"}')
        equal(answer.status, 400, "the status of a fault that can't be")
        notes.append(str(answer.json()["message"])[:60])
    with report.step("no fault is left, and the truth is back") as notes:
        equal(network.control("GET", "/faults"), [], "the faults that are on")
        for target in ("beacon", "execution"):
            equal(_any(network, target).status, 200, f"the status of {target}")


def _any(network: Network, target: str) -> Any:
    """Some answer of an API."""
    if target == "beacon":
        return network.beacon("/eth/v1/beacon/genesis")
    return fetch(network.execution_url, b'{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}')


def _fresh(network: Network, light: Light) -> Light:
    return Light(network, light.modules, light.newest)


def _finality_of(network: Network, light: Light, accept: str) -> None:
    """Feeds a finality update of one form only to a copy of the light client."""
    found = light.one(FINALITY, "LightClientFinalityUpdate", accept)
    other = _fresh(network, light)
    other.store = light.spec.LightClientStore(**vars(light.store))
    other.finality(found)


def _bootstrap_of(network: Network, light: Light, accept: str) -> None:
    """Starts a light client from a bootstrap of one form only."""
    checkpoint = str(network.ready["checkpoint"])
    found = light.one(f"{CLIENT}/bootstrap/{checkpoint}", "LightClientBootstrap", accept)
    _fresh(network, light).bootstrap(checkpoint, found)
