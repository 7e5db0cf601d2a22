# SPDX-License-Identifier: MIT
"""A digital station of an independent libpri at a basic access of Berlin's Verilated board: user 204 of Amsterdam logs in there and
reads so on its display, is called by name from Amsterdam, calls back digit by digit, holds, has two calls, dials by the own button, from the
directory and from the call log, all read on the display there, and logs out by a button; speech both ways.

usage: station_test.py BINARIES
"""
import array
import cmath
import pathlib
import sys
import tempfile
import time
import wave

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[2] / "scripts"), str(pathlib.Path(__file__).resolve().parent)]
from isdn_peer import Peer, from_a_law, to_a_law  # noqa: E402
from phone_sounds import judge  # noqa: E402
from gateways import LOGIN_CODE, Gateway, Loopback, configure, expect, hang_up, looked_after, wait_until  # noqa: E402
from real_time import PATIENT, hear, undisturbed  # noqa: E402

SPEECH = pathlib.Path("/usr/share/asterisk/sounds/en_US_f_Allison")
FROM_LINE, FROM_STATION = SPEECH / "vm-intro.wav", SPEECH / "vm-options.wav"
SPEECH_S = 7
DESK = 40  # line of berlin
ROAMER = "204"


def state(gateway, line):
    return gateway.line(line)["state"]


def display_says(station, words):
    """Texts come in several messages."""
    shown = station.wait("display")["text"]
    while words not in shown:
        shown = station.wait("display", 5)["text"]
    print(f"display: {shown}", flush=True)


def log_in(berlin, station):
    station.do("call", id="login", to=f"*35*{ROAMER}*{LOGIN_CODE}#")
    display_says(station, ROAMER)
    station.wait("disconnected", id="login")
    wait_until("204 sits at the station", lambda: berlin.line(DESK).get("user") == "204")
    station.do("call", id="wrong", to="*35*201*9999#")
    display_says(station, "code")
    expect(station.wait("disconnected", id="wrong")["cause"] == 21, "a wrong code was not refused")


def speech_both_ways(amsterdam, station, call):
    said, heard = amsterdam.dir / "said.alaw", amsterdam.dir / "line-heard.wav"
    station.do("record", id=call, path=str(said))
    time.sleep(0.2)
    amsterdam.phone(1, "play", FROM_LINE)
    amsterdam.phone(1, "wait", "played", "--timeout", 20)
    time.sleep(0.5)
    station.do("record", id=call, path="")
    amsterdam.phone(1, "record", heard)
    station.do("play", id=call, path=str(to_a_law(FROM_STATION, amsterdam.dir / "station.alaw")))
    time.sleep(SPEECH_S + 0.5)
    amsterdam.phone(1, "record", "")
    time.sleep(0.2)
    judge(amsterdam, 1.0, f"{call}, at the station", FROM_LINE, from_a_law(said, amsterdam.dir / "said.wav"))
    judge(amsterdam, 1.0, f"{call}, at the line", FROM_STATION, heard, least=0.4)  # only SPEECH_S of it are recorded


def is_called(amsterdam, station):
    amsterdam.phone(1, "off-hook")
    amsterdam.phone(1, "dial", "204")
    ring = station.wait("ring")
    expect((ring["from"], ring["name"]) == ("201", "Ada"), f"the station was rung with {ring}")
    station.do("ring", id=ring["id"])
    station.do("answer", id=ring["id"])
    wait_until("line 1 is in a call", lambda: state(amsterdam, 1) == "in call")
    speech_both_ways(amsterdam, station, ring["id"])
    hang_up((amsterdam, 1))
    station.wait("over", id=ring["id"])


def calls_digit_by_digit(amsterdam, station):
    station.do("call", id="out", to="", complete=False)
    station.wait("wants_digits", id="out")
    for digit in "201":
        station.do("digits", id="out", digits=digit)
    station.wait("rings", id="out")
    amsterdam.phone(1, "wait", "ringing", "--timeout", 10)
    amsterdam.phone(1, "off-hook")
    station.wait("answered", id="out")
    station.do("hold", id="out")
    station.wait("held", id="out")
    station.do("retrieve", id="out")
    station.wait("retrieved", id="out")
    station.do("hangup", id="out", cause=16)
    wait_until("line 1 hears that it is over", lambda: state(amsterdam, 1) == "hears tone")
    hang_up((amsterdam, 1))


def reads(station, words, lamps=None):
    """Until the display has the words, and those lamps are lit."""
    deadline = time.monotonic() + 10
    looks = next((one for one in reversed(station.seen) if one["event"] == "looks"), {"lines": [], "lamps": None})
    while words not in "".join(looks["lines"]) or lamps not in (None, looks["lamps"]):
        looks = station.wait("looks", deadline - time.monotonic())
    print(f"display: {looks['lines']}, lamps {looks['lamps']}", flush=True)


def lifts_and_talks(amsterdam, station):
    station.do("lift")
    amsterdam.phone(1, "wait", "ringing", "--timeout", 10)
    reads(station, "", {"1": "flashes"})
    amsterdam.phone(1, "off-hook")
    station.wait("answered", id="handset")
    wait_until("line 1 is in a call", lambda: state(amsterdam, 1) == "in call")
    reads(station, "", {"1": "on"})
    station.do("hang_up")
    station.wait("over", id="handset")
    hang_up((amsterdam, 1))
    reads(station, "204 Eva", {})


def reads_and_dials(amsterdam, berlin, station):
    station.do("press", button=1)
    reads(station, "1/1 201 Ada")
    lifts_and_talks(amsterdam, station)
    station.do("press", button=2)
    reads(station, "1/3 202 Ben")
    station.do("press", keys="9")  # w x y z
    reads(station, "3/3 201 Work")
    lifts_and_talks(amsterdam, station)
    station.do("press", button=3)
    reads(station, "1/7 made")
    station.do("press", keys="*")
    reads(station, "7/7 answered")
    lifts_and_talks(amsterdam, station)
    station.do("press", button=4)
    reads(station, "Nobody is logged in")
    wait_until("204 is back at the own line", lambda: amsterdam.line(4).get("user") == "204")
    station.do("press", button=1)
    reads(station, "there is nothing on the buttons")


def two_calls(amsterdam, berlin, station):
    """One on hold while the other speaks, by B channels that the station asks for; then one that waits."""
    station.do("call", id="one", to="201")
    amsterdam.phone(1, "wait", "ringing", "--timeout", 10)
    amsterdam.phone(1, "off-hook")
    used = station.wait("answered", id="one")["channel"]
    station.do("hold", id="one")
    station.wait("held", id="one")
    station.do("call", id="two", to="301")
    berlin.phone(1, "wait", "ringing", "--timeout", 10)
    berlin.phone(1, "off-hook")
    station.wait("answered", id="two")
    station.do("hold", id="two")
    station.wait("held", id="two")
    station.do("retrieve", id="one", channel=3 - used)
    got = station.wait("retrieved", id="one")["channel"]
    expect(got == 3 - used, f"the call came back on B channel {got}, not on {3 - used}")
    hears_the_tone_of(station, "one", amsterdam, 1)
    station.do("hangup", id="one", cause=16)  # its channel is not free at once
    station.do("retrieve", id="two", channel=3 - used)
    used = station.wait("retrieved", id="two")["channel"]
    hears_the_tone_of(station, "two", berlin, 1)
    hang_up((amsterdam, 1))
    amsterdam.cli("user", "set", "204", "--call-waiting", "on")
    amsterdam.phone(1, "off-hook")
    amsterdam.phone(1, "dial", "204")
    ring = station.wait("ring")
    expect(ring["channel"] == 3 - used, f"the call that waits is on B channel {ring['channel']}")
    station.do("hold", id="two")
    station.wait("held", id="two")
    station.do("answer", id=ring["id"])
    wait_until("line 1 is in a call", lambda: state(amsterdam, 1) == "in call")
    hears_the_tone_of(station, ring["id"], amsterdam, 1)
    hang_up((amsterdam, 1), (berlin, 1))
    wait_until("the station is free", lambda: state(berlin, DESK) == "idle")


def hears_the_tone_of(station, call, gateway, line):
    """The station says a tone in the B channel of the call; the line's phone hears it."""
    station.do("tone", id=call, hz=1004, dbm0=-10)
    heard = gateway.dir / f"{call}.wav"
    time.sleep(0.5)
    gateway.phone(line, "record", heard)
    time.sleep(1)
    gateway.phone(line, "record", "")
    station.do("tone", id=call, hz=0)
    share = share_of(heard, 1004)
    print(f"{call}: {100 * share:.0f} % of what line {line} of {gateway.name} hears is the tone", flush=True)
    hear(share > 0.5, f"line {line} of {gateway.name} does not hear the station")


def share_of(recording, hz):
    """Of its power, by one bin of a Fourier transform."""
    with wave.open(str(recording)) as read:
        rate, samples = read.getframerate(), array.array("h", read.readframes(read.getnframes()))
    total = sum(one * one for one in samples)
    bin_of_hz = sum(one * cmath.exp(-2j * cmath.pi * hz * n / rate) for n, one in enumerate(samples))
    return 2 * abs(bin_of_hz) ** 2 / len(samples) / total if total else 0.0


def main(binaries, run):
    gateways = {name: Gateway(name, binaries, run) for name in ("amsterdam", "berlin")}
    amsterdam, berlin = gateways["amsterdam"], gateways["berlin"]
    configure(gateways, run, Loopback(), **PATIENT)
    socket = berlin.dir / "station.sock"
    berlin.board_options += ["--station", f"1={socket}"]
    with open(berlin.dir / "switchroomd.toml", "a") as file:
        file.write(f'\n[[line]]\nnumber = {DESK}\nstation = 1\n[isdn]\ncapture = "d-channel.pcap"\n')
    with looked_after(*gateways.values()):
        for gateway in gateways.values():
            gateway.start()
        wait_until("both boards and the network are up",
                   lambda: all(g.cli("status", check=False).get("boardUp") and g.peers_up() == 1 for g in gateways.values()))
        amsterdam.cli("user", "add", "201", "--name", "Ada", "--base-line", 1, "--code", LOGIN_CODE)
        amsterdam.cli("user", "add", "202", "--name", "Ben")
        berlin.cli("user", "add", "301", "--name", "Cem", "--base-line", 1)
        amsterdam.cli("user", "add", "204", "--name", "Eva", "--base-line", 4, "--code", LOGIN_CODE,
                      "--buttons", "1=dial:201,2=directory,3=call_log,4=log_out")
        amsterdam.cli("directory", "personal", "204", "--add", "Work", "201")
        station = Peer(binaries, "--bri", "--span", socket)
        try:
            time.sleep(3)  # layer 1 comes up, and the station gets its TEI with its first call
            log_in(berlin, station)
            is_called(amsterdam, station)
            calls_digit_by_digit(amsterdam, station)
            two_calls(amsterdam, berlin, station)
            reads_and_dials(amsterdam, berlin, station)
        finally:
            station.stop()


def once():
    with tempfile.TemporaryDirectory() as folder:
        main(pathlib.Path(sys.argv[1]), pathlib.Path(folder))


if __name__ == "__main__":
    undisturbed("a hot desk at a digital station", once)
