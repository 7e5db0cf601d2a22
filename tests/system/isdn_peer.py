# SPDX-License-Identifier: MIT
"""An exchange or stations of an independent libpri at the far end of a digital line (tests/peers/isdn_peer), told by and
telling JSON; and G.711 A-law files as it says and hears them."""
import audioop
import json
import pathlib
import queue
import subprocess
import threading
import time
import wave

from gateways import StoryBroken


class Peer:
    def __init__(self, binaries, *options):
        self.process = subprocess.Popen([str(pathlib.Path(binaries) / "isdn_peer"), *map(str, options)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.events, self.seen = queue.Queue(), []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            self.events.put(json.loads(line))

    def do(self, what, **more):
        print(json.dumps({"do": what, **more}), file=self.process.stdin, flush=True)

    def wait(self, event, timeout=20.0, **like):
        """The next event of that name in which all of `like` is so; others are passed over."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                one = self.events.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise StoryBroken(f"waited in vain for {event} {like} of isdn_peer; it said {self.seen[-8:]}") from None
            self.seen.append(one)
            if one["event"] == event and all(one.get(key) == value for key, value in like.items()):
                return one

    def forget(self):
        """What it said until now is no answer to what is asked from now on."""
        while not self.events.empty():
            self.seen.append(self.events.get())

    def stop(self):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()


def to_a_law(recording, where):
    """Of 16 bits, mono, 8 kHz."""
    with wave.open(str(recording)) as read:
        where.write_bytes(audioop.lin2alaw(read.readframes(read.getnframes()), 2))
    return where


def from_a_law(octets, where):
    with wave.open(str(where), "w") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(audioop.alaw2lin(pathlib.Path(octets).read_bytes(), 2))
    return where
