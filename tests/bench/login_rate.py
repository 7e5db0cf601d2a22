#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How many log ins real gateways grant: daemons over CURVE on loopback, each with its database and two
backups, asked by operators on their control sockets. Users are at home at all of them and log in everywhere.
Says what each gateway's process took of the processors, too: on a computer with fewer cores than gateways
that is what bounds the rate.

usage: tests/bench/login_rate.py [--bin build/release] [--gateways 4] [--users 10000] [--lines 32] [--seconds 10] [--rate N]
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
from gateways import Boardless, configure_boardless, wait_until  # noqa: E402

FIRST_EXTENSION, FIRST_PORT = 10000, 7300


def processor_s(gateway):
    fields = pathlib.Path(f"/proc/{gateway.processes[0].pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", default="build/release")
    parser.add_argument("--gateways", type=int, default=4)
    parser.add_argument("--users", type=int, default=10000, help="of all gateways together")
    parser.add_argument("--lines", type=int, default=32, help="of each gateway: so many log ins at once")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rate", type=int, default=0, help="log ins a second of all; 0: first as many as go, then half of it")
    args = parser.parse_args()
    binaries = pathlib.Path(args.bin).resolve() / "bin"
    load = str(binaries / "login_load")
    with tempfile.TemporaryDirectory(prefix="switchroom-bench-") as folder:
        run = pathlib.Path(folder)
        gateways = [Boardless(f"gateway-{n}", binaries, run) for n in range(args.gateways)]
        sockets = [str(one.dir / "control.sock") for one in gateways]
        share = args.users // args.gateways
        try:
            configure_boardless({one.name: one for one in gateways}, FIRST_PORT, args.lines)
            for one in gateways:
                one.start()
            for one in gateways:
                wait_until(f"{one.name} with its peers", lambda: one.peers_up() == args.gateways - 1)
            begun = time.monotonic()
            feeders = [subprocess.Popen([load, "provision", socket, str(FIRST_EXTENSION + n * share), str(share)])
                       for n, socket in enumerate(sockets)]
            if any(feeder.wait() for feeder in feeders):
                sys.exit("the users were refused")
            for one in gateways:
                wait_until(f"all users known at {one.name}",
                           lambda: one.cli("status")["usersKnown"] == share * args.gateways, 60)
            print(f"{share * args.gateways} users entered at {args.gateways} gateways and known everywhere in "
                  f"{time.monotonic() - begun:.1f} s", flush=True)

            def measure(rate):
                before = [processor_s(one) for one in gateways]
                outcome = subprocess.run([load, "run", str(args.seconds), str(rate), str(args.lines), str(FIRST_EXTENSION),
                                          str(share * args.gateways), *sockets],
                                         stdout=subprocess.PIPE, text=True, check=True)
                seen = json.loads(outcome.stdout)
                spent = sum(processor_s(one) - was for one, was in zip(gateways, before))
                print(f"{'asked for at ' + str(rate) + ' a second' if rate else 'as many as go':<30}"
                      f"{seen['perSecond']:8.0f} granted a second, {seen['refused']} refused   p50 {seen['p50Ms']:.2f} ms   "
                      f"p99 {seen['p99Ms']:.2f} ms   worst {seen['worstMs']:.1f} ms\n{'':30}"
                      f"{spent / max(1, seen['granted']) * 1e6:8.0f} µs of processor a log in, all {args.gateways} gateways together, "
                      f"{spent / args.seconds:.2f} cores of {os.cpu_count()}", flush=True)
                return seen["perSecond"]
            if args.rate:
                measure(args.rate)
            else:
                measure(int(measure(0) / 2))
        finally:
            for one in gateways:
                one.stop()


if __name__ == "__main__":
    main()
