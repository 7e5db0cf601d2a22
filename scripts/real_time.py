# SPDX-License-Identifier: MIT
"""Calls in real time, on a computer that may do something else: real IP phones, and boards beside the wall clock, cannot wait
for it as boards in virtual time do. What a computer spoilt that stood still is done again; what it did not is a failure at
once, and so is what fails each time.

usage of its own: real_time.py SECONDS    says how late this computer wakes one who sleeps
"""
import sys
import threading
import time

from gateways import StoryBroken

TAKES = 3
# For `configure`: the most that a gateway can be told, for who stands still is late.
PATIENT = {"jitter_ms": 120, "lead_frames": 128}
# What a gateway that has to answer its board within 8 ms (64 frames) cannot bear, let alone who has less priority.
STOOD_STILL_S = 0.008


class Sleeper(threading.Thread):
    """Sleeps, as a voice thread does, and notes how late it was woken."""
    A_WHILE_S = 0.005

    def __init__(self):
        super().__init__(daemon=True)
        self.latest_s, self.times, self.awaited = 0.0, 0, threading.Event()

    def run(self):
        while not self.awaited.is_set():
            before = time.monotonic()
            time.sleep(self.A_WHILE_S)
            late = time.monotonic() - before - self.A_WHILE_S
            self.latest_s = max(self.latest_s, late)
            self.times += late > STOOD_STILL_S

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.awaited.set()
        self.join()

    def stood_still(self):
        return self.times > 0

    def said(self):
        return f"this computer stood still {self.times} times, for up to {1000 * self.latest_s:.0f} ms"


def undisturbed(what, scene, tidy_up=lambda: None):
    """What `scene` gives. `tidy_up`: so that it can be played again."""
    for take in range(1, TAKES + 1):
        with Sleeper() as sleeper:
            try:
                return scene()
            except (StoryBroken, AssertionError) as broken:
                why = broken
        if take == TAKES or not sleeper.stood_still():
            print(f"{what}: take {take}: {sleeper.said()}", flush=True)
            raise why
        print(f"{what}: {why}\n{what}: {sleeper.said()}: once more", flush=True)
        tidy_up()


if __name__ == "__main__":
    with Sleeper() as watch:
        time.sleep(float(sys.argv[1]))
    print(watch.said())
