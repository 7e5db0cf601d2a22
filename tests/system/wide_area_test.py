#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The network of the demo carries what it should, not through a pulled cable, and goes on when the demo has ended:
`scripts/demo --keep` leaves gateways that reach one another.
"""
import os
import pathlib
import signal
import socket
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
from wide_area import WideArea  # noqa: E402

SITES = {"amsterdam": {"scn": 7171, "rtp": 27100}, "berlin": {"scn": 7172, "rtp": 27200}}


def answer_all(door):
    while True:
        end, _ = door.accept()
        threading.Thread(target=lambda: [end.sendall(o) for o in iter(lambda: end.recv(100), b"")], daemon=True).start()


def says(end, what):
    end.sendall(what)
    try:
        return end.recv(100) == what
    except TimeoutError:
        return False


def connect(network):
    end = socket.create_connection((network.scn_address("berlin", "amsterdam"), SITES["berlin"]["scn"]), timeout=5)
    end.settimeout(5)
    return end


def main():
    door = socket.create_server(("127.0.0.1", SITES["berlin"]["scn"]))
    threading.Thread(target=answer_all, args=(door,), daemon=True).start()
    folder = tempfile.TemporaryDirectory(prefix="switchroom-wide-area-")
    network = WideArea(SITES, folder.name)
    try:
        berlin = connect(network)
        assert says(berlin, b"hello"), "nothing passes"
        network.pull("berlin")
        berlin.settimeout(0.5)
        assert not says(berlin, b"again"), "a pulled cable carries"
        network.plug("berlin")
        berlin.settimeout(5)
        assert berlin.recv(100) == b"again", "what waited does not come"
        network.process.stdin.close()  # the demo ends
        assert says(berlin, b"still") and says(connect(network), b"anew"), "it has ended with the demo"
        assert network.process.poll() is None
        os.kill(network.process.pid, signal.SIGTERM)  # scripts/demo --stop
        assert network.process.wait(5) is not None
    finally:
        network.process.kill()


if __name__ == "__main__":
    main()
