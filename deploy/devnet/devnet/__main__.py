# SPDX-License-Identifier: Apache-2.0
"""Runs a network until it is told to end: `python -m devnet [options]`, by deploy/devnet/run."""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import sys
import threading

from .node import options as node_options
from .node.control import Control
from .node.gateway import Gateway
from .node.network import Network, NetworkError
from .node.producer import Producer
from .node.record import RecordError
from .node.server import Server

SWITCH_SECONDS = 0.001
"""Threads that answer get the interpreter at least so often while a block is being made."""
_CHECK_SECONDS = 0.5

log = logging.getLogger("devnet")


def run(options: node_options.Options, ended: threading.Event) -> int:
    """Starts a network, prints its ready line, and answers until `ended` is set; the exit status."""
    ports = {"beacon": options.beacon_port, "execution": options.execution_port, "control": options.control_port}
    servers = {name: Server(name, options.host, port) for name, port in ports.items()}
    network: Network | None = None
    producer: Producer | None = None
    try:
        network = Network(options)
        network.urls = {name: server.url for name, server in servers.items()}
        network.warm_up(ended.is_set)
        producer = Producer(network.advance, network.clock, network.last_slot, manual=options.manual)
        producer.outcome = network.outcome
        for name in ("beacon", "execution"):
            servers[name].handle = Gateway(name, network.views, network.board, network).handle
        servers["control"].handle = Control(network, producer, network.board, network.mempool).handle
        ready = network.ready()
        # What the start made lives as long as the process: collections need not look at it again.
        gc.freeze()
        for server in servers.values():
            server.start()
        producer.start()
        sys.stdout.write(json.dumps(ready, separators=(",", ":")) + "\n")
        sys.stdout.flush()
        while not ended.wait(_CHECK_SECONDS) and producer.failure is None:
            pass
        return 0 if producer.failure is None else 1
    finally:
        for server in servers.values():
            server.stop()
        if producer is not None:
            producer.stop()
        if network is not None:
            network.close()


def end_with_input(ended: threading.Event) -> None:
    """Sets `ended` when standard input closes."""

    def wait() -> None:
        # Not through sys.stdin: its lock, held by this thread, would be missed when the interpreter ends.
        while os.read(sys.stdin.fileno(), 4096):
            pass
        ended.set()

    threading.Thread(target=wait, name="input", daemon=True).start()


def main() -> int:
    """Reads the command line and runs; 0 ended as told, 1 the network failed, 2 wrong usage."""
    options = node_options.parse(sys.argv[1:])
    logging.basicConfig(stream=sys.stderr, level=logging.DEBUG if options.verbose else logging.INFO,
                        format="%(asctime)s %(name)s %(levelname)s %(message)s")
    sys.setswitchinterval(SWITCH_SECONDS)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    if options.exit_with_stdin:
        end_with_input(ended)
    try:
        return run(options, ended)
    except (NetworkError, RecordError, OSError, ValueError) as problem:
        log.error("%s", problem)
        return 1


if __name__ == "__main__":
    sys.exit(main())
