# SPDX-License-Identifier: MIT
"""Calls in real time, on a computer that may do something else: real IP phones, and boards beside the wall clock, cannot wait
for it as boards in virtual time do. What was not heard while a process that slept was woken too late is played again, twice at
most, and so is all else after a longer stand-still: it may have split a digit that was dialled. scripts/test counts what was
played again. What fails while the computer was on time is a failure at once, and so is what fails each time.

usage of its own: real_time.py SECONDS    says how late this computer wakes one who sleeps
"""
import contextlib
import json
import select
import subprocess
import sys
import time

from gateways import StoryBroken

TAKES = 3
# For `configure`: the most that a gateway can be told, for who stands still is late.
PATIENT = {"jitter_ms": 120, "lead_frames": 128}
A_WHILE_S = 0.005
# What a gateway that has to answer its board within 8 ms (64 frames) cannot bear, nor does its voice.
SPOILS_VOICE_S = 0.008
# As long as a digit.
SPOILS_ALL_S = 0.1


class NotHeard(StoryBroken):
    """Somebody did not hear what somebody else said."""


def hear(condition, what):
    if not condition:
        raise NotHeard(what)


class Sleeper:
    """A process of its own that sleeps, as a voice thread does, and notes how late it was woken."""

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()  # it sleeps
        return self

    def __exit__(self, *_):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.latest_s, self.times = json.loads(self.process.stdout.read())
        self.process.wait()

    def spoils_voice(self):
        return self.latest_s > SPOILS_VOICE_S

    def spoils(self, why):
        return self.spoils_voice() if isinstance(why, NotHeard) else self.latest_s > SPOILS_ALL_S

    def said(self):
        return f"this computer stood still {self.times} times, for up to {1000 * self.latest_s:.0f} ms"


def sleep_until_told():
    print("asleep", flush=True)
    latest_s, times = 0.0, 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        before = time.monotonic()
        time.sleep(A_WHILE_S)
        late = time.monotonic() - before - A_WHILE_S
        latest_s, times = max(latest_s, late), times + (late > SPOILS_VOICE_S)
    print(json.dumps([latest_s, times]))


def undisturbed(what, scene, tidy_up=lambda: None, asleep=Sleeper):
    """What `scene` gives. `tidy_up`: so that it can be played again; `asleep` says meanwhile how late it is woken."""
    for take in range(1, TAKES + 1):
        with asleep() as sleeper:
            try:
                return scene()
            except (StoryBroken, AssertionError) as broken:
                why = broken
        print(f"{what}: take {take}: {why}\n{what}: {sleeper.said()}", flush=True)
        if take == TAKES or not sleeper.spoils(why):
            raise why
        print(f"played again: {what}", flush=True)
        try:
            tidy_up()
        except (StoryBroken, AssertionError) as untidy:
            raise why from untidy


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sleep_until_told()
    elif not sys.argv[1].isdecimal():
        sys.exit(f"real_time.py: {sys.argv[1]}: for how many seconds shall it sleep and wake? For example: real_time.py 10")
    else:
        with Sleeper() as watch:
            time.sleep(int(sys.argv[1]))
        print(watch.said())
