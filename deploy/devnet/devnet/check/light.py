# SPDX-License-Identifier: Apache-2.0
"""A light client made of the specification's own functions, fed over HTTP."""

from __future__ import annotations

import json
from typing import Any

from eth_consensus_specs.debug.decode import decode

from .client import SSZ, Network
from .report import Failure, Refused, equal, expect

CLIENT = "/eth/v1/beacon/light_client"
_UPGRADES = {
    "LightClientBootstrap": "bootstrap", "LightClientUpdate": "update",
    "LightClientFinalityUpdate": "finality_update", "LightClientOptimisticUpdate": "optimistic_update",
}


class Light:
    """Follows a network from a checkpoint; `store` is the specification's LightClientStore."""

    def __init__(self, network: Network, modules: dict[str, Any], newest: str) -> None:
        self.network = network
        self.modules = modules
        self.newest = newest
        self.spec = modules[newest]
        self.store: Any = None
        self.root = self.spec.Root(bytes.fromhex(str(network.ready["genesisValidatorsRoot"])[2:]))

    def bootstrap(self, checkpoint: str, found: Any = None) -> None:
        """Starts from a trusted block root. Refused: the specification does not take the answer."""
        if found is None:
            found = self.get(f"{CLIENT}/bootstrap/{checkpoint}", "LightClientBootstrap")
        trusted = self.spec.Root(bytes.fromhex(checkpoint[2:]))
        self.store = _believed(self.spec.initialize_light_client_store, trusted, found)

    def update(self, found: Any) -> None:
        """Feeds a period's update."""
        _believed(self.spec.process_light_client_update, self.store, found, self._slot(), self.root)

    def finality(self, found: Any = None) -> Any:
        """Feeds the newest finality update, or the one given; it is returned."""
        found = self.get(f"{CLIENT}/finality_update", "LightClientFinalityUpdate") if found is None else found
        _believed(self.spec.process_light_client_finality_update, self.store, found, self._slot(), self.root)
        return found

    def optimistic(self) -> Any:
        """Feeds the newest optimistic update; it is returned."""
        found = self.get(f"{CLIENT}/optimistic_update", "LightClientOptimisticUpdate")
        _believed(self.spec.process_light_client_optimistic_update, self.store, found, self._slot(), self.root)
        return found

    def sync(self) -> int:
        """Feeds updates until the store's committee covers the newest period, then finality; how many updates."""
        fed = 0
        while True:
            period = self._period(self.store.finalized_header.beacon.slot)
            if period >= self._period(self._slot()):
                break
            before = int(self.store.finalized_header.beacon.slot)
            # An update that brings neither a newer header nor an unknown committee is not relevant, and refused.
            known = bool(self.spec.is_next_sync_committee_known(self.store))
            for found in self.updates(period + known, 128):
                self.update(found)
                fed += 1
            if int(self.store.finalized_header.beacon.slot) == before:
                break
        self.finality()
        return fed

    def one(self, path: str, kind: str, accept: str) -> Any:
        """An object in one form only, upgraded to the newest fork."""
        answer = self.network.beacon(path, accept)
        if answer.status != 200:
            raise Failure(f"{path} answered {answer.status}: {answer.body[:200]!r}")
        version = answer.headers["eth-consensus-version"]
        if accept == SSZ:
            made = self.unpack(answer.body, kind, version)
        else:
            made = self.twin(answer.json()["data"], kind, version)
        return self.upgraded(made, kind, version)

    def get(self, path: str, kind: str) -> Any:
        """An object fetched as SSZ and as JSON, which must be the same one, upgraded to the newest fork."""
        packed = self.network.beacon(path, SSZ)
        if packed.status != 200:
            raise Failure(f"{path} answered {packed.status}: {packed.body[:200]!r}")
        version = packed.headers.get("eth-consensus-version", "")
        expect(version in self.modules, f"Eth-Consensus-Version is {version!r}")
        expect(packed.headers.get("content-type", "").startswith(SSZ), f"the type of {path} is not {SSZ}")
        made = self.unpack(packed.body, kind, version)
        spoken = self.network.beacon(path)
        document = spoken.json()
        # A block may come between the two requests; the same object is then fetched again.
        if document["version"] == version and self.twin(document["data"], kind, version) != made:
            again = self.network.beacon(path, SSZ)
            made = self.unpack(again.body, kind, version)
            equal(self.twin(document["data"], kind, version), made, f"the JSON of {path}")
        return self.upgraded(made, kind, version)

    def updates(self, period: int, count: int) -> list[Any]:
        """The updates of periods, SSZ and JSON compared one by one."""
        path = f"{CLIENT}/updates?start_period={period}&count={count}"
        body = self.network.beacon(path, SSZ).body
        spoken = self.network.beacon_json(path)
        made, at = [], 0
        while at < len(body):
            length = int.from_bytes(body[at : at + 8], "little")
            digest, packed = body[at + 8 : at + 12], body[at + 12 : at + 8 + length]
            expect(length == len(packed) + 4, "an update's length is not that of its bytes")
            document = spoken[len(made)]
            version = document["version"]
            found = self.unpack(packed, "LightClientUpdate", version)
            if at + 8 + length < len(body):
                # The newest period's may be replaced by a better one between the two requests.
                equal(self.twin(document["data"], "LightClientUpdate", version), found, "the JSON of an update")
            epoch = self.spec.compute_epoch_at_slot(found.attested_header.beacon.slot)
            spec = self.modules[version]
            equal(digest, bytes(spec.compute_fork_digest(self.root, epoch)), "an update's fork digest")
            made.append(self.upgraded(found, "LightClientUpdate", version))
            at += 8 + length
        equal(len(made), len(spoken), "the number of updates in SSZ")
        return made

    def unpack(self, body: bytes, kind: str, version: str) -> Any:
        """An object from its SSZ. Refused: its bytes are not one."""
        wanted = getattr(self.modules[version], kind)
        try:
            made = self.spec.ssz_deserialize(wanted, body)
        except Exception as problem:  # noqa: BLE001 (the decoder has no error type of its own)
            raise Refused(f"not the SSZ of a {kind}: {problem}") from problem
        if bytes(self.spec.ssz_serialize(made)) != body:
            raise Refused(f"not the only SSZ of this {kind}")
        return made

    def twin(self, document: Any, kind: str, version: str) -> Any:
        """An object from its JSON by the specification's own decoder; numbers must be decimal strings."""
        expect(json.dumps(document).count(": true") == 0, "a field is a truth")
        return decode(_numbers(document), getattr(self.modules[version], kind))

    def upgraded(self, found: Any, kind: str, version: str) -> Any:
        """The object as the newest scheduled fork has it."""
        if self.newest != "gloas" or version == "gloas":
            return found
        return getattr(self.spec, f"upgrade_lc_{_UPGRADES[kind]}_to_gloas")(found)

    def _slot(self) -> Any:
        return self.spec.Slot(self.network.slot())

    def _period(self, slot: Any) -> int:
        return int(self.spec.compute_sync_committee_period_at_slot(self.spec.Slot(slot)))

    def execution_block(self) -> str:
        """The hash of the execution block that the finalized header vouches for."""
        header = self.store.finalized_header
        found = header.execution_block_hash if self.newest == "gloas" else header.execution.block_hash
        return "0x" + bytes(found).hex()


def _numbers(value: Any) -> Any:
    """The document with its decimal strings as integers, as the decoder wants them."""
    if isinstance(value, dict):
        return {name: _numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_numbers(inner) for inner in value]
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _believed(function: Any, *arguments: Any) -> Any:
    """What a function of the specification returns. Refused: an assertion of it does not hold."""
    try:
        return function(*arguments)
    except (AssertionError, ValueError, IndexError) as problem:
        raise Refused(f"{function.__name__}: {problem or 'an assertion does not hold'}") from problem
