#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""scripts/bitstream with tools that only pretend: what it makes of their answers.

The pretended nextpnr-ecp5 writes reports in the form of nextpnr 0.7's. PRETEND says for each seed
what the report holds: "MHZ[:CONSTRAINT][!STATUS]", or "none" for no report.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

PRETENDED = {
    "yosys": """
        script = open(after("-s")).read()
        assert "-top ulx3s_top" in script and "$" not in script.replace("t:$mem*", "")
        design = {"modules": {"ulx3s_top": {"cells": {"fabric.a.b": {"type": "LUT4"}, "fabric.a.c": {"type": "TRELLIS_FF"},
                                                      "led": {"type": "LUT4"}}}}}
        json.dump(design, open(script.split("-json ")[1].split()[0], "w"))
        open(after("-l"), "w").write("pretended\\n")
        print("switchroom: reading")
    """,
    "nextpnr-ecp5": """
        seed = int(after("--seed"))
        answer = os.environ["PRETEND"].split()[seed - 1]
        open(after("--log"), "w").write("pretended\\n")
        open(after("--textcfg"), "w").write("seed %d\\n" % seed)
        answer, _, status = answer.partition("!")
        if answer != "none":
            mhz, _, constraint = answer.partition(":")
            clock, wanted = "$glbnet$clk", float(constraint or after("--freq"))
            def step(kind, source, sink, delay):
                return {"type": kind, "delay": delay, "from": {"cell": source, "port": "Q"}, "to": {"cell": sink, "port": "D"}}
            path = [step("clk-to-q", "fabric.slow_q", "fabric.slow_q", 0.5), step("routing", "fabric.slow_q", "fabric.late_q", 15.5)]
            report = {"fmax": {clock: {"achieved": float(mhz), "constraint": wanted}}, "utilization": {},
                      "critical_paths": [{"from": "posedge " + clock, "to": "posedge " + clock, "path": path}]}
            json.dump(report, open(after("--report"), "w"))
        sys.exit(int(status or 0))
    """,
    "ecppack": """
        open(sys.argv[3], "w").write(open(sys.argv[2]).read())
    """,
}


class Bitstream(unittest.TestCase):
    def setUp(self):
        self.room = tempfile.TemporaryDirectory()
        self.addCleanup(self.room.cleanup)
        self.out = pathlib.Path(self.room.name) / "out"
        tools = pathlib.Path(self.room.name) / "tools"
        tools.mkdir()
        head = "#!/usr/bin/env python3\nimport json, os, sys\ndef after(option): return sys.argv[sys.argv.index(option) + 1]\n"
        for name, body in PRETENDED.items():
            (tools / name).write_text(head + textwrap.dedent(body))
            (tools / name).chmod(0o755)
        self.path = f"{tools}:{os.environ['PATH']}"
        self.bit = self.out / "ulx3s.bit"

    def make(self, pretend, *arguments):
        """(exit status, what it said)"""
        done = subprocess.run([ROOT / "scripts/bitstream", "ulx3s", "--out", self.out, *arguments],
                              env={**os.environ, "PATH": self.path, "PRETEND": pretend}, timeout=60, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout

    def refuses(self, pretend, *arguments):
        self.out.mkdir(exist_ok=True)
        self.bit.write_text("of yesterday")
        status, said = self.make(pretend, *arguments)
        self.assertEqual(status, 1, said)
        self.assertFalse(self.bit.exists(), "a bitstream is left that does not meet its clock")
        return said

    def test_a_clock_that_is_met_makes_a_bitstream(self):
        status, said = self.make("70.8")
        self.assertEqual(status, 0, said)
        self.assertEqual(self.bit.read_text(), "seed 1\n")
        self.assertIn("70.80 MHz reached, 65.536 MHz wanted: met", said)
        self.assertIn("with seed 1", said)
        self.assertIn("| **ulx3s_top** | 2 | 1 |", (self.out / "cost.md").read_text())

    def test_a_clock_that_is_not_met_fails_and_names_the_critical_path(self):
        said = self.refuses("62.5!1 60!1 61!1")
        self.assertIn("TIMING NOT MET with any of 3 seeds", said)
        self.assertIn("starts in fabric.slow_q", said)
        self.assertIn("16.0  wire to fabric.late_q", said)

    def test_the_next_seed_is_tried(self):
        status, said = self.make("62.5!1 66!0", "--seeds", "2")
        self.assertEqual(status, 0, said)
        self.assertEqual(self.bit.read_text(), "seed 2\n")
        self.assertIn("seed 2 (try 2 of 2)", said)

    def test_no_more_seeds_are_tried_than_asked(self):
        self.assertIn("any of 1 seeds", self.refuses("62.5!1 70", "--seeds", "1"))

    def test_the_first_seed_can_be_told(self):
        status, said = self.make("60!1 67", "--seed", "2")
        self.assertEqual(status, 0, said)
        self.assertIn("with seed 2", said)

    def test_a_tool_that_only_warns_does_not_pass(self):
        self.assertIn("NOT MET", self.refuses("65.53 65.53 65.53"))

    def test_a_tool_that_fails_does_not_pass_whatever_its_report_says(self):
        self.assertIn("place and route failed", self.refuses("80!1"))

    def test_a_clock_that_was_held_to_less_does_not_pass(self):
        self.assertIn("no clock was held to 65.536 MHz", self.refuses("60:25"))

    def test_no_report_does_not_pass(self):
        self.assertIn("place and route failed", self.refuses("none"))

    def test_a_wrong_word_is_refused(self):
        for wrong in (["--seed"], ["--seeds", "0"], ["--seed", "x"], ["--speed", "8"]):
            status, said = self.make("70", *wrong)
            self.assertEqual(status, 2, said)
            self.assertIn("usage:", said)


CHROOT = pathlib.Path(os.environ.get("SWITCHROOM_TOOLS", "/var/cache/switchroom/trixie"))


@unittest.skipUnless(shutil.which("nextpnr-ecp5") or os.geteuid() == 0 and (CHROOT / "usr/bin/nextpnr-ecp5").exists(),
                     "no ECP5 tools here")
class RealTools(unittest.TestCase):
    """tests/boards/adder: an adder of 128 bits wants 200 MHz and gets some 120."""

    def make(self, folder, out):
        done = subprocess.run([ROOT / "scripts/bitstream", folder, "--seeds", "1", "--out", out], timeout=280, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout

    def test_a_design_that_is_too_slow_fails(self):
        with tempfile.TemporaryDirectory() as out:
            status, said = self.make("tests/boards/adder", out)
            self.assertEqual(status, 1, said)
            self.assertIn("200.000 MHz wanted: NOT MET", said)
            self.assertIn("carry in sum_q", said)
            self.assertIn("TIMING NOT MET", said)
            self.assertFalse((pathlib.Path(out) / "adder.bit").exists())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
