# SPDX-License-Identifier: MIT
"""Two isdn_peers at the ends of one span, 32 octets a frame: a call by HDLC in time slot 16, and a tone in its B channel.

usage: isdn_span_test.py BINARIES
"""
import json
import math
import os
import pathlib
import select
import socket
import subprocess
import sys
import tempfile
import time

FRAME = 32
AT_ONCE = 40  # frames, 5 ms


class Peer:
    def __init__(self, binaries, folder, name, *options):
        path = os.path.join(folder, name)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(path)
        listening.listen(1)
        self.process = subprocess.Popen([os.path.join(binaries, "isdn_peer"), "--span", path, *options],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.span, _ = listening.accept()
        os.set_blocking(self.process.stdout.fileno(), False)
        self.events, self.unread = [], b""

    def tell(self, **command):
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()

    def exchange(self, octets):
        """What goes back for as many frames."""
        self.span.sendall(octets)
        back = b""
        while len(back) < len(octets):
            some = self.span.recv(len(octets) - len(back))
            assert some, "isdn_peer has ended"
            back += some
        while select.select([self.process.stdout], [], [], 0)[0]:
            some = self.process.stdout.read()
            if not some:
                break
            self.unread += some
            *lines, self.unread = self.unread.split(b"\n")
            self.events += [json.loads(line) for line in lines]
        return back

    def heard(self, event):
        return [one for one in self.events if one["event"] == event]


class Span:
    """Who carries frames gives the clock."""

    def __init__(self, one, other):
        self.ends = [one, other]
        self.waiting = bytes(FRAME * AT_ONCE)

    def run(self, frames):
        for _ in range(0, frames, AT_ONCE):
            self.waiting = self.ends[1].exchange(self.ends[0].exchange(self.waiting))

    def until(self, what, wanted):
        last = time.monotonic() + 20
        while not wanted():
            assert time.monotonic() < last, f"waited in vain for {what}"
            self.run(AT_ONCE)


def linear(octet):
    """A-law (G.711), full scale 4096."""
    octet ^= 0x55
    segment, value = octet >> 4 & 7, (octet & 15) * 2 + 1
    value = value if segment == 0 else (value + 32) << (segment - 1)
    return value if octet & 0x80 else -value


def level(octets, hz):
    """dBm0 of that frequency; full scale is 3.14."""
    samples = [linear(octet) for octet in octets]
    turns = [2 * math.pi * hz * n / 8000 for n in range(len(samples))]
    real = sum(s * math.cos(t) for s, t in zip(samples, turns))
    imaginary = sum(s * math.sin(t) for s, t in zip(samples, turns))
    peak = 2 * math.hypot(real, imaginary) / len(samples)
    return 20 * math.log10(max(peak, 1e-9) / 4096) + 3.14


def main(binaries):
    with tempfile.TemporaryDirectory() as folder:
        network = Peer(binaries, folder, "network", "--network")
        user = Peer(binaries, folder, "user")
        span = Span(network, user)
        span.until("layer 2", lambda: network.heard("up") and user.heard("up"))
        network.tell(do="call", id="a", to="4711", channel=9)
        span.until("the call", lambda: user.heard("ring"))
        assert user.heard("ring")[0]["to"] == "4711" and user.heard("ring")[0]["channel"] == 9, user.events
        user.tell(do="answer", id="in1")
        span.until("the answer", lambda: network.heard("answered"))
        recording = os.path.join(folder, "heard.al")
        network.tell(do="record", id="a", path=recording)
        user.tell(do="tone", id="in1", hz=1000, dbm0=-10)
        span.run(4000)
        user.tell(do="tone", id="nobody")
        span.until("a refusal", lambda: user.heard("refused"))
        network.tell(do="hangup", id="a")
        span.until("the end", lambda: user.heard("over") and network.heard("over"))
        for peer in span.ends:
            peer.process.kill()
            peer.process.wait()
        heard = pathlib.Path(recording).read_bytes()[2000:3600]
        assert abs(level(heard, 1000) + 10) < 0.3, level(heard, 1000)
        assert level(heard, 1700) < -40, level(heard, 1700)
    print("ok")


if __name__ == "__main__":
    main(sys.argv[1])
