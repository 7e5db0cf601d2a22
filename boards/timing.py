#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Judges nextpnr's report: does every clock reach what is wanted of it?

usage: boards/timing.py REPORT.json CLOCK_MHZ

Prints a line for each clock and, when one is too slow, its critical path: where each
nanosecond goes, carry chains in one line. Exit: 0 met, 1 not met, 2 the report says nothing
about a clock of CLOCK_MHZ (which must not pass for met).
"""
import json
import re
import sys

TOLERANCE_MHZ = 0.01  # nextpnr rounds periods to picoseconds


def critical_path(report, clock):
    for path in report.get("critical_paths", []):
        if path["from"].endswith(clock) and path["to"].endswith(clock):
            return path["path"]
    return []


def name(cell):
    """A cell's name without what the tools append."""
    return re.sub(r"(_(LUT4|CCU2C|TRELLIS_FF|PFUMX|L6MUX21)|\$|\.\d+\.\d+$).*", "", cell) or cell


def path_lines(path):
    """(ns so far, what) of each step; the steps of a carry chain become one."""
    total, lines = 0.0, []
    for step in path:
        total += step["delay"]
        cell, ports = step["to"]["cell"], (step["from"]["port"], step["to"]["port"])
        what = {"clk-to-q": "starts in", "setup": "ends in", "routing": "wire to"}.get(step["type"], "through")
        if "FCI" in ports or "FCO" in ports:
            what = "carry in"
        line = f"{what} {name(cell)}"
        if lines and lines[-1][1] == line or lines and what == "carry in" == lines[-1][1][:8]:
            lines[-1] = (total, lines[-1][1])
        else:
            lines.append((total, line))
    return lines


def main(report_name, clock_mhz):
    with open(report_name, encoding="utf-8") as file:
        report = json.load(file)
    wanted = float(clock_mhz)
    slow, judged = [], False
    for clock, figures in report.get("fmax", {}).items():
        # A clock with a wish of its own, such as a slower one, is held to that.
        need = figures.get("constraint", wanted)
        judged = judged or need >= wanted - TOLERANCE_MHZ
        met = figures["achieved"] >= need
        print(f"  {clock.removeprefix('$glbnet$')}: {figures['achieved']:.2f} MHz reached, {need:.3f} MHz wanted: "
              f"{'met' if met else 'NOT MET'}")
        if not met:
            slow.append(clock)
    for clock in slow:
        print(f"  critical path of {clock.removeprefix('$glbnet$')}, ns from its start:")
        for total, line in path_lines(critical_path(report, clock)):
            print(f"    {total:6.1f}  {line}")
    if slow:
        return 1
    if not judged:
        print(f"  no clock was held to {wanted:.3f} MHz", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
