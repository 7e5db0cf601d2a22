# SPDX-License-Identifier: MIT
"""A digital station of an independent libpri at a basic access of a Verilated board, as a phone of the matrix of pairs."""
import array
import audioop
import itertools
import math
import time

from gateways import wait_until
from isdn_peer import Peer, from_a_law, to_a_law
from phone_sounds import KEYPAD, SPEECH, tones_in
from real_time import hear

DIGIT_S = 0.1


def dual_tone(digit):
    """In A-law, each frequency at about -9 dBm0, and as much silence behind."""
    row, column = KEYPAD[digit]
    samples = array.array("h", (round(5500 * (math.sin(2 * math.pi * row * n / 8000) + math.sin(2 * math.pi * column * n / 8000)))
                                for n in range(int(8000 * DIGIT_S))))
    return audioop.lin2alaw(samples.tobytes() + bytes(2 * len(samples)), 2)


class Digital:
    """Voice and tones in the B channel of its call; digits are told by keypad, too, as there are others than analog phones."""
    kind, speaks_by_itself, can_hand_on = "digital", False, False
    says = SPEECH / "vm-extension.wav"

    def __init__(self, gateway, line, number, place):
        self.gateway, self.line, self.number = gateway, line, number
        self.socket = gateway.dir / f"station-{place}.sock"
        gateway.board_options += ["--station", f"{place}={self.socket}"]
        with open(gateway.dir / "switchroomd.toml", "a") as file:
            file.write(f'\n[[line]]\nnumber = {line}\nstation = {place}\nbase_user = "{number}"\n')
        self.peer, self.id, self.files = None, None, itertools.count()

    def begin(self):
        self.peer = Peer(self.gateway.bin, "--bri", "--span", self.socket)

    def new_file(self, ending):
        return self.gateway.dir / f"station-{self.line}-{next(self.files)}.{ending}"

    def call(self, number):
        self.id = f"out{next(self.files)}"
        self.peer.do("call", id=self.id, to=number)

    def answer(self):
        self.id = self.peer.wait("ring")["id"]
        self.peer.do("ring", id=self.id)
        self.peer.do("answer", id=self.id)

    def hears(self):
        self.recording = self.new_file("alaw")
        self.peer.do("record", id=self.id, path=str(self.recording))

    def heard(self):
        self.peer.do("record", id=self.id, path="")
        time.sleep(0.1)  # it is another process
        return from_a_law(self.recording, self.new_file("wav"))

    def sound(self, octets):
        """Once: what the peer plays it begins anew."""
        file = self.new_file("alaw")
        file.write_bytes(octets + b"\xd5" * 8000)
        self.peer.do("play", id=self.id, path=str(file))
        time.sleep(len(octets) / 8000 + 0.3)
        self.peer.do("tone", id=self.id, hz=0)

    def say(self):
        self.sound(to_a_law(self.says, self.new_file("alaw")).read_bytes())

    def press(self, digits):
        for digit in digits:
            self.peer.do("keys", id=self.id, keys=digit)
            self.sound(dual_tone(digit))

    def got(self, digits, press):
        self.hears()
        press()
        time.sleep(0.5)
        found = tones_in(self.heard())
        hear(found == digits, f"the station of {self.gateway.name} heard {found!r}, not {digits!r}")

    def hold(self, on):
        self.peer.do("hold" if on else "retrieve", id=self.id)
        self.peer.wait("held" if on else "retrieved", id=self.id)

    def gone(self):
        if self.id and self.state() != "idle":
            self.peer.do("hangup", id=self.id, cause=16)
        wait_until("the station is free", lambda: self.state() == "idle")
        self.id = None
        self.peer.forget()

    def state(self):
        return self.gateway.line(self.line)["state"]

    def stop(self):
        if self.peer:
            self.peer.stop()
