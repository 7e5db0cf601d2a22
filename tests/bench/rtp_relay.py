#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a relayed RTP packet costs: phones on loopback send G.711 through our voice thread, through a plain
loop of recvfrom and sendto, and through rtpengine (in user space) and osmo-mgw where they are installed
(apt-get install rtpengine-daemon osmo-mgw). All relays are up at once and take turns, so that all see the same
machine. Cost is processor time of the relay's threads, the kernel's part included: of ours the voice thread alone.
"idle" is what the relay uses with all calls up and no packets, and is not in the cost. Delay is from the
phone that sends to the phone that hears.

usage: tests/bench/rtp_relay.py [--bin build/release] [--streams 10,40,80] [--ptime 20] [--frames 72] [--codec g722] [--rounds 7] [--seconds 2] [--only ours,plain] [--json]
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

BASE = 40000  # even; each relay has the thousand of its place, its phones the 500 after
PEER_CONTROL = 39990


def port_in(text):
    return int(re.search(r"m=audio (\d+)", text).group(1))


def description(port):
    return (f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\n"
            "a=rtpmap:8 PCMA/8000\r\na=ptime:20\r\n")


class Relay:
    """A process that relays. `ports`: of each stream, where its phone sends to."""
    threads = None  # all
    idle_us_per_s = 0

    def __init__(self, place, streams, args, folder):
        self.streams, self.ptime, self.frames, self.codec = streams, args.ptime, args.frames, args.codec
        self.folder, self.binaries = folder, pathlib.Path(args.bin).resolve() / "bin"
        self.first = BASE + 1000 * place
        self.phones = self.first + 500
        self.figures = []
        self.process = self.load = None

    def start(self):
        self.begin()
        self.load = subprocess.Popen([self.binaries / "rtp_load", str(self.phones), str(self.ptime)], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True)
        self.tell_load(f"{self.streams}\n" + "\n".join(map(str, self.ports)))

    def tell_load(self, what):
        self.load.stdin.write(what + "\n")
        self.load.stdin.flush()

    def processor_us(self):
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks
                   if self.threads in (None, (task / "comm").read_text().strip())) / 1000

    def idle(self, seconds):
        before = self.processor_us()
        time.sleep(seconds)
        self.idle_us_per_s = (self.processor_us() - before) / seconds

    def run(self, seconds):
        before, begun = self.processor_us(), time.monotonic()
        self.tell_load(str(seconds))
        seen = json.loads(self.load.stdout.readline())
        spent = self.processor_us() - before - self.idle_us_per_s * (time.monotonic() - begun)
        self.figures.append({**seen, "us": spent / seen["sent"]})

    def summary(self):
        costs = sorted(one["us"] for one in self.figures)
        return {"relay": self.name, "streams": self.streams, "ptime_ms": self.ptime, "best_us": round(costs[0], 2),
                "median_us": round(statistics.median(costs), 2), "sent": sum(one["sent"] for one in self.figures),
                "lost": sum(one["sent"] - one["received"] for one in self.figures),
                "p50_us": round(statistics.median(one["p50_us"] for one in self.figures)),
                "p99_us": round(statistics.median(one["p99_us"] for one in self.figures)),
                "idle_us_per_s": round(self.idle_us_per_s)}

    def stop(self):
        for one in (self.load, self.process):
            if one and one.poll() is None:
                one.kill()
                one.wait()

    def ask(self, port, text):
        """Over UDP, until it is there."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.settimeout(0.5)
            for _ in range(20):
                line.sendto(text.encode(), ("127.0.0.1", port))
                try:
                    return line.recv(65536).decode()
                except (TimeoutError, ConnectionRefusedError):
                    time.sleep(0.1)
        sys.exit(f"{self.name} does not answer")


class Plain(Relay):
    name, threads = "plain", "voice"

    def begin(self):
        command = [self.binaries / "rtp_relay", self.name, str(self.first), str(self.streams), str(self.phones),
                   str(self.frames), self.codec]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            sys.exit(f"rtp_relay {self.name} did not start")
        self.ports = [self.first + 2 * n for n in range(self.streams)]


class Ours(Plain):
    name = "ours"


class Rtpengine(Relay):
    name, program = "rtpengine", "rtpengine"

    def begin(self):
        self.process = subprocess.Popen(
            [self.program, "--config-file=none", "--table=-1", "--foreground", "--interface=127.0.0.1", "--num-threads=1",
             f"--listen-ng=127.0.0.1:{PEER_CONTROL}", f"--port-min={self.first}", f"--port-max={self.first + 498}",
             f"--pidfile={self.folder}/rtpengine.pid", "--log-stderr", "--log-level=3"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.ports = []
        for n in range(0, self.streams, 2):
            tags = {"call-id": f"bench-{n}", "from-tag": "a", "ICE": "remove"}
            of_second = self.control({"command": "offer", "sdp": description(self.phones + 2 * n), **tags})
            of_first = self.control({"command": "answer", "sdp": description(self.phones + 2 * n + 2), "to-tag": "b", **tags})
            self.ports += [of_first, of_second]

    def control(self, words):
        def coded(text):
            return f"{len(text)}:{text}"
        body = "d" + "".join(coded(key) + coded(value) for key, value in sorted(words.items())) + "e"
        return port_in(self.ask(PEER_CONTROL, f"{words['call-id']}{words['command']} {body}"))


class OsmoMgw(Relay):
    name, program = "osmo-mgw", "osmo-mgw"

    def begin(self):
        settings = self.folder / "osmo-mgw.cfg"
        settings.write_text(f"line vty\n bind 127.0.0.1\nmgcp\n domain mgw\n bind ip 127.0.0.1\n bind port {PEER_CONTROL + 2}\n"
                            f" rtp bind-ip 127.0.0.1\n rtp port-range {self.first} {self.first + 498}\n"
                            f" number endpoints {self.streams}\n")
        self.process = subprocess.Popen([self.program, "-c", settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.ports = []
        for n in range(0, self.streams, 2):
            whom = "rtpbridge/*@mgw"
            for one in (n, n + 1):
                said = self.ask(PEER_CONTROL + 2, f"CRCX {100 + one} {whom} MGCP 1.0\r\nC: {n + 1:x}\r\nL: p:20, a:PCMA\r\n"
                                f"M: sendrecv\r\n\r\n{description(self.phones + 2 * one)}")
                whom = re.search(r"Z: (\S+)", said).group(1) if one == n else whom
                self.ports.append(port_in(said))


def measure(kinds, streams, args, folder):
    relays = [kind(place, streams, args, folder) for place, kind in enumerate(kinds)]
    try:
        for one in relays:
            one.start()
        for one in relays:
            one.run(0.5)  # for the first time everything is slow
            one.figures.clear()
            one.idle(1)
        for _ in range(args.rounds):
            for one in relays:
                one.run(args.seconds)
        return [one.summary() for one in relays]
    finally:
        for one in relays:
            one.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", default="build/release")
    parser.add_argument("--streams", default="10,40,80", help="one-way streams; ours carries 80")
    parser.add_argument("--ptime", type=int, default=20, help="ms of voice in a packet, 2 to 20: how to have more packets of 80 streams")
    parser.add_argument("--frames", type=int, default=72, help="of our board from one cell to the next: 1 is a real board, "
                        "more are less of a burden; at most 79")
    parser.add_argument("--codec", default="pcma", choices=("pcma", "g722"), help="for what we take the packets")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--only", default="ours,plain,rtpengine,osmo-mgw")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    wanted = args.only.split(",")
    kinds = []
    for kind in (Ours, Plain, Rtpengine, OsmoMgw):
        if kind.name in wanted and hasattr(kind, "program") and not shutil.which(kind.program):
            print(f"{kind.name} is not installed: left out", file=sys.stderr)
        elif kind.name in wanted:
            kinds.append(kind)
    seen = []
    for streams in map(int, args.streams.split(",")):
        with tempfile.TemporaryDirectory(prefix="rtp-relay-") as folder:
            seen += measure(kinds, streams, args, pathlib.Path(folder))
        if not args.json:
            for one in seen[-len(kinds):]:
                print(f"{one['streams']:4} streams of {one['ptime_ms']} ms  {one['relay']:<10} {one['best_us']:6.2f} µs a packet at best, "
                      f"{one['median_us']:6.2f} median   {one['lost']} of {one['sent']} lost   "
                      f"delay p50 {one['p50_us']} µs, p99 {one['p99_us']} µs   idle {one['idle_us_per_s'] / 1e4:.2f} %", flush=True)
    if args.json:
        print(json.dumps({"processors": os.cpu_count(), "load": os.getloadavg()[0], "relays": seen}, indent=2))


if __name__ == "__main__":
    main()
