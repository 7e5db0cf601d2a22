#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The wide-area network of the demo, a process of its own: TCP of the SCN and voice go through it, and each
site's cable can be pulled. It goes on when the demo has ended, so that gateways that are left up reach one another.

The others reach a site's voice at one address of 127.0.0.0/8, and each of them its SCN at another one, so that
it is known whose cables a connection passes.

usage: wide_area.py FOLDER SITES_AS_JSON     (orders on standard input: pull SITE, plug SITE)
"""
import json
import os
import pathlib
import selectors
import socket
import subprocess
import sys
import time

HOME = "127.0.0.1"
ASK_AGAIN_S = 0.1
STREAMS = 8  # voice streams of a site that are carried
ORDERS = 0  # standard input


def place(sites, site):
    return list(sites).index(site) + 1


def voice_address_of(sites, site):
    return f"127.0.100.{place(sites, site)}"


def scn_address_of(sites, site, seen_from):
    return f"127.0.{place(sites, seen_from)}.{place(sites, site)}"


class WideArea:
    """The process, as whoever has started it sees it."""

    def __init__(self, sites, run):
        """`sites`: name → {"scn": its port, "rtp": its first port of voice}, both on 127.0.0.1. `run`: the demo's
        folder. Nothing of whoever starts it is kept open: a pipe from the demo ends with the demo."""
        self.sites = sites
        ports = {name: {key: site[key] for key in ("scn", "rtp")} for name, site in sites.items()}
        self.process = subprocess.Popen([sys.executable, str(pathlib.Path(__file__).resolve()), str(run), json.dumps(ports)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=open(pathlib.Path(run) / "wide_area.log", "w"), text=True,
                                        start_new_session=True)
        if self.process.stdout.readline() != "ready\n":
            raise OSError("the wide-area network of the demo did not start")

    def voice_address(self, site):
        """Where voice for the site is sent to."""
        return voice_address_of(self.sites, site)

    def scn_address(self, site, seen_from):
        """Where `seen_from` finds the SCN of the site."""
        return scn_address_of(self.sites, site, seen_from)

    def pull(self, site):
        self.order("pull", site)

    def plug(self, site):
        self.order("plug", site)

    def order(self, *words):
        print(*words, file=self.process.stdin, flush=True)

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Relay:
    def __init__(self, sites):
        self.sites, self.pulled = sites, set()
        self.selector = selectors.DefaultSelector()
        self.cables = []  # (the sites at the ends of a connection, its two sockets)
        self.ask_at = 0.0
        self.unanswered = []  # (site, other, socket): nobody is there to connect to
        self.voice = {}  # (site, stream) → socket
        self.watch(ORDERS, self.obey)
        for site in sites:
            for other in sites:
                if other != site:
                    self.listen(site, other)
            for stream in range(STREAMS):
                end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                end.bind((voice_address_of(sites, site), sites[site]["rtp"] + 2 * stream))
                self.voice[site, stream] = end
                self.watch(end, lambda site=site, end=end: self.carry_voice(site, end))

    def run(self):
        while True:
            for key, _ in self.selector.select(ASK_AGAIN_S if self.unanswered else None):
                if self.selector.get_map().get(key.fd) is key:  # not closed by one before it
                    key.data()
            if self.unanswered and time.monotonic() >= self.ask_at:
                self.answer()

    def watch(self, end, then):
        self.selector.register(end, selectors.EVENT_READ, then)

    def is_watched(self, end):
        return end in self.selector.get_map()

    def obey(self):
        orders = os.read(ORDERS, 4096).decode()
        if not orders:  # whoever gave them has gone
            return self.selector.unregister(ORDERS)
        for order in orders.splitlines():
            what, site = order.split()
            (self.pulled.add if what == "pull" else self.pulled.discard)(site)
        self.look_at_cables()

    def look_at_cables(self):
        """What TCP has on its way through a pulled cable waits, and comes when it is in again."""
        for names, ends in self.cables:
            for end, other in (ends, reversed(ends)):
                if self.pulled & names and self.is_watched(end):
                    self.selector.unregister(end)
                elif not self.pulled & names and not self.is_watched(end):
                    self.watch(end, lambda end=end, other=other: self.carry(end, other))

    def listen(self, site, other):
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((scn_address_of(self.sites, site, other), self.sites[site]["scn"]))
        door.listen()
        self.watch(door, lambda: self.connect(door, site, other))

    def connect(self, door, site, other):
        self.unanswered.append((site, other, door.accept()[0]))
        self.answer()

    def answer(self):
        """Who is not there does not answer, as when the power is off, and is asked again."""
        self.ask_at = time.monotonic() + ASK_AGAIN_S
        for asked in list(self.unanswered):
            try:
                self.join(*asked)
                self.unanswered.remove(asked)
            except OSError:
                pass

    def join(self, site, other, near):
        far = socket.create_connection((HOME, self.sites[site]["scn"]), timeout=1)
        for end in (near, far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.cables.append(({site, other}, (near, far)))
        self.look_at_cables()

    def carry(self, end, other):
        try:
            octets = end.recv(65536)
            if octets:
                return other.sendall(octets)
        except OSError:
            pass
        self.cables = [cable for cable in self.cables if end not in cable[1]]
        for closed in (end, other):
            if self.is_watched(closed):
                self.selector.unregister(closed)
            closed.close()

    def carry_voice(self, site, end):
        packet, (_, port) = end.recvfrom(2048)
        for other, far in self.sites.items():
            stream, odd = divmod(port - far["rtp"], 2)
            if 0 <= stream < STREAMS and not odd and not self.pulled & {site, other}:
                try:
                    self.voice[other, stream].sendto(packet, (HOME, end.getsockname()[1]))
                except OSError:
                    pass  # nobody there any more


if __name__ == "__main__":
    relay = Relay(json.loads(sys.argv[2]))
    print("ready", flush=True)
    relay.run()
