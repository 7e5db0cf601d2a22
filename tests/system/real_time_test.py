# SPDX-License-Identifier: MIT
"""What is played again, and what is not (scripts/real_time.py): a computer that was late by so much, and one that is stopped."""
import contextlib
import io
import os
import pathlib
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
from gateways import StoryBroken  # noqa: E402
from real_time import NotHeard, Sleeper, undisturbed  # noqa: E402


def late_by(seconds):
    class Late(Sleeper):
        def __enter__(self):
            self.latest_s, self.times = seconds, 1
            return self

        def __exit__(self, *_):
            pass
    return Late


class RealTime(unittest.TestCase):
    def played(self, why, late_s, times_broken):
        """How often, and whether it was well in the end."""
        takes, tidied = [], []

        def scene():
            takes.append(1)
            if len(takes) <= times_broken:
                raise why
            return "heard"
        said = io.StringIO()  # not on the way to scripts/test, which counts it
        try:
            with contextlib.redirect_stdout(said):
                well = undisturbed("a scene", scene, lambda: tidied.append(1), late_by(late_s)) == "heard"
        except type(why):
            well = False
        self.assertEqual(len(tidied), len(takes) - 1)
        self.assertEqual(said.getvalue().splitlines().count("played again: a scene"), len(takes) - 1)
        return len(takes), well

    def test_what_fails_on_time_fails_at_once(self):
        for why in (NotHeard("a word"), StoryBroken("a wrong caller is shown"), AssertionError("no event")):
            self.assertEqual(self.played(why, 0.007, 1), (1, False))

    def test_what_was_not_heard_is_played_again_after_less_than_a_digit(self):
        self.assertEqual(self.played(NotHeard("a word"), 0.009, 1), (2, True))
        self.assertEqual(self.played(StoryBroken("a wrong caller is shown"), 0.09, 1), (1, False))
        self.assertEqual(self.played(StoryBroken("a wrong number"), 0.11, 1), (2, True))
        self.assertEqual(self.played(AssertionError("no event"), 0.11, 2), (3, True))

    def test_what_fails_each_time_fails(self):
        self.assertEqual(self.played(NotHeard("a word"), 0.5, 3), (3, False))

    def test_other_errors_are_nobodys_excuse(self):
        with self.assertRaises(KeyError):
            undisturbed("a scene", lambda: {}["nothing"], asleep=late_by(0.5))

    def test_who_sleeps_notes_that_it_was_stopped(self):
        with Sleeper() as sleeper:
            time.sleep(0.05)
            os.kill(sleeper.process.pid, signal.SIGSTOP)
            time.sleep(0.2)
            os.kill(sleeper.process.pid, signal.SIGCONT)
            time.sleep(0.05)
        self.assertGreater(sleeper.latest_s, 0.15)
        self.assertGreaterEqual(sleeper.times, 1)
        self.assertIn("stood still", sleeper.said())


if __name__ == "__main__":
    unittest.main()
