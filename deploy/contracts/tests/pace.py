# SPDX-License-Identifier: Apache-2.0
"""Makes the specification's busiest pieces faster without changing what they do.

The pieces that take most of the time are written for reading: every push reads through three functions, every charge
builds an object for a tracer that nobody listens to. `quicken` puts equivalents in their place in this process; with
the environment variable HALCYON_SLOW_EVM it does not, so that a test can compare both.
"""

import functools
import os
import sys
from collections.abc import Callable
from typing import Any

from ethereum.forks.osaka.vm import gas, interpreter
from ethereum.forks.osaka.vm.exceptions import OutOfGasError, StackOverflowError, StackUnderflowError
from ethereum.forks.osaka.vm.instructions import Ops
from ethereum_types.numeric import U256, Uint

SLOW = "HALCYON_SLOW_EVM"
STACK_MAX = 1024
FORK = "ethereum.forks.osaka.vm"

_extend_memory = gas.calculate_gas_extend_memory
_NOTHING = gas.ExtendMemory(Uint(0), Uint(0))
_BASE, _VERY_LOW = gas.GAS_BASE, gas.GAS_VERY_LOW
_STEPS = [Uint(size) for size in range(34)]


def charge_gas(evm: Any, amount: Uint) -> None:
    """The specification's, without a trace."""
    if evm.gas_left < amount:
        raise OutOfGasError
    evm.gas_left -= amount


def calculate_gas_extend_memory(memory: bytearray, extensions: list[tuple[U256, U256]]) -> Any:
    """Nothing is due for memory that is there already; everything else is asked of the specification."""
    there = len(memory)
    for start, size in extensions:
        if int(size) and int(start) + int(size) > there:
            return _extend_memory(memory, extensions)
    return _NOTHING


def _push(size: int) -> Callable[[Any], None]:
    cost, step = _VERY_LOW if size else _BASE, _STEPS[size + 1]

    def push(evm: Any) -> None:
        charge_gas(evm, cost)
        pc = int(evm.pc) + 1
        if len(evm.stack) == STACK_MAX:
            raise StackOverflowError
        evm.stack.append(U256(int.from_bytes(evm.code[pc : pc + size].ljust(size, b"\0"), "big")))
        evm.pc += step

    return push


def _dup(item: int) -> Callable[[Any], None]:
    def dup(evm: Any) -> None:
        charge_gas(evm, _VERY_LOW)
        stack = evm.stack
        if item >= len(stack):
            raise StackUnderflowError
        if len(stack) == STACK_MAX:
            raise StackOverflowError
        stack.append(stack[-1 - item])
        evm.pc += _STEPS[1]

    return dup


def _swap(item: int) -> Callable[[Any], None]:
    def swap(evm: Any) -> None:
        charge_gas(evm, _VERY_LOW)
        stack = evm.stack
        if item >= len(stack):
            raise StackUnderflowError
        stack[-1], stack[-1 - item] = stack[-1 - item], stack[-1]
        evm.pc += _STEPS[1]

    return swap


def _nothing(*_: object) -> None:
    return None


def _everywhere(name: str, original: object, instead: object) -> None:
    # The specification's modules import functions by name.
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith(FORK) and getattr(module, name, None) is original:
            setattr(module, name, instead)


def quicken() -> None:
    """Replaces the pieces in this process, once, unless HALCYON_SLOW_EVM is set."""
    # Jump destinations are looked for at every call; the code doesn't change, so the answer doesn't either.
    jumps = functools.lru_cache(maxsize=512)(interpreter.get_valid_jump_destinations)
    if os.environ.get(SLOW) or gas.charge_gas is charge_gas:
        return
    interpreter.get_valid_jump_destinations = jumps  # type: ignore[assignment]
    _everywhere("charge_gas", gas.charge_gas, charge_gas)
    _everywhere("calculate_gas_extend_memory", _extend_memory, calculate_gas_extend_memory)
    for name in ("evm_trace", "OpStart", "OpEnd"):
        setattr(interpreter, name, _nothing)
    table = interpreter.op_implementation
    for size in range(33):
        table[Ops(0x5F + size)] = _push(size)
    for item in range(16):
        table[Ops(0x80 + item)] = _dup(item)
        table[Ops(0x90 + item)] = _swap(item + 1)
