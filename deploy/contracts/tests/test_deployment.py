# SPDX-License-Identifier: Apache-2.0
"""Deploying over an RPC: all eight at their foretold addresses, resumable, and checked against what was compiled."""

import json
from pathlib import Path

import pytest
from eth_account import Account
from eth_utils import keccak
from web3 import Web3

import deployment
import network as plan
from chain import LocalChain
from deployment import DeployError
from provider import LocalProvider


@pytest.fixture
def provider(chain: LocalChain) -> LocalProvider:
    """The line to the chain."""
    return LocalProvider(chain)


@pytest.fixture
def web3(provider: LocalProvider) -> Web3:
    """A plain client."""
    return Web3(provider)


@pytest.fixture
def account(chain: LocalChain) -> deployment.LocalAccount:
    """The deployer."""
    return Account.from_key(chain.accounts[20].secret)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the network file comes to be."""
    return tmp_path / "network.json"


def test_a_deployment_writes_a_file_that_fits_the_chain(
    web3: Web3, account: deployment.LocalAccount, out: Path, chain: LocalChain
) -> None:
    """Addresses, code hashes and wiring."""
    guardian = chain.accounts[21].address
    made = deployment.deploy(web3, account, guardian, out, chain.chain_id)
    assert json.loads(out.read_text()) == made
    assert list(made["contracts"]) == list(plan.CONSTRUCTORS)
    for entry in made["contracts"].values():
        assert "0x" + keccak(chain.code(entry["address"].lower())).hex() == entry["codeHash"]
    registry = chain.at("DeviceRegistry", made["contracts"]["DeviceRegistry"]["address"].lower())
    assert registry.guardian() == guardian
    assert registry.REPUTATION() == made["contracts"]["Reputation"]["address"].lower()
    assert made["deploymentBlock"] < chain.number and made["chainId"] == chain.chain_id
    assert deployment.check(web3, made) == []
    assert list(out.parent.iterdir()) == [out]


def test_a_deployment_that_was_cut_off_goes_on_where_it_stopped(
    web3: Web3, provider: LocalProvider, account: deployment.LocalAccount, out: Path
) -> None:
    """Nothing is deployed twice, and logs are still looked for from the first contract's block."""
    start = web3.eth.block_number
    provider.fail_after = 3
    with pytest.raises(ConnectionError):
        deployment.deploy(web3, account, plan.NO_GUARDIAN, out)
    assert not out.exists() and len(provider.receipts) == 3
    provider.fail_after = None
    made = deployment.deploy(web3, account, plan.NO_GUARDIAN, out)
    assert len(provider.receipts) == len(plan.CONSTRUCTORS)
    assert made["deploymentBlock"] == start
    assert deployment.check(web3, made) == []


def test_a_foreign_transaction_in_between_is_noticed(
    web3: Web3, provider: LocalProvider, account: deployment.LocalAccount, out: Path, chain: LocalChain
) -> None:
    """Addresses would be wrong from there on."""
    provider.fail_after = 2
    with pytest.raises(ConnectionError):
        deployment.deploy(web3, account, plan.NO_GUARDIAN, out)
    chain.send(chain.accounts[1], sender=account.address.lower())
    provider.fail_after = None
    with pytest.raises(DeployError, match="Reputation wants nonce 2, the account is at 3"):
        deployment.deploy(web3, account, plan.NO_GUARDIAN, out)


def test_a_plan_of_another_deployment_is_not_continued(
    web3: Web3, provider: LocalProvider, account: deployment.LocalAccount, out: Path, chain: LocalChain
) -> None:
    """Another guardian would give other contracts than the plan says."""
    provider.fail_after = 1
    with pytest.raises(ConnectionError):
        deployment.deploy(web3, account, plan.NO_GUARDIAN, out)
    with pytest.raises(DeployError, match="another deployment"):
        deployment.deploy(web3, account, chain.accounts[3].address, out)


def test_a_file_that_is_there_and_a_wrong_chain_are_refused(
    web3: Web3, account: deployment.LocalAccount, out: Path, chain: LocalChain
) -> None:
    """Before anything is sent."""
    with pytest.raises(DeployError, match=f"chain {chain.chain_id}, not 1$"):
        deployment.deploy(web3, account, plan.NO_GUARDIAN, out, chain_id=1)
    out.write_text("{}")
    with pytest.raises(DeployError, match="there already"):
        deployment.deploy(web3, account, plan.NO_GUARDIAN, out)
    assert chain.nonce(account.address.lower()) == 0


def test_a_check_tells_what_differs(
    web3: Web3, account: deployment.LocalAccount, out: Path, chain: LocalChain
) -> None:
    """Another address, swapped contracts, a missing one, another chain."""
    made = deployment.deploy(web3, account, plan.NO_GUARDIAN, out)
    contracts = made["contracts"]
    moved = {"Forwarder": contracts["Forwarder"] | {"address": contracts["JobBoard"]["address"]}}
    assert deployment.check(web3, made | {"contracts": contracts | moved}) == [
        f"Forwarder: other code at {contracts['JobBoard']['address']}"
    ]
    swapped = deployment.check(web3, made | {"contracts": contracts | {"Forwarder": contracts["JobBoard"]}})
    assert swapped == [f"Forwarder: the code at {contracts['JobBoard']['address']} is not of out/Forwarder.json"]
    fewer = {name: entry for name, entry in contracts.items() if name != "Workflow"}
    assert deployment.check(web3, made | {"contracts": fewer}) == ["Workflow is not in the file"]
    assert deployment.check(web3, made | {"chainId": 1}) == [f"the RPC is for chain {chain.chain_id}, the file for 1"]


def test_a_key_comes_from_a_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chain: LocalChain
) -> None:
    """None and nonsense are told apart, and nonsense isn't repeated."""
    file, secret = tmp_path / "key", chain.accounts[1].secret.hex()
    file.write_text(f"0x{secret}\n")
    assert deployment.deployer_key(file).address.lower() == chain.accounts[1].address
    monkeypatch.setenv(deployment.KEY_VARIABLE, secret)
    assert deployment.deployer_key(None).address.lower() == chain.accounts[1].address
    monkeypatch.setenv(deployment.KEY_VARIABLE, "twelve")
    with pytest.raises(DeployError, match="^the key isn't 32 bytes in hex$"):
        deployment.deployer_key(None)
    monkeypatch.delenv(deployment.KEY_VARIABLE)
    with pytest.raises(DeployError, match="^no key"):
        deployment.deployer_key(None)
