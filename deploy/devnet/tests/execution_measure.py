# SPDX-License-Identifier: Apache-2.0
"""Prints what the execution layer does in a second of processor time (wall time says little on a shared machine).

`python deploy/devnet/tests/execution_measure.py`: blocks of 200 transfers and of 180 token transfers, all to new
receivers, on a state of 5,000 accounts; then answers.
"""

from __future__ import annotations

import json
import statistics
import time
from typing import Any

from execution_bench import ACCOUNTS, Bench, token

BLOCKS = 5
ANSWERS = 300


def main() -> None:
    """Measures and prints."""
    bench = Bench(balances={index.to_bytes(20, "big"): 1 for index in range(1 << 20, (1 << 20) + 5_000)})
    contract = bench.deploy(token(), 10**24)
    for account in ACCOUNTS[1:]:
        bench.send(to=contract.address, data=contract.encode_abi("transfer", [account.address, 10**20]), gas=90_000)
    bench.mine()
    receivers = iter(range(1 << 40, 1 << 41))
    blocks(bench, "transfers", lambda: {"to": f"0x{next(receivers):040x}", "value": 1}, 20)
    blocks(bench, "token transfers", lambda: {
        "to": contract.address, "gas": 90_000,
        "data": contract.encode_abi("transfer", [bench.web3.to_checksum_address(f"0x{next(receivers):040x}"), 1])}, 18)
    begun = time.thread_time()
    bench.chain.verify(bench.chain.view.head.hash)
    print(f"whole state root by the specification {(time.thread_time() - begun) * 1000:.0f} ms")
    transfer = contract.encode_abi("transfer", [ACCOUNTS[2].address, 1])
    answers(bench, "eth_getProof", contract.address, ["0x0", "0x1", "0x" + "5a" * 32], "latest")
    answers(bench, "eth_getBlockByNumber", "latest", True)
    answers(bench, "eth_getBlockReceipts", "latest")
    answers(bench, "eth_call", {"to": contract.address, "data": contract.encode_abi("total", [])}, "latest")
    answers(bench, "eth_estimateGas", {"from": ACCOUNTS[1].address, "to": contract.address, "data": transfer})
    answers(bench, "eth_getLogs", {"fromBlock": "earliest", "address": contract.address})


def blocks(bench: Bench, name: str, fields: Any, each: int) -> None:
    """Signs, pools and builds blocks; transactions a second for pool and building."""
    pooling = building = 0.0
    count = gas = 0
    for _ in range(BLOCKS):
        raws = [bench.sign(account, nonce=bench.chain.mempool.next_nonce(bytes.fromhex(account.address[2:])) + index,
                           **fields()) for account in ACCOUNTS for index in range(each)]
        begun = time.thread_time()
        for raw in raws:
            bench.chain.mempool.add(raw)
        pooling += time.thread_time() - begun
        begun = time.thread_time()
        payload = bench.mine()
        building += time.thread_time() - begun
        count += len(payload.transactions)
        gas += payload.gas_used
    print(f"{name}: built {count / building:.0f}/s ({gas / building / 1e6:.1f} Mgas/s), pooled {count / pooling:.0f}/s")


def answers(bench: Bench, method: str, *params: Any) -> None:
    """The latency of an answer without HTTP."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    times = []
    for _ in range(ANSWERS):
        begun = time.thread_time()
        response = bench.post(body)
        times.append((time.thread_time() - begun) * 1000)
    assert b'"error"' not in response.body, response.body
    cuts = statistics.quantiles(times, n=100)
    print(f"{method}: p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms, {len(response.body)} bytes")


if __name__ == "__main__":
    main()
