# SPDX-License-Identifier: Apache-2.0
"""The quickened specification does what the specification does: the same lives, step by step, gas and words alike."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pace

FOLDER = Path(__file__).resolve().parent
WAIT_SECONDS = 300
# A job of each policy, a refusal, an odd token, a call that runs out of gas; each step's gas and result are digested.
PROGRAM = """
import sys
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/.."]
from chain import LocalChain, Reverted, deploy_network
from scene import COIN, OPTIMISTIC, Scene
chain = LocalChain()
scene = Scene(chain, deploy_network(chain))
send, seen = LocalChain.send, []
def watched(self, *args, **kwargs):
    try:
        receipt = send(self, *args, **kwargs)
    except Reverted as error:
        seen.append((error.reason, error.data, error.gas_used))
        raise
    events = [(event.name, sorted(event.args.items())) for event in receipt.events]
    seen.append((receipt.gas_used, receipt.returned, events))
    return receipt
LocalChain.send = watched
scene.paid(salt=b"1" * 32)
scene.paid(salt=b"2" * 32, token=scene.token(scene.requester, mode=1))
job = scene.submitted(salt=b"3" * 32, policy=OPTIMISTIC)
for act in (lambda: scene.accept(job), lambda: scene.submit(minScore=1001), lambda: scene.submit(uri="u" * 201)):
    try:
        act()
    except Reverted:
        pass
try:
    scene.board.cancel(job, sender=scene.requester, gas=30_000)
except Reverted:
    pass
chain.pass_time(10_000)
scene.verification.finalize(job)
scene.vault.claimMany([{"token": COIN, "key": scene.device.id}], sender=scene.worker)
print(len(seen), seen, sorted((address.hex(), sorted((bytes(key).hex(), int(trie._data[key])) for key in trie._data))
    for address, trie in chain._state._storage_tries.items()))
"""


def _played(slow: bool) -> str:
    environment = {name: value for name, value in os.environ.items() if name != pace.SLOW}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(FOLDER)],
        env=environment | ({pace.SLOW: "1"} if slow else {}),
        capture_output=True,
        text=True,
        timeout=WAIT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_quickened_specification_gives_the_same_gas_answers_events_and_storage() -> None:
    """Two processes, one with the specification untouched."""
    slow, quick = _played(slow=True), _played(slow=False)
    assert int(slow.split(" ", 1)[0]) > 15
    assert hashlib.sha256(slow.encode()).hexdigest() == hashlib.sha256(quick.encode()).hexdigest()
