# SPDX-License-Identifier: Apache-2.0
"""The Beacon API's answers about blocks and states (beacon-APIs, apis/beacon)."""

from __future__ import annotations

from typing import Any

from devnet.consensus.answers import ApiError, json_only, root, shown, single, uint64, versioned
from devnet.consensus.json_form import hexadecimal
from devnet.consensus.views import BlockRecord, Checkpoint, Snapshot, StateRecord
from devnet.seams import Request, Response


def find_block(view: Snapshot, block_id: str) -> BlockRecord:
    """Returns the block of an id: head, genesis, finalized, justified, slot, or root. ApiError: 400 or 404."""
    message = f"Invalid block ID: {shown(block_id)}"
    if block_id == "head":
        return view.head
    if block_id == "genesis":
        return view.network.genesis_block
    if block_id == "finalized":
        return view.finalized_block
    if block_id == "justified":
        return view.justified_block
    found: BlockRecord | None
    if block_id.startswith("0x"):
        wanted = root(block_id, message)
        found = view.branch.roots.get(wanted) or view.orphans.get(wanted)
    else:
        found = view.branch.blocks.get(uint64(block_id, message))
    if found is None:
        raise ApiError(404, "Block not found")
    return found


def find_state(view: Snapshot, state_id: str) -> StateRecord:
    """Returns the state of an id: as of blocks, where a slot without a block has a state too. ApiError: 400 or 404."""
    message = f"Invalid state ID: {shown(state_id)}"
    slot: int | None
    if state_id in ("head", "genesis", "finalized", "justified"):
        slot = find_block(view, state_id).slot
    elif state_id.startswith("0x"):
        slot = view.branch.state_slots.get(root(state_id, message))
    else:
        slot = uint64(state_id, message)
    if slot == 0:
        return view.network.genesis_state
    found = None if slot is None else view.branch.states.get(slot)
    if found is None:
        raise ApiError(404, "State not found")
    return found


def _canonical(view: Snapshot, block: BlockRecord) -> bool:
    return block.root in view.branch.roots or block is view.network.genesis_block


def _flags(view: Snapshot, block: BlockRecord) -> dict[str, bool]:
    finalized = _canonical(view, block) and block.slot <= view.finalized_block.slot
    return {"execution_optimistic": False, "finalized": finalized}


def _header(view: Snapshot, block: BlockRecord) -> dict[str, Any]:
    message = {
        "slot": str(block.slot),
        "proposer_index": str(block.proposer_index),
        "parent_root": hexadecimal(block.parent_root),
        "state_root": hexadecimal(block.state_root),
        "body_root": hexadecimal(block.body_root),
    }
    return {
        "root": hexadecimal(block.root),
        "canonical": _canonical(view, block),
        "header": {"message": message, "signature": hexadecimal(block.signature)},
    }


def headers(view: Snapshot, request: Request) -> Response:
    """Answers with the head's header, or those of a slot or of a parent's children, orphans included."""
    slot, parent = single(request, "slot"), single(request, "parent_root")
    known = [*view.branch.blocks.values(), *view.orphans.values()] if parent is not None else []
    if parent is not None:
        wanted = root(parent, f"Invalid parent root: {shown(parent)}")
        found = [block for block in known if block.parent_root == wanted and block.slot > 0]
    elif slot is not None:
        number = uint64(slot, f"Invalid slot: {shown(slot)}")
        canonical = view.branch.blocks.get(number)
        found = [] if canonical is None else [canonical]
        found += [block for block in view.orphans.values() if block.slot == number]
    else:
        found = [view.head]
    if parent is not None and slot is not None:
        number = uint64(slot, f"Invalid slot: {shown(slot)}")
        found = [block for block in found if block.slot == number]
    flags = {"execution_optimistic": False, "finalized": all(_flags(view, b)["finalized"] for b in found)}
    found.sort(key=lambda block: (block.slot, block.root))
    return json_only(request, flags | {"data": [_header(view, block) for block in found]})


def header(view: Snapshot, request: Request, block_id: str) -> Response:
    """Answers with a block's header."""
    block = find_block(view, block_id)
    return json_only(request, _flags(view, block) | {"data": _header(view, block)})


def block_root(view: Snapshot, request: Request, block_id: str) -> Response:
    """Answers with a block's root."""
    block = find_block(view, block_id)
    return json_only(request, _flags(view, block) | {"data": {"root": hexadecimal(block.root)}})


def block(view: Snapshot, request: Request, block_id: str) -> Response:
    """Answers with a whole signed block."""
    found = find_block(view, block_id)
    return versioned(request, view.network, found.encoded, **_flags(view, found))


def payload_envelope(view: Snapshot, request: Request, block_id: str) -> Response:
    """Answers with the signed payload envelope that a block's bid promised (EIP-7732)."""
    found = find_block(view, block_id)
    if found.envelope is None:
        raise ApiError(404, "Execution payload envelope not found")
    return versioned(request, view.network, found.envelope, **_flags(view, found))


def _state(view: Snapshot, request: Request, state: StateRecord, data: object) -> Response:
    flags = {"execution_optimistic": False, "finalized": state.slot <= view.finalized_block.slot}
    return json_only(request, flags | {"data": data})


def state_root(view: Snapshot, request: Request, state_id: str) -> Response:
    """Answers with a state's root."""
    state = find_state(view, state_id)
    return _state(view, request, state, {"root": hexadecimal(state.root)})


def state_fork(view: Snapshot, request: Request, state_id: str) -> Response:
    """Answers with a state's fork."""
    state = find_state(view, state_id)
    fork = {
        "previous_version": hexadecimal(state.fork.previous_version),
        "current_version": hexadecimal(state.fork.current_version),
        "epoch": str(state.fork.epoch),
    }
    return _state(view, request, state, fork)


def _written(checkpoint: Checkpoint) -> dict[str, str]:
    return {"epoch": str(checkpoint.epoch), "root": hexadecimal(checkpoint.root)}


def finality_checkpoints(view: Snapshot, request: Request, state_id: str) -> Response:
    """Answers with a state's justified and finalized checkpoints."""
    state = find_state(view, state_id)
    data = {
        "previous_justified": _written(state.previous_justified),
        "current_justified": _written(state.current_justified),
        "finalized": _written(state.finalized),
    }
    return _state(view, request, state, data)
