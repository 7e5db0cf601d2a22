#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How long a log in across the network takes, from the last digit (or the operator's word) to the
grant: two real daemons over CURVE on loopback, each with its board and its database.

usage: tests/bench/login_bench.py [--bin build/release] [--dialled N] [--asked N]
"""
import argparse
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
from gateways import Gateway, LOGIN_CODE, Loopback, configure, dial, hang_up, wait_until  # noqa: E402


def report(what, took):
    took.sort()
    at = lambda share: took[min(len(took) - 1, int(share * len(took)))]
    print(f"{what:<28} {len(took):4} logins   p50 {at(0.5):6.2f} ms   p99 {at(0.99):6.2f} ms   "
          f"worst {took[-1]:6.2f} ms   (wanted p99 ≤ 20 ms)")


def login_ms(berlin, line):
    found = []

    def granted():
        found[:] = [d["loginMs"] for d in berlin.cli("desks")["desks"]
                    if d["extension"] == "204" and d["line"] == line]
        return bool(found)
    wait_until(f"204 logged in at berlin line {line}", granted, 5)
    return found[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", default="build/release")
    parser.add_argument("--dialled", type=int, default=20, help="dialled in DTMF at a phone")
    parser.add_argument("--asked", type=int, default=200, help="asked for by the operator")
    args = parser.parse_args()
    binaries = pathlib.Path(args.bin).resolve() / "bin"
    with tempfile.TemporaryDirectory(prefix="switchroom-bench-") as folder:
        run = pathlib.Path(folder)
        gateways = {name: Gateway(name, binaries, run) for name in ("amsterdam", "berlin")}
        amsterdam, berlin = gateways["amsterdam"], gateways["berlin"]
        try:
            configure(gateways, run, Loopback())
            for gateway in gateways.values():
                gateway.start()
            for gateway in gateways.values():
                wait_until(f"{gateway.name} with board and peer",
                           lambda: (s := gateway.cli("status", check=False)).get("boardUp")
                           and s.get("peersUp") == 1)
            amsterdam.cli("user", "add", "204", "--name", "Anna", "--code", LOGIN_CODE)
            wait_until("204 known at berlin", lambda: berlin.cli("users").get("users"))
            took = []
            for n in range(args.asked):
                line = 3 + n % 2
                berlin.cli("login", line, "204")
                took.append(login_ms(berlin, line))
            report("asked for by the operator", took)
            took = []
            for n in range(args.dialled):
                line = 3 + n % 2
                dial(berlin, line, f"*35*204*{LOGIN_CODE}#")
                took.append(login_ms(berlin, line))
                hang_up((berlin, line))
            report("dialled in DTMF", took)
        finally:
            for gateway in gateways.values():
                gateway.stop()


if __name__ == "__main__":
    main()
