# SPDX-License-Identifier: Apache-2.0
"""A web3 provider over the chain in this process: real signed transactions, one block each."""

from typing import Any

from ethereum.crypto.hash import keccak256
from ethereum.forks.osaka.transactions import FeeMarketTransaction, decode_transaction, recover_sender
from ethereum_types.bytes import Bytes0
from ethereum_types.numeric import U64
from web3.providers.base import BaseProvider
from web3.types import RPCEndpoint, RPCResponse

import network
from chain import LocalChain, Reverted

BASE_FEE = 7


class LocalProvider(BaseProvider):
    """Answers the few methods a deployment uses. After `fail_after` transactions the line is cut."""

    def __init__(self, chain: LocalChain) -> None:
        super().__init__()
        self.chain = chain
        self.receipts: dict[str, dict[str, Any]] = {}
        self.fail_after: int | None = None

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """One JSON-RPC call. Raises ConnectionError when it is to fail."""
        answer = getattr(self, "_" + method)(*params)
        return {"jsonrpc": "2.0", "id": 1, "result": answer}

    def _eth_chainId(self) -> str:
        return hex(self.chain.chain_id)

    def _eth_blockNumber(self) -> str:
        return hex(self.chain.number)

    def _eth_maxPriorityFeePerGas(self) -> str:
        return hex(1)

    def _eth_getBlockByNumber(self, _number: str, _full: bool) -> dict[str, str]:
        return {"number": hex(self.chain.number), "baseFeePerGas": hex(BASE_FEE)}

    def _eth_getTransactionCount(self, address: str, _block: str) -> str:
        return hex(self.chain.nonce(address.lower()))

    def _eth_getCode(self, address: str, _block: str) -> str:
        return "0x" + self.chain.code(address.lower()).hex()

    def _eth_estimateGas(self, transaction: dict[str, str], _block: str = "latest") -> str:
        saved = self.chain.snapshot()
        try:
            data = bytes.fromhex(transaction["data"][2:])
            return hex(self.chain.create(transaction["from"].lower(), data).gas_used)
        finally:
            self.chain.restore(saved)

    def _eth_sendRawTransaction(self, raw: str) -> str:
        if self.fail_after is not None and len(self.receipts) >= self.fail_after:
            raise ConnectionError("cut")
        encoded = bytes.fromhex(raw[2:])
        transaction = decode_transaction(encoded)
        assert isinstance(transaction, FeeMarketTransaction) and transaction.to == Bytes0(b"")
        sender = "0x" + bytes(recover_sender(U64(self.chain.chain_id), transaction)).hex()
        assert int(transaction.nonce) == self.chain.nonce(sender)
        address, status = network.create_address(sender, int(transaction.nonce)), 1
        try:
            used = self.chain.create(sender, bytes(transaction.data), int(transaction.gas)).gas_used
        except Reverted as failure:
            used, status = failure.gas_used, 0
        hash_ = "0x" + bytes(keccak256(encoded)).hex()
        self.receipts[hash_] = {
            "transactionHash": hash_, "status": hex(status), "gasUsed": hex(used), "contractAddress": address,
            "blockNumber": hex(self.chain.number),
        }  # fmt: skip
        return hash_

    def _eth_getTransactionReceipt(self, hash_: str) -> dict[str, Any] | None:
        return self.receipts.get(hash_)
