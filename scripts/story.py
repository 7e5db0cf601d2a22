#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays the story of the hot desk through real gateways and measures it.

Called by scripts/demo. Everything goes through the product: `switchroom phone` lifts handsets and
presses keys, the fabric hears the digits, and what was said is judged from the recordings.
"""
import argparse
from concurrent.futures import ThreadPoolExecutor
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

from gateways import (LOGIN_CODE, PIDS, SITES, Gateway, StoryBroken, configure, dial, empty_folder, expect, hang_up,
                      is_ready, rings, wait_until, stop, refuse_to_disturb)
from real_time import Sleeper
from wide_area import WideArea

SOUNDS = pathlib.Path("/usr/share/asterisk/sounds/en_US_f_Allison")
TALK_CALLER = SOUNDS / "vm-review.wav"
TALK_CALLED = SOUNDS / "vm-instructions.wav"

LOST_AFTER_MS = 3000  # rule S15
LINK_FAULTS = [f"{side}.{what}" for side in ("board", "host")
               for what in ("check_errors", "sequence_gaps", "malformed")] + [
                   "board.dropped_cells", "board.dropped_events"]
RING_TOLERANCE_MS = 60  # the cadence is timed to 1 ms; the ringer sees bursts of 25 Hz


class Teller:
    """Prints the story as it happens, with the time each step took."""

    def __init__(self):
        self.colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self.started = self.step_started = time.monotonic()
        self.figures = []

    def paint(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.colour else text

    def chapter(self, text):
        print(f"\n{self.paint('1', text)}", flush=True)
        self.step_started = time.monotonic()

    def done(self, text):
        now = time.monotonic()
        print(f"  {self.paint('32', '✓')} {text}  {self.paint('2', f'{now - self.step_started:.1f} s')}",
              flush=True)
        self.step_started = now

    def figure(self, what, value, wanted="", good=True):
        self.figures.append((what, value, wanted, good))

    def table(self):
        widths = [max(len(row[i]) for row in self.figures) for i in range(3)]
        print(f"\n{self.paint('1', 'Measured')}")
        for what, value, wanted, good in self.figures:
            mark = self.paint("32", "✓") if good else self.paint("31", "✗")
            print(f"  {mark} {what:<{widths[0]}}  {value:>{widths[1]}}  {wanted}")
        missed = [row[0] for row in self.figures if not row[3]]
        if missed:
            raise StoryBroken("a figure is outside its limit: " + "; ".join(missed))


def measured(found, who):
    """Figures of a recording."""
    snr, level, gap = found["snrDb"], found["levelDbm0"], found["longestGapMs"]
    return [(f"speech {who}: level", f"{level:.1f} dBm0", "as sent, within 3 dB", abs(found["gainDb"]) <= 3),
            (f"speech {who}: SNR", f"{snr:.1f} dB", "≥ 25 dB", snr >= 25),
            (f"speech {who}: slips", f"{found['slips']}", "0", found["slips"] == 0),
            (f"speech {who}: longest gap", f"{gap:.0f} ms", "≤ 20 ms", gap <= 20)]


def tell(teller, gateways, run, network):
    amsterdam, berlin = gateways["amsterdam"], gateways["berlin"]
    open_gateways(teller, amsterdam, berlin)
    call_at_home(teller, amsterdam)
    log_in(teller, amsterdam, berlin)
    call_across(teller, amsterdam, berlin, run)
    pull_the_cable(teller, amsterdam, berlin, network)
    dial_as_a_visitor(teller, amsterdam, berlin)
    keep_office_hours(teller, amsterdam, berlin)
    lose_the_home(teller, amsterdam, berlin, gateways["copenhagen"])
    come_home(teller, amsterdam, gateways["copenhagen"])
    look_at_gateways(teller, gateways.values(), run)


def open_gateways(teller, amsterdam, berlin):
    gateways = (amsterdam, berlin)
    teller.chapter("Two gateways, a simulated board each")
    for gateway in gateways:
        gateway.start()
    for gateway in gateways:
        wait_until(f"{gateway.name} with its board and its peer", lambda: is_ready(gateway, 1))
    teller.done("both boards discovered, both peers up (CURVE, keys pinned)")
    for gateway in gateways:
        for line, extension in SITES[gateway.name]["lines"].items():
            gateway.cli("user", "add", extension, "--name", f"User {extension}", "--base-line", line)
    amsterdam.cli("user", "set", "204", "--name", "Anna", "--code", LOGIN_CODE)
    amsterdam.cli("user", "set", "202", "--code", LOGIN_CODE)
    wait_until("six users known at both gateways (S1)",
               lambda: all(len(g.cli("users").get("users", [])) == 6 for g in gateways))
    wait_until("all six at their desks, the logins in force (S12)", lambda: all(
        sum(desk.get("inForce", False) for desk in g.cli("desks").get("desks", [])) == 3 for g in gateways))
    teller.done("six users, each known at both gateways")


def call_at_home(teller, amsterdam):
    teller.chapter("204 is at home: a call rings the own desk")
    dial(amsterdam, 1, "204")
    rings(amsterdam, 4)
    teller.done("201 dialled 204; amsterdam line 4 rings")
    hang_up((amsterdam, 1))


def guess_a_code(amsterdam, berlin):
    """Somebody at Berlin's line 1 tries the code of 202; returns for how long 202 is locked."""
    for tries in range(1, 5):
        dial(berlin, 1, "*35*202*1#")
        wait_until("the wrong code is refused", lambda: amsterdam.user("202").get("wrongCodes") == tries, 5)
        hang_up((berlin, 1))
    locked = amsterdam.user("202").get("lockedForS", 0)
    expect(80 < locked <= 90, f"202 is locked for {locked} s, not for 90 (H5)")
    dial(berlin, 1, f"*35*202*{LOGIN_CODE}#")
    wait_until("the right code is refused, too", lambda: berlin.line(1)["state"] == "hears tone", 5)
    expect(berlin.line(1)["user"] == "301" and amsterdam.line(2)["user"] == "202", "202 was logged in (H5)")
    hang_up((berlin, 1))
    return locked


def log_in(teller, amsterdam, berlin):
    teller.chapter("204 goes to Berlin, lifts the analog phone on line 3 and dials *35*204*1234#")
    dial(berlin, 3, f"*35*204*{LOGIN_CODE}#")
    wait_until("204 logged in at berlin line 3", lambda: berlin.line(3).get("user") == "204", 5)
    desk = next(d for d in berlin.cli("desks")["desks"] if d["extension"] == "204")
    expect(desk["roaming"] and desk["home"] == "amsterdam", f"the desk session is odd: {desk}")
    teller.figure("login, last digit to grant", f"{desk['loginMs']:.2f} ms", "≤ 300 ms", desk["loginMs"] <= 300)
    wait_until("amsterdam knows where 204 is",
               lambda: any(u["extension"] == "204" and u.get("gateway") == "berlin"
                           for u in amsterdam.cli("users")["users"]), 5)
    expect(amsterdam.line(4).get("user", "") == "", "amsterdam line 4 still belongs to 204 (H4)")
    teller.done(f"granted by amsterdam in {desk['loginMs']:.2f} ms, epoch {desk['epoch']}")
    hang_up((berlin, 3))


def call_across(teller, amsterdam, berlin, run):
    teller.chapter("201, at amsterdam, dials 204")
    dial(amsterdam, 1, "204")
    rings(berlin, 3)
    call = amsterdam.cli("calls")["calls"][0]
    teller.figure("set-up, last digit to alerting", f"{call['setupMs']:.1f} ms", "≤ 200 ms",
                  call["setupMs"] <= 200)
    expect(not amsterdam.phone(4, "state")["phones"][0].get("ringing"), "the own desk rings too (H4)")
    rung = []

    def two_bursts():
        rung[:] = berlin.phone(3, "state")["phones"][0].get("ringMs", [])
        return len(rung) >= 2
    wait_until("a whole period of the ring cadence", two_bursts, 20)
    on, off = rung[0], rung[1]
    teller.figure("ring cadence at Berlin", f"{on / 1000:.2f} / {off / 1000:.2f} s", "1 / 4 s (DE)",
                  abs(on - 1000) <= RING_TOLERANCE_MS and abs(off - 4000) <= RING_TOLERANCE_MS)
    teller.done("berlin line 3 rings with Germany's cadence; nothing rings at amsterdam")

    berlin.phone(3, "off-hook")
    wait_until("the call is connected", lambda: amsterdam.cli("calls")["calls"][0]["state"] == "in call", 5)
    teller.done("answered")
    time.sleep(0.3)  # let the off-hook click pass
    settled = in_all(streams(amsterdam, berlin), "settled")
    guessing = ThreadPoolExecutor(1).submit(guess_a_code, amsterdam, berlin)
    with Sleeper() as sleeper:
        figures = talk(amsterdam, berlin, run, settled)
    if sleeper.spoils_voice() and not all(good for *_, good in figures):
        teller.done(f"{sleeper.said()} while they spoke, and the simulated boards with it: they say it once more")
        figures = talk(amsterdam, berlin, run, settled)
    teller.figures += figures
    teller.done("recorded speech crossed both fabrics in both directions")
    teller.done("meanwhile somebody at berlin line 1 guessed the code of 202: four refusals, then even of the "
                f"right one: locked for {guessing.result()} s, and so is line 1 (H5)")


def talk(amsterdam, berlin, run, settled_before):
    """One says a sentence, then the other; figures of what was heard, and of the packets meanwhile."""
    heard = {"201": run / "heard-by-201.wav", "204": run / "heard-by-204.wav"}
    before = streams(amsterdam, berlin)
    record_b = berlin.phone(3, "record", heard["204"])
    record_a = amsterdam.phone(1, "record", heard["201"])
    play_a = amsterdam.phone(1, "play", TALK_CALLER)
    amsterdam.phone(1, "wait", "played", "--timeout", 20)
    play_b = berlin.phone(3, "play", TALK_CALLED)
    berlin.phone(3, "wait", "played", "--timeout", 20)
    time.sleep(0.3)
    for gateway, line in ((berlin, 3), (amsterdam, 1)):
        gateway.phone(line, "record", "")
    shutil.copy(TALK_CALLER, run / "said-by-201.wav")
    shutil.copy(TALK_CALLED, run / "said-by-204.wav")
    there = amsterdam.cli("measure", TALK_CALLER, heard["204"])
    back = amsterdam.cli("measure", TALK_CALLED, heard["201"])
    figures = measured(there, "201 → 204") + measured(back, "204 → 201")
    # Both boards are paced by this computer's clock, so recordings can be laid over one another.
    for who, found, play, record in (("201 → 204", there, play_a, record_b), ("204 → 201", back, play_b, record_a)):
        delay = found["delayMs"] - (play["atS"] - record["atS"]) * 1000
        figures.append((f"one-way delay {who}", f"{delay:.1f} ms", "≤ 150 ms (G.114)", 0 < delay <= 150))
    now = streams(amsterdam, berlin)
    expect(all(int(one.get("packetsReceived", 0)) > 1000 for one in now), f"RTP figures of two streams are wanted: {now}")
    lost, slips, settled = (in_all(now, name) - in_all(before, name) for name in ("packetsLost", "slips", "settled"))
    figures.append(("RTP packets lost, slips", f"{lost}, {slips}", "0, 0", lost == 0 and slips == 0))
    settled += settled_before
    figures.append(("RTP packets to settle the delay", f"{settled}", "≤ 4", settled <= 4))
    return figures


def streams(amsterdam, berlin):
    """What both gateways have counted of the call's voice until now."""
    media = [figures for g in (amsterdam, berlin) for c in g.cli("calls")["calls"] for figures in c.get("media", [])]
    expect(len(media) == 2, f"RTP figures of two streams are wanted: {media}")
    return media


def in_all(media, name):
    return sum(int(figures.get(name, 0)) for figures in media)


def pull_the_cable(teller, amsterdam, berlin, network):
    teller.chapter("Berlin's cable is pulled in the middle of the call")
    pulled = time.monotonic()
    network.pull("berlin")
    wait_until("both ends have released the call", lambda: not any(
        g.cli("calls").get("calls") for g in (amsterdam, berlin)), 8)
    took = (time.monotonic() - pulled) * 1000
    teller.figure("cable pulled, call released after", f"{took:.0f} ms", "≤ 3.5 s (S15)",
                  took <= LOST_AFTER_MS + 500)
    alarm = next(a for a in amsterdam.cli("alarms")["alarms"] if a["id"] == "peer-lost-berlin")
    expect(alarm.get("remedy"), "an alarm without a remedy")
    expect(berlin.line(3)["user"] == "204", "204 was logged out by the cut (S11)")
    hang_up((amsterdam, 1), (berlin, 3))
    dial(berlin, 3, "301")
    rings(berlin, 1)
    hang_up((berlin, 3))
    teller.done("both ends know and say so; 204 stays logged in, and calls inside Berlin go on (S11)")
    network.plug("berlin")
    wait_until("both are peers again", lambda: amsterdam.peers_up() == berlin.peers_up() == 1)
    dial(amsterdam, 1, "204")
    rings(berlin, 3)
    teller.done("the cable is in again; 201 dialled 204, and berlin line 3 rings")
    hang_up((amsterdam, 1))


def dial_as_a_visitor(teller, amsterdam, berlin):
    teller.chapter("204 dials a local number of Berlin: 11, its reception")
    dial(berlin, 3, "11")
    rings(berlin, 2)
    expect(not amsterdam.phone(2, "state")["phones"][0].get("ringing"), "Amsterdam's reception rings")
    teller.done("berlin line 2 rings: the visited gateway's dial plan (S3)")
    hang_up((berlin, 3))

    teller.chapter("204 breaks out to Amsterdam: *80*20#, then 11")
    dial(berlin, 3, "*80*20#")
    wait_until("dial tone from Amsterdam", lambda: berlin.phone(3, "state")["phones"][0]["levelDbm0"] > -30, 5)
    berlin.phone(3, "dial", "11")
    rings(amsterdam, 2)
    teller.done("amsterdam line 2 rings: dialled as if at Amsterdam (S8)")
    hang_up((berlin, 3))


def keep_office_hours(teller, amsterdam, berlin):
    def inert():
        return {r["setting"]: r["why"] for r in berlin.cli("desks", "report", "204").get("remarks", [])
                if r["effect"] == "inert"}

    teller.chapter("204 has calls go to 302 while the time profile \"office\" is active: at Amsterdam never, at Berlin now")
    amsterdam.cli("user", "set", "204", "--forward", "302", "--forward-on", "on", "--time-profile", "office",
                  "--forward-when", "active")
    dial(amsterdam, 1, "204")
    rings(berlin, 2)
    expect("time_profile" not in inert(), "Berlin's own time profile of that name is not used (S2)")
    hang_up((amsterdam, 1))
    teller.done("201 dialled 204; berlin line 2 rings: the name has travelled, the hours are Berlin's (S2)")
    amsterdam.cli("user", "set", "204", "--time-profile", "workshop")
    wait_until("the report of 204 at Berlin", lambda: "time_profile" in inert(), 5)
    teller.done(f"with a profile that Berlin does not have, the roaming report says: {inert()['time_profile']} (S9)")
    amsterdam.cli("user", "set", "204", "--forward-on", "off", "--time-profile", "")


def lose_the_home(teller, amsterdam, berlin, copenhagen):
    teller.chapter("Copenhagen opens; then the power of Amsterdam, 204's home, goes")
    copenhagen.start()
    wait_until("copenhagen with its board and two peers", lambda: is_ready(copenhagen, 2))
    wait_until("the copies of amsterdam's users at both its backups (S12)", lambda: all(
        peer.get("isBackup") and not peer.get("copiesDue") for peer in amsterdam.cli("peers")["peers"]))
    amsterdam.kill()
    wait_until("both have lost amsterdam", lambda: berlin.peers_up() == copenhagen.peers_up() == 1)
    expect(berlin.line(3)["user"] == "204", "204 was logged out with its home (S11)")
    dial(copenhagen, 1, f"*35*204*{LOGIN_CODE}#")
    wait_until("204 logged in at copenhagen line 1", lambda: copenhagen.line(1).get("user") == "204", 5)
    wait_until("berlin line 3 back with its base user (H6)", lambda: berlin.line(3).get("user") == "303", 5)
    hang_up((copenhagen, 1))
    desk = next(d for d in copenhagen.cli("desks")["desks"] if d["extension"] == "204")
    dial(berlin, 2, "204")
    rings(copenhagen, 1)
    hang_up((berlin, 2))
    teller.figure("login granted by a backup", f"{desk['loginMs']:.2f} ms", "≤ 300 ms", desk["loginMs"] <= 300)
    teller.done(f"204 is at copenhagen, epoch {desk['epoch']}, and is called there: "
                "Berlin keeps a sealed copy of 204 and has granted it (S12)")
    amsterdam.start()
    wait_until("amsterdam is back and knows where 204 is", lambda: is_ready(amsterdam, 2)
               and amsterdam.user("204").get("gateway") == "copenhagen")
    teller.done("amsterdam is back, and has learnt where its user is (S13)")


def come_home(teller, amsterdam, copenhagen):
    teller.chapter("204 logs out: *36")
    dial(copenhagen, 1, "*36")
    wait_until("nobody is at copenhagen line 1 (H6)", lambda: not copenhagen.line(1).get("user"), 5)
    wait_until("204 back at the own desk (H6)", lambda: amsterdam.line(4).get("user") == "204", 5)
    hang_up((copenhagen, 1))
    dial(amsterdam, 1, "204")
    rings(amsterdam, 4)
    teller.done("201 dialled 204; amsterdam line 4 rings again")
    hang_up((amsterdam, 1))


def look_at_gateways(teller, gateways, run):
    for gateway in gateways:
        factor = gateway.phone(1, "state")["realTimeFactor"]
        teller.figure(f"fabric of {gateway.name}, real-time factor", f"{factor:.2f}", "≥ 1", factor >= 1)
    faults = 0
    for gateway in gateways:
        counters = {c["name"]: int(c.get("value", 0)) for c in gateway.cli("board")["counters"]}
        faults += sum(counters[name] for name in LINK_FAULTS)
    standing = [alarm["title"] for gateway in gateways for alarm in gateway.cli("alarms").get("alarms", [])
                if alarm.get("standing") and alarm["id"] == "sip-edge"]
    expect(not standing, f"an alarm stands: {standing}")
    teller.figure("link frames damaged, missing, dropped", str(faults), "0", faults == 0)
    for gateway in gateways:
        gateway.cli("ladder", "--last", 400, "--svg", run / f"ladder-{gateway.name}.svg")


def main():
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__.splitlines()[0])
    parser.add_argument("--bin", default="build/release", help="folder that holds the built programs")
    parser.add_argument("--run", default="run", help="folder for sockets, logs and recordings")
    parser.add_argument("--keep", action="store_true", help="leave the gateways up")
    parser.add_argument("--stop", action="store_true", help="stop the gateways that were left up")
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)  # what was given, and no more
    args = parser.parse_args()
    if args.check:
        return
    build, run = pathlib.Path(args.bin).resolve(), pathlib.Path(args.run).resolve()
    binaries = build / "bin"
    if args.stop:
        return stop(run)
    for speech in (TALK_CALLER, TALK_CALLED):
        if not speech.exists():
            sys.exit(f"scripts/demo: {speech} is missing; run scripts/setup")
    refuse_to_disturb(run)
    empty_folder(run, "scripts/demo")
    for ends in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ends, lambda *_: sys.exit("scripts/demo: told to end"))
    network = WideArea(SITES, run)
    (run / PIDS).write_text(f"{network.process.pid}\n")
    gateways = {name: Gateway(name, binaries, run) for name in SITES}
    teller = Teller()
    kept = False
    try:
        configure(gateways, run, network)
        tell(teller, gateways, run, network)
        teller.table()
        print(f"\nThe story held, in {time.monotonic() - teller.started:.0f} s. Left to look at:")
        for left in sorted(run.glob("*.wav")) + sorted(run.glob("*.svg")):
            print(f"  {left}")
        print(f"Figures of a recording: {binaries}/switchroom measure {run}/said-by-201.wav {run}/heard-by-204.wav")
        if args.keep:
            kept = True
            sr = f"{binaries}/switchroom --run {run} -g berlin"
            print(f"\nThe gateways are up. For example:\n"
                  f"  {sr} status\n"
                  f"  {sr} phone 3 off-hook && {sr} phone 3 dial 11\n"
                  f"Stop them with: scripts/demo --stop")
    except KeyboardInterrupt:
        sys.exit("\nscripts/demo: interrupted")
    except (StoryBroken, subprocess.TimeoutExpired, KeyError, StopIteration) as broken:
        print(f"\nscripts/demo: the story broke: {type(broken).__name__}: {broken}", file=sys.stderr)
        for gateway in gateways.values():
            gateway.tail()
        sys.exit(1)
    finally:
        if not kept:
            for gateway in gateways.values():
                gateway.stop()
            network.stop()


if __name__ == "__main__":
    main()
