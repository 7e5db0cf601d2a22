# SPDX-License-Identifier: MIT
"""A gateway and an exchange of an independent libpri, joined by an E1 whose bits cross the Verilated span: calls out and in, speech
both ways, causes, a cable that is pulled; what the D channel said is read by tshark.

usage: trunk_test.py BINARIES
"""
import collections
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[2] / "scripts"), str(pathlib.Path(__file__).resolve().parent)]
from isdn_peer import Peer, from_a_law, to_a_law  # noqa: E402
from phone_sounds import judge  # noqa: E402
from gateways import Gateway, Loopback, configure, expect, hang_up, looked_after, wait_until  # noqa: E402
from real_time import PATIENT, undisturbed  # noqa: E402

SPEECH = pathlib.Path("/usr/share/asterisk/sounds/en_US_f_Allison")
FROM_LINE, FROM_OUTSIDE = SPEECH / "vm-intro.wav", SPEECH / "vm-options.wav"
SPEECH_S = 7
SETUP, CONNECT, RELEASE_COMPLETE, DISCONNECT = 0x05, 0x07, 0x5A, 0x45  # Q.931, table 4-2
TRUNK = """
[[trunk]]
name = "city"
kind = "pri-network"
span = 1
number = "3120555"
called_digits = 3
[[line_group]]
name = "outside"
trunks = ["city"]
[isdn]
capture = "d-channel.pcap"
"""


def trunk(gateway):
    return gateway.cli("trunks")["trunks"][0]


def state(gateway, line):
    return gateway.line(line)["state"]


def speech_both_ways(gateway, peer, call):
    """First the line says its file, then the exchange: the hybrid's echo of one is not judged as the other."""
    said, heard = gateway.dir / "said.alaw", gateway.dir / "line-heard.wav"
    peer.do("record", id=call, path=str(said))
    time.sleep(0.2)
    gateway.phone(1, "play", FROM_LINE)
    gateway.phone(1, "wait", "played", "--timeout", 20)
    time.sleep(0.3)
    peer.do("record", id=call, path="")
    gateway.phone(1, "record", heard)
    peer.do("play", id=call, path=str(to_a_law(FROM_OUTSIDE, gateway.dir / "outside.alaw")))
    time.sleep(SPEECH_S)
    gateway.phone(1, "record", "")
    time.sleep(0.2)
    judge(gateway, 1.0, f"{call}, at the exchange", FROM_LINE, from_a_law(said, gateway.dir / "said.wav"))
    judge(gateway, 1.0, f"{call}, at the line", FROM_OUTSIDE, heard, least=0.4)  # only SPEECH_S of it are recorded


def call_out(gateway, peer):
    gateway.phone(1, "off-hook")
    gateway.phone(1, "dial", "0123456")
    ring = peer.wait("ring")
    expect((ring["to"], ring["from"], ring["channel"]) == ("123456", "3120555201", 1), f"the exchange was asked for {ring}")
    peer.do("ring", id="in1")
    wait_until("line 1 hears ringback", lambda: state(gateway, 1) == "hears ringback")
    peer.do("answer", id="in1")
    wait_until("line 1 is in a call", lambda: state(gateway, 1) == "in call")
    speech_both_ways(gateway, peer, "in1")
    busy = [one for one in trunk(gateway)["channels"] if one["state"] != "idle"]
    expect([(one["channel"], one["to"]) for one in busy] == [(1, "123456")], f"channels in use: {busy}")
    hang_up((gateway, 1))
    expect(peer.wait("disconnected", id="in1")["cause"] == 16, "the exchange was not told that all is well")


def busy_outside(gateway, peer):
    gateway.phone(1, "off-hook")
    gateway.phone(1, "dial", "0777")
    call = peer.wait("ring")["id"]
    peer.do("proceed", id=call)
    peer.do("hangup", id=call, cause=17)
    wait_until("line 1 hears that it is busy", lambda: state(gateway, 1) == "hears tone")
    hang_up((gateway, 1))
    peer.wait("over", id=call)


def call_in(gateway, peer):
    peer.do("call", id="a", to="3120555201", **{"from": "30123"}, channel=5)
    peer.wait("rings", id="a")
    gateway.phone(1, "wait", "ringing", "--timeout", 10)
    gateway.phone(1, "off-hook")
    peer.wait("answered", id="a")
    speech_both_ways(gateway, peer, "a")
    peer.do("hangup", id="a", cause=16)
    wait_until("line 1 hears that it is over", lambda: state(gateway, 1) == "hears tone")
    hang_up((gateway, 1))
    peer.do("call", id="b", to="3120555299", **{"from": "30123"}, channel=6)
    ended = peer.wait("disconnected", id="b")
    expect(ended["cause"] == 1, f"a number that nobody has: cause {ended['cause']}")


def messages(capture):
    """How often tshark found each message of Q.931."""
    read = subprocess.run(["tshark", "-r", capture, "-Y", "q931", "-T", "fields", "-e", "q931.message_type"],
                          capture_output=True, text=True, check=True)
    return collections.Counter(int(word, 0) for word in read.stdout.split())


def main(binaries, run):
    gateway = Gateway("amsterdam", binaries, run)
    configure({"amsterdam": gateway}, run, Loopback(), **PATIENT)
    socket = gateway.dir / "span.sock"
    gateway.board_options += ["--span", f"1={socket}"]
    with open(gateway.dir / "switchroomd.toml", "a") as file:
        file.write(TRUNK)
    with looked_after(gateway):
        gateway.start()
        wait_until("the board is up", lambda: gateway.cli("status", check=False).get("boardUp"))
        gateway.cli("user", "add", "201", "--name", "Ada", "--base-line", 1)
        expect(trunk(gateway).get("carrier"), "a span with nobody at its far end is in order")
        peer = Peer(binaries, "--span", socket)
        try:
            wait_until("the trunk is in service", lambda: trunk(gateway).get("inService"), 30)
            expect(not trunk(gateway).get("carrier"), f"the span has {trunk(gateway).get('carrier')}")
            call_out(gateway, peer)
            busy_outside(gateway, peer)
            call_in(gateway, peer)
            counted = trunk(gateway)
            for what in ("codeViolations", "crcErrors", "slips"):
                print(f"{what}: {counted.get(what, 0)}", flush=True)
            expect(not counted.get("slips"), f"slips: {counted['slips']}")
        finally:
            peer.stop()
        wait_until("the span has lost its signal", lambda: trunk(gateway).get("carrier"), 20)
        expect(any(alarm["id"] == "span-1" for alarm in gateway.cli("alarms")["alarms"] if alarm.get("standing")), "no alarm")
        again = Peer(binaries, "--span", socket)
        try:
            wait_until("the trunk is in service again", lambda: trunk(gateway).get("inService"), 120)
            again.do("call", id="c", to="3120555201", channel=7)
            again.wait("rings", id="c")
            again.do("hangup", id="c", cause=16)
            again.wait("over", id="c")
            wait_until("no channel is stuck", lambda: all(c["state"] == "idle" for c in trunk(gateway)["channels"]))
        finally:
            again.stop()
    found = messages(gateway.dir / "d-channel.pcap")
    print("tshark:", {hex(kind): count for kind, count in sorted(found.items())}, flush=True)
    expect(found[SETUP] >= 5 and found[CONNECT] >= 2 and found[DISCONNECT] >= 3 and found[RELEASE_COMPLETE] >= 3,
           f"tshark read {found}")


def once():
    with tempfile.TemporaryDirectory() as folder:
        main(pathlib.Path(sys.argv[1]), pathlib.Path(folder))


if __name__ == "__main__":
    undisturbed("calls by an E1", once)
