#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Calls a second by an E1 from end to end: an exchange of libpri in a process of its own, the bits of the Verilated span, HDLC, link,
isdn-edge, core, sip-edge and real SIPps, which answer calls in and make calls out. Each is set up, answered, put through the switch and
cleared. Wanted: 50 a second a gateway.

A simulated E1 is slower than real time: a second of the board's takes longer. So calls are told by the wall and by the board's own clock,
by which its D channel has 64 kbit/s. All else is real, and has the longer second to do its work in; what each process took of the
processors for a call is told, too.

usage: tests/bench/trunk_calls.py [--bin build/release] [--calls 1000] [--runs 3]
"""
import argparse
import pathlib
import statistics
import struct
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "system")]
from gateways import expect, looked_after, wait_until  # noqa: E402
from ip_town import FIRST_CALLED, Town, processor_s  # noqa: E402
from isdn_peer import Peer  # noqa: E402
from sipp import Sipp, register  # noqa: E402

PORT, PHONES, LEAD_MS = 5784, 60, "5"
CHANNELS = [*range(1, 16), *range(17, 32)]
CALLS_OUT = 15  # at once: their channels are taken for longer than the phones have calls
NUMBER = "895550"
TRUNK = f"""
[[trunk]]
name = "city"
kind = "pri-user"
span = 1
number = "{NUMBER}"
called_digits = 4
[[line_group]]
name = "outside"
trunks = ["city"]
[isdn]
capture = "d-channel.pcap"
"""
LINK_OCTETS = 1 + 2  # a flag and the FCS of each frame


def d_channel_octets(capture, offset):
    """Of frames since then, each way, as in the time slot: without what is stuffed. LINUX_LAPD: bit 0 of the address 2 octets long."""
    data, sums = capture.read_bytes()[offset or 24:], {}
    while len(data) >= 16:
        size = struct.unpack_from("<I", data, 8)[0]
        if len(data) < 16 + size:
            break
        way = struct.unpack_from(">H", data, 16)[0]
        sums[way] = sums.get(way, 0) + size - 16 + LINK_OCTETS
        data = data[16 + size:]
    return sums


class Load:
    """What is measured from when it is made until told()."""

    def __init__(self, town):
        self.town, self.capture = town, town.dir / "d-channel.pcap"
        self.processes = {"board": town.processes[0].pid, "switchroomd": town.daemon, "isdn-edge": town.child("isdn-edge"),
                          "sip-edge": town.edge}
        self.spent = self.processors()
        self.offset = self.capture.stat().st_size
        self.frame, self.began = self.board_frame(), time.monotonic()

    def board_frame(self):
        return int(self.town.cli("board")["frame"])

    def processors(self):
        return {name: processor_s(pid) for name, pid in self.processes.items()}

    def told(self, what, calls):
        wall_s, board_s = time.monotonic() - self.began, (self.board_frame() - self.frame) / 8000
        spent = {name: (after - self.spent[name]) / calls * 1e6 for name, after in self.processors().items()}
        octets = d_channel_octets(self.capture, self.offset)
        fuller = max(octets.values(), default=0) / calls
        print(f"{what}: {calls / wall_s:6.1f} calls a second by the wall, {calls / board_s:6.1f} by the board ({board_s / wall_s:.2f} × real time); "
              f"D channel: {fuller:.0f} octets a call the fuller way, {8000 / max(fuller, 1):.0f} calls a second at most;   "
              "µs of processor a call: " + ", ".join(f"{name} {us:.0f}" for name, us in spent.items()), flush=True)
        return calls / board_s


def calls_in(town, peer, load, count):
    placed, over = 0, 0

    def place(channel):
        nonlocal placed
        peer.do("call", id=f"{placed}/{channel}", to=f"{NUMBER}{FIRST_CALLED + placed % PHONES}", channel=channel, **{"from": "30123"})
        placed += 1
    for channel in CHANNELS:
        place(channel)
    answered = 0
    while over < count:
        event = peer.events.get(timeout=20)
        kind = event["event"]
        if event.get("id", "").startswith("in"):
            continue  # of a call out before
        if kind == "answered":
            answered += 1
            peer.do("hangup", id=event["id"], cause=16)
        elif kind in ("disconnected", "refused"):
            expect(kind == "disconnected" and event.get("cause") == 16, f"a call in went otherwise: {event}")
        elif kind == "over":
            over += 1
            if placed < count:
                place(int(event["id"].split("/")[1]))
    expect(answered == count, f"{answered} of {count} calls in were answered")
    return load.told("in ", count)


def calls_out(town, folder, load, count):
    rows = [(name, proof, f"0{4711 + n}") for n, (name, proof, _) in enumerate(town.callers.calls_to(town.called))]
    run = Sipp(folder, "caller", town.callers, town.server, "-r", 20000, "-rp", 1000, "-l", CALLS_OUT, "-m", count, "-timer_resol", 1,
               "-d", 0, users=rows)
    try:
        run.wait(600)
        expect(run.succeeded() == count, f"{run.succeeded()} of {count} calls out: {run.wrong()}")
        return load.told("out", count)
    finally:
        run.kill()


def left(town):
    """Of calls: nothing, when all are over."""
    channels = {channel["channel"]: channel["state"] for channel in town.cli("trunks")["trunks"][0]["channels"] if channel["state"] != "idle"}
    return {**channels, **{f"line {line}": state for line, state in town.lines_busy().items()}}


def expect_nothing_left(town):
    deadline = time.monotonic() + 20
    while found := left(town):
        expect(time.monotonic() < deadline, f"calls are over, and there is left: {found}")
        time.sleep(0.1)


def measure(town, folder, peer, count, runs):
    for phones in (town.callers, town.called):
        expect(not (wrong := register(folder, town.server, phones).wrong()), wrong)
    found = {"in": [], "out": []}
    answering = Sipp(folder, "called", town.called, town.server, "-timer_resol", 1)
    try:
        for _ in range(runs):
            found["in"].append(calls_in(town, peer, Load(town), count))
            expect_nothing_left(town)
            found["out"].append(calls_out(town, folder, Load(town), count))
            expect_nothing_left(town)
    finally:
        answering.kill()
    for way, rates in found.items():
        print(f"{way}: median {statistics.median(rates):.0f} calls a second of the board's clock (50 wanted)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", default="build/release")
    parser.add_argument("--calls", type=int, default=1000, help="of a run, each way")
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    binaries = pathlib.Path(args.bin).resolve() / "bin"
    with tempfile.TemporaryDirectory(prefix="switchroom-bench-") as folder:
        town = Town(binaries, folder, PHONES, PORT, TRUNK)
        socket = town.dir / "span.sock"
        town.board_options = ["--lines", "0", "--span", f"1={socket}", "--far-end-lead-ms", LEAD_MS]
        with looked_after(town):
            town.start()
            peer = Peer(binaries, "--network", "--span", socket)
            try:
                peer.do("reflexes", answer=True)
                wait_until("the trunk is in service", lambda: town.cli("trunks")["trunks"][0].get("inService"), 60)
                measure(town, pathlib.Path(folder, "sipp"), peer, args.calls, args.runs)
            finally:
                peer.stop()


if __name__ == "__main__":
    main()
