# SPDX-License-Identifier: Apache-2.0
"""Deploys the eight contracts over an Ethereum RPC and writes the network file; or checks one against its chain.

A run that was cut off goes on where it stopped when it is started again with the same file: the plan is written before
the first transaction. Addresses follow from the deployer's nonces, so each contract knows its sisters from the start.
"""

import argparse
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils import is_address, keccak, to_checksum_address
from requests.exceptions import RequestException
from web3 import HTTPProvider, Web3
from web3.exceptions import TimeExhausted, Web3Exception

import artifacts
import network
from artifacts import Artifact

REQUEST_SECONDS_MAX = 30
RECEIPT_SECONDS_MAX = 600
GAS_PER_TRANSACTION_MAX = 16_777_216  # EIP-7825
GAS_MARGIN_PERCENT = 10
KEY_VARIABLE = "HALCYON_DEPLOYER_KEY"
KEY_FILE_BYTES_MAX = 200


class DeployError(Exception):
    """The chain, the account or the file isn't as a deployment needs it."""


@dataclass(frozen=True)
class Plan:
    """What a deployment is fixed to before it begins."""

    chainId: int
    deployer: str
    firstNonce: int
    guardian: str
    startBlock: int

    @property
    def addresses(self) -> dict[str, str]:
        """Where each contract will be."""
        return network.predict(self.deployer.lower(), self.firstNonce)


def creation_data(artifact: Artifact, plan: Plan) -> bytes:
    """The bytecode of a contract with its constructor's arguments: addresses, a word each."""
    words = network.arguments(artifact.contract, plan.addresses, plan.guardian)
    return bytes.fromhex(artifact.bytecode[2:]) + b"".join(bytes(12) + bytes.fromhex(word[2:]) for word in words)


def is_code_of(code: bytes, artifact: Artifact) -> bool:
    """Whether code on a chain is what the compiler made of a contract; what follows it are the constructor's values."""
    body = code[: artifact.runtimeBytes]
    return len(body) == artifact.runtimeBytes and body in bytes.fromhex(artifact.bytecode[2:])


def make_plan(web3: Web3, account: LocalAccount, guardian: str, part: Path, chain_id: int | None) -> Plan:
    """The plan of an interrupted run, else a new one, written down. Raises DeployError when they don't fit."""
    found = web3.eth.chain_id
    if chain_id is not None and found != chain_id:
        raise DeployError(f"the RPC is for chain {found}, not {chain_id}")
    if part.is_file():
        plan = Plan(**json.loads(part.read_text()))
        if (plan.chainId, plan.deployer, plan.guardian) != (found, account.address, guardian):
            raise DeployError(f"{part} is of another deployment (chain, account or guardian): finish or remove it")
        return plan
    nonce = web3.eth.get_transaction_count(account.address, "latest")
    if web3.eth.get_transaction_count(account.address, "pending") != nonce:
        raise DeployError(f"{account.address} has transactions under way: addresses can't be told in advance")
    plan = Plan(found, account.address, nonce, guardian, web3.eth.block_number)
    part.write_text(json.dumps(asdict(plan), indent=1) + "\n")
    return plan


def _send(web3: Web3, account: LocalAccount, data: bytes, nonce: int, chain_id: int) -> bytes:
    tip = web3.eth.max_priority_fee
    base = web3.eth.get_block("latest")["baseFeePerGas"]
    needed = web3.eth.estimate_gas({"from": account.address, "data": data, "nonce": nonce})
    signed = account.sign_transaction(
        {
            "type": 2,
            "chainId": chain_id,
            "nonce": nonce,
            "to": b"",
            "value": 0,
            "data": data,
            "gas": min(needed + needed * GAS_MARGIN_PERCENT // 100, GAS_PER_TRANSACTION_MAX),
            "maxPriorityFeePerGas": tip,
            "maxFeePerGas": 2 * base + tip,
        }
    )
    return bytes(web3.eth.send_raw_transaction(signed.raw_transaction))


def _create(web3: Web3, account: LocalAccount, artifact: Artifact, plan: Plan, place: int) -> None:
    name, nonce = artifact.contract, plan.firstNonce + place
    seen = web3.eth.get_transaction_count(account.address, "latest")
    if seen == nonce and web3.eth.get_transaction_count(account.address, "pending") != nonce:
        raise DeployError(f"a transaction with nonce {nonce} is under way: start again when it is in a block")
    if seen != nonce:
        raise DeployError(
            f"{name} wants nonce {nonce}, the account is at {seen}: something else was sent. "
            "To start anew, remove the plan"
        )
    hash_ = _send(web3, account, creation_data(artifact, plan), nonce, plan.chainId)
    receipt = web3.eth.wait_for_transaction_receipt(hash_, timeout=RECEIPT_SECONDS_MAX)
    if receipt["status"] != 1:
        raise DeployError(f"{name}: transaction 0x{hash_.hex()} failed with {receipt['gasUsed']} gas")
    if receipt["contractAddress"].lower() != plan.addresses[name]:
        raise DeployError(f"{name} is at {receipt['contractAddress']}, not at {plan.addresses[name]}")
    print(f"deploy: {name} {plan.addresses[name]} {receipt['gasUsed']} gas", file=sys.stderr)


def deploy(web3: Web3, account: LocalAccount, guardian: str, out: Path, chain_id: int | None = None) -> dict[str, Any]:
    """Deploys what isn't there yet, checks all code and writes the network file. Raises DeployError, Web3Exception."""
    if out.exists():
        raise DeployError(f"{out} is there already")
    part = out.with_name(out.name + ".part")
    plan = make_plan(web3, account, guardian, part, chain_id)
    for place, name in enumerate(network.CONSTRUCTORS):
        if not web3.eth.get_code(to_checksum_address(plan.addresses[name])):
            _create(web3, account, artifacts.committed(name), plan, place)
    made = describe(web3, plan)
    faults = check(web3, made)
    if faults:
        raise DeployError("; ".join(faults))
    out.write_text(json.dumps(made, indent=1) + "\n")
    part.unlink()
    return made


def describe(web3: Web3, plan: Plan) -> dict[str, Any]:
    """The network file's content. `deploymentBlock` is not after the first contract's block: logs begin there."""
    contracts = {}
    for name, address in plan.addresses.items():
        code = bytes(web3.eth.get_code(to_checksum_address(address)))
        contracts[name] = {
            "address": to_checksum_address(address),
            "codeHash": "0x" + keccak(code).hex(),
            "sourceSha256": artifacts.committed(name).sourceSha256,
        }
    return {
        "chainId": plan.chainId,
        "deploymentBlock": plan.startBlock,
        "deployer": plan.deployer,
        "guardian": to_checksum_address(plan.guardian),
        "contracts": contracts,
    }


def check(web3: Web3, made: dict[str, Any]) -> list[str]:
    """One line for each thing in a network file that the chain, or out/, has otherwise."""
    if web3.eth.chain_id != made["chainId"]:
        return [f"the RPC is for chain {web3.eth.chain_id}, the file for {made['chainId']}"]
    faults = [f"{name} is not in the file" for name in network.CONSTRUCTORS if name not in made["contracts"]]
    for name, entry in made["contracts"].items():
        code = bytes(web3.eth.get_code(to_checksum_address(entry["address"])))
        if "0x" + keccak(code).hex() != entry["codeHash"]:
            faults.append(f"{name}: other code at {entry['address']}")
        elif not is_code_of(code, artifacts.committed(name)):
            faults.append(f"{name}: the code at {entry['address']} is not of out/{name}.json")
    return faults


def deployer_key(path: Path | None) -> LocalAccount:
    """The account of a key file (hex), or of the environment. Never of an argument: others can read those."""
    if path is not None:
        text = path.read_text()[:KEY_FILE_BYTES_MAX].strip()
    else:
        text = os.environ.get(KEY_VARIABLE, "")
    if not text:
        raise DeployError(f"no key: give --key-file, or set {KEY_VARIABLE}")
    try:
        return Account.from_key(text)
    except ValueError as error:
        raise DeployError("the key isn't 32 bytes in hex") from error


def main() -> int:
    """The command behind `deploy/contracts/deploy`."""
    parser = argparse.ArgumentParser(prog="deploy/contracts/deploy", description=__doc__)
    parser.add_argument("--rpc", required=True, metavar="URL", help="the chain's JSON-RPC over HTTP")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the network file to write")
    parser.add_argument("--check", type=Path, metavar="FILE", help="change nothing: compare a file with its chain")
    parser.add_argument("--key-file", type=Path, metavar="FILE", help=f"the deployer's key in hex; else {KEY_VARIABLE}")
    parser.add_argument("--guardian", default=network.NO_GUARDIAN, metavar="ADDRESS", help="who may pause")
    parser.add_argument("--chain-id", type=int, metavar="N", help="refuse any other chain")
    options = parser.parse_args()
    if (options.out is None) == (options.check is None):
        parser.error("give either --out or --check")
    if not is_address(options.guardian):
        parser.error("--guardian is no address")
    web3 = Web3(HTTPProvider(options.rpc, request_kwargs={"timeout": REQUEST_SECONDS_MAX}))
    try:
        if options.check is not None:
            faults = check(web3, json.loads(options.check.read_text()))
            for fault in faults:
                print(f"deploy: {fault}", file=sys.stderr)
            return 1 if faults else 0
        deploy(web3, deployer_key(options.key_file), options.guardian.lower(), options.out, options.chain_id)
    except (DeployError, artifacts.BuildError, Web3Exception, TimeExhausted, RequestException, OSError) as error:
        print(f"deploy: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
