# SPDX-License-Identifier: MIT
"""Real SIPps against a real gateway, its edge and its simulated board: phones register by digest and call one another
without rest, with voice and without; more calls than the board has host slots are refused; afterwards nothing is left.
Nothing is timed: what must hold holds on a slow computer, too.

usage: sip_load_test.py BINARIES
"""
import collections
import pathlib
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[2] / "scripts"), str(pathlib.Path(__file__).resolve().parent)]
from gateways import expect, hang_up, looked_after, wait_until as wait_so_long  # noqa: E402
from ip_town import HOST_SLOTS, Town, resident_kib  # noqa: E402
from sipp import Phones, Sipp, register  # noqa: E402

PAIRS, PORT = 96, 5770
AT_ONCE = HOST_SLOTS // 2  # each call has two phones
SPEAK = 6  # calls: SIPp makes a thread of each stream, and this is no test of SIPp's
SHORT_CALLS, SHORT_RATE, SHORT_MS = 500, 50, 200
WRONG = 4  # twice: below what locks a source
# Some KiB that allocators and logs take; what a call leaves behind would be taken SHORT_CALLS times.
TRANSACTIONS_S = 33  # those that are over are kept for 32 s (RFC 3261, 17.2.1 and 17.2.2: 64·T1)
MAY_GROW_KIB = {"sip-edge": 1500, "switchroomd": 2500}
CLEARED, BUSY, NO_SLOT = "16 normal clearing", "17 user busy", "34 no circuit available"


def wait_until(what, condition):
    """Long: other programs may want the computer."""
    wait_so_long(what, condition, 60)


class Load:
    """The town, and the SIPps that are running in it."""

    def __init__(self, town, folder):
        self.town, self.folder, self.running = town, folder, []

    def begin(self, scenario, phones, *options, **more):
        self.running.append(Sipp(self.folder, scenario, phones, self.town.server, *options, **more))
        return self.running[-1]

    def kill(self):
        for run in self.running:
            run.kill()

    def tell(self):
        """What went wrong, of whom."""
        print(*filter(None, (run.wrong() for run in self.running)), self.town.cli("calls", check=False), sep="\n")

    def log(self, after=0):
        return self.town.cli("log", "--after", after).get("entries", [])

    def newest(self):
        return int(self.log()[-1]["number"])

    def causes(self, after):
        """How the calls since then ended: {(from, to, cause): how many}."""
        return collections.Counter((entry["from"], entry["to"], entry["what"].removeprefix("call over: "))
                                   for entry in self.log(after) if entry["what"].startswith("call over: "))

    def talk(self):
        return sum(1 for call in self.town.cli("calls").get("calls", []) if call["state"] == "in call")

    def refused_for_slots(self):
        return next((int(alarm["count"]) for alarm in self.town.cli("alarms")["alarms"] if alarm["id"] == "host-slots"), 0)

    def nothing_left(self, when):
        wait_until(f"all calls over {when}", lambda: self.town.cli("status")["calls"] == 0 and not self.town.lines_busy())
        wait_until(f"host slots free {when}", lambda: self.town.host_slots_connected() == 0)


def went_well(run, count, what):
    expect(not run.wrong(), f"{what}: {run.wrong()}")
    expect(run.succeeded() == count, f"{what}: {run.succeeded()} of {count}")


def registrations(load):
    """Figures count on from those before."""
    town, folder = load.town, load.folder
    counted = lambda: [int(town.cli("phones")[name]) for name in ("registrations", "wrongPasswords", "refused", "malformed")]  # noqa: E731
    before = counted()
    for phones in (town.callers, town.called):
        went_well(register(folder, town.server, phones), PAIRS, "registrations")
    expect(town.phones_here() == 2 * PAIRS, f"{town.phones_here()} phones of {2 * PAIRS} are here")
    guessed = Phones(PORT + 3, town.callers.rows[:WRONG], "127.0.0.29")
    went_well(register(folder, town.server, guessed, password="guessed", status=401), WRONG, "wrong passwords")
    wanted = [was + more for was, more in zip(before, (2 * PAIRS, WRONG, 0, 0))]
    wait_until(f"counted from {before} to {wanted}", lambda: counted() == wanted)
    expect(town.phones_here() == 2 * PAIRS, "who guesses takes no phone's place")


def short_calls(load):
    """One after the other and many at once; what they leave behind, in KiB of memory."""
    town, after = load.town, load.newest()
    answering = load.begin("called", town.called)
    # A third of the phones at most: who is still in a call, a lost packet late, is not taken again.
    calling = load.begin("caller", town.callers, "-r", SHORT_RATE, "-l", AT_ONCE, "-m", SHORT_CALLS, "-d", SHORT_MS,
                         users=town.callers.calls_to(town.called))
    went_well(calling.wait(), SHORT_CALLS, "short calls")
    load.nothing_left("after short calls")
    went_well(answering.end(), SHORT_CALLS, "short calls, called")
    wanted = collections.Counter()
    for n in range(SHORT_CALLS):
        mine, theirs = town.callers.rows[n % PAIRS], town.called.rows[n % PAIRS]
        wanted[f"line {mine[2]}", f"line {theirs[2]}", CLEARED] += 1
    seen = load.causes(after)
    expect(seen == wanted, f"not every call is in the log: too many {seen - wanted}, missing {wanted - seen}")
    return {"sip-edge": resident_kib(town.edge), "switchroomd": resident_kib(town.daemon)}


def own_logs(load):
    """Of a caller and of who was called: rule S7."""
    times = SHORT_CALLS // PAIRS
    for row, kind, other in ((load.town.callers.rows[1], "made", "7001"), (load.town.called.rows[1], "answered", "6001")):
        calls = load.town.cli("directory", "log", row[3])["calls"]
        fits = [call for call in calls if call["kind"] == kind and call["number"] == other]
        expect(len(fits) == len(calls) >= times, f"log of {row[3]}: {calls}")


def too_many(load):
    """All host slots but two are taken, then all but one, then all."""
    town, after, asked_before = load.town, load.newest(), load.refused_for_slots()
    rows, called = town.callers.calls_to(town.called), town.called
    answering = load.begin("called", called)
    lasting = load.begin("caller", town.callers, "-r", 100, "-m", AT_ONCE - 1, users=rows, until_told=True)
    wait_until("calls are up", lambda: load.talk() == AT_ONCE - 1)
    # From other addresses: those are taken while phones talk.
    spare = Phones(PORT + 2, town.callers.rows[AT_ONCE:])
    free, busy = spare.calls_to(Phones(0, called.rows[AT_ONCE:])), spare.calls_to(Phones(0, called.rows[:8]))

    def refused(status, rows_of_users):
        run = load.begin("refused", spare, "-r", 20, "-l", 1, "-m", len(rows_of_users), users=rows_of_users, replaced={"STATUS": str(status)})
        went_well(run.wait(), len(rows_of_users), f"calls refused with {status}")

    refused(486, busy)
    analog = []
    for line, number in ((1, "201"), (2, "202")):
        name, proof, _ = free[-line]
        analog.append(load.begin("caller", Phones(PORT + 3 + line, []), "-m", 1, users=[(name, proof, number)],
                                 until_told=True))
        town.phone(line, "wait", "ringing", "--timeout", 50)
        town.phone(line, "off-hook")
        wait_until("a phone has the next slot", lambda: load.talk() == AT_ONCE - 1 + line)  # noqa: B023
        before = load.refused_for_slots()
        refused(503, free[:5])  # the caller's is the last slot and the called phone has none; or there is none at all
        expect(load.refused_for_slots() - before == 5, "each refusal is counted")
    expect(load.refused_for_slots() - asked_before == 10, "and no other")
    expect(load.talk() == AT_ONCE + 1, "who talks talks on")
    for run in analog:
        went_well(run.hang_up(1), 1, "a call to an analog phone")
    went_well(lasting.hang_up(AT_ONCE - 1), AT_ONCE - 1, "calls that were up")
    hang_up((town, 1), (town, 2))
    load.nothing_left("after too many")
    went_well(answering.end(), AT_ONCE - 1, "calls that were up, called")
    ended = collections.Counter()
    for (_, _, cause), count in load.causes(after).items():
        ended[cause] += count
    # Who has no slot of its own is refused before it calls anybody.
    expect(ended == {CLEARED: AT_ONCE + 1, BUSY: len(busy), NO_SLOT: 5}, f"causes: {ended}")


def voices(load):
    """All host slots at once: each is free again, and some carry voice both ways."""
    town, after, quiet = load.town, load.newest(), AT_ONCE - SPEAK
    rows = town.callers.calls_to(town.called)[:AT_ONCE]
    speakers = Phones(PORT + 6, town.called.rows[quiet:AT_ONCE])
    went_well(register(load.folder, town.server, speakers), SPEAK, "phones that have moved")
    answering = [load.begin("called", town.called), load.begin("called", speakers, "-mp", 32000, speaks=True)]
    calling = [load.begin("caller", town.callers, "-r", 50, "-m", quiet, users=rows[:quiet], until_told=True),
               load.begin("caller", Phones(PORT + 2, []), "-r", 50, "-m", SPEAK, "-mp", 30000, users=rows[quiet:],
                          until_told=True, speaks=True)]
    wait_until("all calls up", lambda: load.talk() == AT_ONCE)

    def heard():
        streams = [one for call in town.cli("calls")["calls"] for one in call["media"]]
        told = [one for one in streams if int(one["packetsReceived"]) > 50]
        return len(told) == 2 * SPEAK and len(streams) == HOST_SLOTS and all(int(one["packetsSent"]) > 50 for one in streams)
    wait_until("who speaks is heard, and all hear", heard)
    for run, count in zip(calling, (quiet, SPEAK)):
        went_well(run.hang_up(count), count, "calls with voice")
    load.nothing_left("after voices")
    for run, count in zip(answering, (quiet, SPEAK)):
        went_well(run.end(), count, "calls with voice, called")
    ended = load.causes(after)
    expect(sum(ended.values()) == AT_ONCE and {cause for _, _, cause in ended} == {CLEARED}, f"causes: {ended}")
    back = Phones(PORT + 1, speakers.rows)
    went_well(register(load.folder, town.server, back), SPEAK, "phones that have moved back")


def run(town, folder):
    town.start()
    load = Load(town, folder)
    edge = town.edge
    try:
        registrations(load)
        before = short_calls(load)
        own_logs(load)
        began = time.monotonic()
        too_many(load)
        voices(load)
        time.sleep(max(0.0, TRANSACTIONS_S - (time.monotonic() - began)))
        registrations(load)  # so that the same has been before
        after = short_calls(load)
        grown = {name: after[name] - before[name] for name in before}
        print(f"memory: {after} KiB, grown by {grown} KiB with {SHORT_CALLS} short calls more, and others")
        expect(all(grown[name] <= MAY_GROW_KIB[name] for name in grown), f"calls leave something behind: {grown} KiB")
        expect(town.edge == edge, "it is the edge that began")
    except Exception:
        load.tell()
        raise
    finally:
        load.kill()


def main():
    with tempfile.TemporaryDirectory(prefix="switchroom-load-") as folder:
        town = Town(sys.argv[1], folder, PAIRS, PORT)
        with looked_after(town):
            run(town, pathlib.Path(folder, "sipp"))


if __name__ == "__main__":
    main()
