# SPDX-License-Identifier: MIT
"""The wide-area network of the demo, in a thread: TCP of the SCN and voice go through it, and each site's cable
can be pulled.

The others reach a site's voice at one address of 127.0.0.0/8, and each of them its SCN at another one, so that
it is known whose cables a connection passes.
"""
import selectors
import socket
import threading
import time

HOME = "127.0.0.1"
ASK_AGAIN_S = 0.1
STREAMS = 8  # voice streams of a site that are carried


class WideArea(threading.Thread):
    def __init__(self, sites):
        """`sites`: name → {"scn": its port, "rtp": its first port of voice}, both on 127.0.0.1."""
        super().__init__(daemon=True)
        self.sites, self.pulled = sites, set()
        self.selector = selectors.DefaultSelector()
        self.wake, self.woken = socket.socketpair()
        self.orders = []
        self.cables = []  # (the sites at the ends of a connection, its two sockets)
        self.ask_at = 0.0
        self.unanswered = []  # (site, other, socket): nobody is there to connect to
        self.voice = {}  # (site, stream) → socket
        self.watch(self.woken, self.obey)
        for site in sites:
            for other in sites:
                if other != site:
                    self.listen(site, other)
            for stream in range(STREAMS):
                end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                end.bind((self.voice_address(site), sites[site]["rtp"] + 2 * stream))
                self.voice[site, stream] = end
                self.watch(end, lambda site=site, end=end: self.carry_voice(site, end))

    def place(self, site):
        return list(self.sites).index(site) + 1

    def voice_address(self, site):
        """Where voice for the site is sent to."""
        return f"127.0.100.{self.place(site)}"

    def scn_address(self, site, seen_from):
        """Where `seen_from` finds the SCN of the site."""
        return f"127.0.{self.place(seen_from)}.{self.place(site)}"

    def pull(self, site):
        self.order(lambda: self.pulled.add(site))

    def plug(self, site):
        self.order(lambda: self.pulled.discard(site))

    def order(self, change):
        self.orders.append(change)
        self.wake.send(b"!")

    def run(self):
        while True:
            for key, _ in self.selector.select(ASK_AGAIN_S if self.unanswered else None):
                if key.fileobj.fileno() >= 0:  # not closed by one before it
                    key.data()
            if self.unanswered and time.monotonic() >= self.ask_at:
                self.answer()

    def watch(self, end, then):
        self.selector.register(end, selectors.EVENT_READ, then)

    def is_watched(self, end):
        return end in self.selector.get_map()

    def obey(self):
        self.woken.recv(100)
        while self.orders:
            self.orders.pop(0)()
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
        door.bind((self.scn_address(site, other), self.sites[site]["scn"]))
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
