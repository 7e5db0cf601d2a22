#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How many IP phones and their calls a gateway carries: real SIPps against the real gateway, its edge and its simulated
board, and against Kamailio in the same run, on the same computer. Wanted: 2,000 registrations by digest a second, 500
calls set up and cleared a second, 40 KiB an idle call in the edge and in the gateway each.

The computer does the SIPps' work, too, and the simulated board's: what each process took of the processors is told beside
the rate. Limits of sources are as they come: a source that has proved itself may have 200 requests unproved.

usage: tests/bench/sip_load.py [--bin build/release] [--runs 3] [--only registrations|calls|memory] [--json]
"""
import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "system"), str(pathlib.Path(__file__).resolve().parent)]
from gateways import wait_until  # noqa: E402
from idle_calls import of_the_edge, of_the_gateway  # noqa: E402
from ip_town import HOST_SLOTS, Town, processor_s  # noqa: E402
from kamailio_peer import Kamailio  # noqa: E402
from sipp import Sipp, register  # noqa: E402

PAIRS, PORT, PEER_PORT = 400, 5774, 5764
UNPROVED = 100  # at once: half of what one source may
CALLS_AT_ONCE = HOST_SLOTS // 2 - 2


class Under:
    """What is measured: an address, and processes by name."""

    def __init__(self, name, server, processes):
        self.name, self.server, self.processes = name, server, processes

    def spent(self):
        return {name: sum(map(processor_s, pids())) for name, pids in self.processes.items()}


def measured(under, folder, scenario, phones, count, at_once, users, **more):
    """{rate, µs of processor each by process, wrong}; SIPp begins another as soon as one is over."""
    before, began = under.spent(), time.monotonic()
    run = Sipp(folder, scenario, phones, under.server, "-r", 20000, "-rp", 1000, "-l", at_once, "-m", count, "-timer_resol", 1,
               users=users, **more)
    try:
        run.wait(600)
        took = time.monotonic() - began
        spent = {name: (after - before[name]) / count * 1e6 for name, after in under.spent().items()}
        seen = run.figures()
        return {"perSecond": run.succeeded() / took, "failed": int(seen.get("FailedCall(C)") or 0),
                "repeated": int(seen.get("Retransmissions(C)") or 0), "microseconds": spent, "load": os.getloadavg()[0]}
    finally:
        run.kill()


def with_our_share(town):
    """Its programs have a session each, which the scheduler gives a share of its own: as much as this one has."""
    try:
        nice = pathlib.Path("/proc/self/autogroup").read_text().split()[-1]
        for process in town.processes:
            pathlib.Path(f"/proc/{process.pid}/autogroup").write_text(nice)
    except OSError:
        pass  # a kernel without such shares, or nobody who may


def registrations(under, folder, town, count):
    return measured(under, folder, "register", town.callers, count, UNPROVED, town.callers.known(), replaced={"STATUS": "200"})


def calls(under, folder, town, count):
    answering = Sipp(folder, "called", town.called, under.server, "-timer_resol", 1)
    try:
        made = measured(under, folder, "caller", town.callers, count, CALLS_AT_ONCE, town.callers.calls_to(town.called))
        answering.end()
        return made
    finally:
        answering.kill()


def tell(what, name, runs):
    best = max(runs, key=lambda one: one["perSecond"])
    median = statistics.median(one["perSecond"] for one in runs)
    least = {process: min(one["microseconds"][process] for one in runs) for process in best["microseconds"]}
    print(f"{what + ', ' + name:<38}{best['perSecond']:8.0f} a second at best, median {median:6.0f}   "
          f"{sum(one['failed'] for one in runs)} failed, {sum(one['repeated'] for one in runs)} repeated   µs of processor each, least: "
          + ", ".join(f"{process} {spent:.0f}" for process, spent in least.items())
          + f"   load {min(one['load'] for one in runs):.1f}–{max(one['load'] for one in runs):.1f}", flush=True)
    return {"best": best["perSecond"], "median": median, "leastMicroseconds": least, "runs": runs}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", default="build/release")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--registrations", type=int, default=10000, help="of a run")
    parser.add_argument("--calls", type=int, default=3000, help="of a run")
    parser.add_argument("--only", choices=["registrations", "calls", "memory"])
    parser.add_argument("--json", action="store_true", help="the figures as JSON, on the last line")
    args = parser.parse_args()
    binaries = pathlib.Path(args.bin).resolve() / "bin"
    found = {}
    with tempfile.TemporaryDirectory(prefix="switchroom-bench-") as folder:
        runs = pathlib.Path(folder, "sipp")
        town = Town(binaries, folder, PAIRS, PORT)
        peer = Kamailio(pathlib.Path(folder, "kamailio"), PEER_PORT)
        try:
            town.start()
            with_our_share(town)
            ours = Under("switchroom", town.server, {"sip-edge": lambda: [town.edge], "switchroomd": lambda: [town.daemon],
                                                     "board": lambda: [town.processes[0].pid]})
            theirs = Under("kamailio", f"127.0.0.1:{PEER_PORT}", {"kamailio": peer.pids})
            for under in (ours, theirs):
                for phones in (town.callers, town.called):
                    went = register(runs, under.server, phones)
                    if went.wrong():
                        sys.exit(f"{under.name}: {went.wrong()}")
            wait_until("all phones are here", lambda: town.phones_here() == 2 * PAIRS)
            if args.only == "memory" or not args.only:
                found["memory"] = {"gateway": of_the_gateway(town, runs), "edge": of_the_edge(binaries, runs)}
            for what, work, count in (("registrations", registrations, args.registrations), ("calls", calls, args.calls)):
                if args.only in (None, what):
                    seen = {under.name: [] for under in (ours, theirs)}
                    for _ in range(args.runs):  # by turns: what else the computer does meets both
                        for under in (ours, theirs):
                            seen[under.name].append(work(under, runs, town, count))
                    found[what] = {name: tell(what, name, those) for name, those in seen.items()}
        finally:
            town.stop()
            peer.stop()
    if args.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
