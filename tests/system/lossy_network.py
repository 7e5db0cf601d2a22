# SPDX-License-Identifier: MIT
"""Two computers, a gateway's and a phone's, each a network namespace, and a wire between them that loses packets and
counts what it lost. The kernel need not be able to (netem): the wire is a process between two TUN devices.

usage: lossy_network.py DESCRIPTOR DESCRIPTOR     (of the two devices; orders on standard input, a line of JSON each)
"""
import contextlib
import ctypes
import fcntl
import json
import os
import pathlib
import random
import selectors
import signal
import struct
import subprocess
import sys

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000  # linux/if_tun.h
CLONE_NEWNET = 0x40000000  # linux/sched.h
UDP = 17
ORDERS = 0  # standard input
NEVER = 1 << 30
SEED = 2713  # of 820 packets it loses 8, 25, 40 and 83 of 1, 3, 5 and 10 %, and 41 of 5 % in ten bursts of four
LARGEST = 2048  # octets: more than the devices' MTU

libc = ctypes.CDLL(None, use_errno=True)


def ask_the_kernel(call, *arguments):
    if call(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call.__name__}: {os.strerror(number)}")


@contextlib.contextmanager
def back_afterwards():
    """To the namespace in which this thread is now."""
    here = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        yield
    finally:
        ask_the_kernel(libc.setns, here, CLONE_NEWNET)
        os.close(here)


class Computer:
    """Its namespace has no name: it is gone, with its device, when nobody is in it and nobody holds it open."""

    def __init__(self, address):
        self.address = address
        with back_afterwards():
            ask_the_kernel(libc.unshare, CLONE_NEWNET)
            self.namespace = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
            self.wire = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(self.wire, TUNSETIFF, struct.pack("16sH22x", b"wire", IFF_TUN | IFF_NO_PI))
            for words in ("link set lo up", f"addr add {address}/24 dev wire", "link set wire up"):
                subprocess.run(["ip", *words.split()], check=True)

    @contextlib.contextmanager
    def inside(self):
        """Sockets that are made and programs that are started now are this computer's."""
        with back_afterwards():
            ask_the_kernel(libc.setns, self.namespace, CLONE_NEWNET)
            yield

    def processes(self):
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has ended
                if os.path.samestat(os.stat(process / "ns/net"), os.fstat(self.namespace)):
                    found.append(int(process.name))
        return found


class LossyNetwork:
    """As whoever has made it sees it. OSError: this computer, or this user, cannot make namespaces."""

    def __init__(self):
        self.gateway, self.phone = Computer("192.0.2.1"), Computer("192.0.2.2")
        wires = self.gateway.wire, self.phone.wire
        self.process = subprocess.Popen([sys.executable, str(pathlib.Path(__file__).resolve()), *map(str, wires)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, pass_fds=wires,
                                        start_new_session=True)  # the kernel shares its time out among these

    def voice_address(self, _site):
        return self.gateway.address

    def scn_address(self, _site, _seen_from):
        return self.gateway.address

    def lose(self, share, burst=None, what="voice", first=0, last=NEVER):
        """From now on, of each direction, until the next such order, while it has seen `first` to `last` packets of voice.
        `burst`: packets lost in a row on average (Gilbert's model: in its bad state all is lost, in its good one nothing);
        None: each packet for itself. `what`: "voice", which is RTP, or "all"."""
        self.order({"share": share, "burst": burst, "what": what, "first": first, "last": last})

    def counted(self):
        """Packets since the last order, by who was to get them. "bursts": how many of voice were lost in a row, each time."""
        return self.order({})

    def order(self, words):
        print(json.dumps(words), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def stop(self):
        """And whoever is in it still: who they are."""
        left = self.gateway.processes() + self.phone.processes()
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        self.process.terminate()
        self.process.wait()
        for computer in (self.gateway, self.phone):
            os.close(computer.wire)
            os.close(computer.namespace)
        return left


class Way:
    """One direction of the wire."""

    def __init__(self, source, sink):
        self.source, self.sink = source, sink
        self.lose(0, None, "voice", 0, NEVER)

    def lose(self, share, burst, what, first, last):
        # The same order loses the same packets, each time.
        self.chance, self.what, self.bad = random.Random(f"{SEED} {share} {burst} {what}"), what, False
        self.to_good = 1 - share if burst is None else 1 / burst
        self.to_bad = share if burst is None else share / (burst * (1 - share))
        self.first, self.last = first, last
        self.counts = {"carried": 0, "lost": 0, "others_carried": 0, "others_lost": 0, "bursts": []}
        self.in_a_row = False

    def carry(self):
        packet = os.read(self.source, LARGEST)
        voice = is_voice(packet)
        seen = self.counts["carried"] + self.counts["lost"]
        lost = self.first <= seen < self.last and (voice or self.what == "all") and self.loses()
        self.counts[("" if voice else "others_") + ("lost" if lost else "carried")] += 1
        if voice:
            self.count_bursts(lost)
        if not lost:
            with contextlib.suppress(OSError):  # the other device goes down
                os.write(self.sink, packet)

    def loses(self):
        self.bad = self.chance.random() < (1 - self.to_good if self.bad else self.to_bad)
        return self.bad

    def count_bursts(self, lost):
        if lost and self.in_a_row:
            self.counts["bursts"][-1] += 1
        elif lost:
            self.counts["bursts"].append(1)
        self.in_a_row = lost


def is_voice(packet):
    """RTP over UDP over IPv4. Of what begins like it, RTCP is known by its type (RFC 5761, 4)."""
    if packet[0] >> 4 != 4 or packet[9] != UDP:
        return False
    inside = packet[4 * (packet[0] & 15) + 8:]
    return len(inside) >= 12 and inside[0] >> 6 == 2 and not 192 <= inside[1] <= 223


def run(gateway_wire, phone_wire):
    ways = {"gateway": Way(phone_wire, gateway_wire), "phone": Way(gateway_wire, phone_wire)}
    watched = selectors.DefaultSelector()
    watched.register(ORDERS, selectors.EVENT_READ)
    for way in ways.values():
        watched.register(way.source, selectors.EVENT_READ, way.carry)
    while True:
        for key, _ in watched.select():
            if key.data:
                key.data()
                continue
            order = sys.stdin.readline()
            if not order:  # whoever gave them has gone
                return
            if asked := json.loads(order):
                for way in ways.values():
                    way.lose(**asked)
            print(json.dumps({who: way.counts for who, way in ways.items()}), flush=True)


if __name__ == "__main__":
    run(*map(int, sys.argv[1:]))
