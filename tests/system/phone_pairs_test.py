# SPDX-License-Identifier: MIT
"""Every pair of phones: analog, digital and IP, at one gateway and across the network. In each call both hear what the other
says (level, SNR, delay), digits arrive, hold and its end work, and who was called hands the caller on to somebody else, unless
that is a digital station, which has one call.

usage: phone_pairs_test.py BINARIES
"""
import contextlib
import itertools
import pathlib
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[2] / "scripts"), str(pathlib.Path(__file__).resolve().parent)]
from baresip import Baresip  # noqa: E402
from gateways import SITES, Gateway, Loopback, StoryBroken, configure, expect, hang_up, looked_after, wait_until  # noqa: E402
from digital_station import Digital  # noqa: E402
from phone_sounds import SPEECH, judge, tones_in, with_silence_behind  # noqa: E402
from real_time import PATIENT, NotHeard, hear, undisturbed  # noqa: E402

PORTS = {"amsterdam": 5560, "berlin": 5590}
SPEECH_S = 2.5


class Analog:
    """A handset at line 1 or 2; a file is said when it is asked for."""
    kind, speaks_by_itself, can_hand_on = "analog", False, True
    says = SPEECH / "vm-extension.wav"

    def __init__(self, gateway, line, number):
        self.gateway, self.line, self.number = gateway, line, number

    def call(self, number):
        self.gateway.phone(self.line, "off-hook")
        self.gateway.phone(self.line, "dial", number)

    def answer(self):
        self.gateway.phone(self.line, "wait", "ringing", "--timeout", 8)
        self.gateway.phone(self.line, "off-hook")

    def hears(self):
        self.recording = self.gateway.dir / f"heard-{self.line}-{time.monotonic_ns()}.wav"
        self.gateway.phone(self.line, "record", self.recording)

    def heard(self):
        self.gateway.phone(self.line, "record", "")
        return self.recording

    def say(self):
        self.gateway.phone(self.line, "play", self.says)
        self.gateway.phone(self.line, "wait", "played", "--timeout", 20)

    def press(self, digits):
        self.gateway.phone(self.line, "dial", digits)

    def got(self, digits, press):
        self.hears()
        press()
        time.sleep(0.5)
        found = tones_in(self.heard())
        hear(found == digits, f"line {self.line} of {self.gateway.name} heard {found!r}, not {digits!r}")

    def hold(self, on):
        self.gateway.phone(self.line, "flash")

    def transfer(self, number):
        self.gateway.phone(self.line, "flash")
        self.gateway.phone(self.line, "dial", number)

    def gone(self):
        hang_up((self.gateway, self.line))

    def state(self):
        return self.gateway.line(self.line)["state"]


class Sip:
    """A baresip; it says its file as soon as a call is up."""
    kind, speaks_by_itself, can_hand_on = "SIP", True, True

    def __init__(self, gateway, folder, line, number, answers="manual"):
        self.gateway, self.line, self.number = gateway, line, number
        port, name = PORTS[gateway.name], f"desk{line}"
        self.says = SPEECH / "vm-extension.wav"
        self.phone = Baresip(folder / f"{gateway.name}-{name}", port + 2 * line, port + 1000 + line, name, name, f"127.0.0.1:{port}",
                             with_silence_behind(self.says, folder / f"{gateway.name}-{name}.wav"), answers=answers)

    def begin(self):
        self.phone.connect()
        self.gateway.wait_for_phone(self.line)

    def dumps(self):
        return set(self.phone.folder.glob("dump-*-dec.wav"))

    def call(self, number):
        self.before = self.dumps()
        self.phone.command("dial", number)

    def answer(self):
        self.before = self.dumps()
        self.phone.wait("CALL_INCOMING")
        self.phone.command("accept")

    def hears(self):
        pass  # it records all

    def heard(self):
        """Of this call; after a hold it begins another file."""
        return min(self.dumps() - self.before, key=lambda file: file.stat().st_ctime)

    def say(self):
        pass

    def press(self, digits):
        for digit in digits:
            self.phone.command("sndcode", digit)
            time.sleep(0.3)

    def got(self, digits, press):
        self.phone.read()
        self.phone.events.clear()
        press()
        try:
            found = "".join(self.phone.wait("CALL_DTMF_START")["param"] for _ in digits)
        except AssertionError as missing:
            raise NotHeard(f"{self.gateway.name}'s phone got too few of {digits!r}") from missing
        hear(found == digits, f"{self.gateway.name}'s phone got {found!r}, not {digits!r}")

    def hold(self, on):
        self.phone.command("hold" if on else "resume")

    def transfer(self, number):
        self.phone.command("transfer", number)

    def gone(self):
        if self.state() != "idle":
            self.phone.command("hangup")
        wait_until("the phone is free", lambda: self.state() == "idle")
        self.phone.read()
        self.phone.events.clear()

    def state(self):
        return self.gateway.line(self.line)["state"]

    def stop(self):
        self.phone.stop()


def pair(one, other, third):
    where = "here" if one.gateway is other.gateway else "across"
    name = f"{one.kind:7} → {other.kind:7} {where:6}"

    def all_hang_up():
        for phone in (one, other, third):
            with contextlib.suppress(StoryBroken):  # who rings is free when nobody calls any more
                phone.gone()
        for phone in (one, other, third):
            phone.gone()
    undisturbed(name, lambda: calls(name, one, other, third), all_hang_up)


def calls(name, one, other, third):
    """`one` calls `other`, who hands `one` on to `third`, a line of the other's gateway."""
    one.call(other.number)
    other.answer()
    wait_until(f"{name}: up", lambda: one.state() == other.state() == "in call")
    to_other, to_one = speech(one, other)
    time.sleep(0.3)
    other.got("27#", lambda: one.press("27#"))
    time.sleep(1.2)  # an echo of these is none of those
    one.got("80*", lambda: other.press("80*"))
    for phone in (one, other):
        phone.hold(True)
        time.sleep(0.3)
        phone.hold(False)
        wait_until(f"{name}: off hold again", lambda: one.state() == other.state() == "in call")
    time.sleep(0.5)
    other.got("5", lambda: one.press("5"))
    if other.can_hand_on:
        hand_on(name, one, other, third)
    one.gone()
    other.gone()
    for what, speaker, heard in ((name, one, to_other or other.heard()), (f"{name} back", other, to_one or one.heard())):
        # Who speaks by itself may have begun before anybody recorded, and who is far is heard later.
        judge(one.gateway, 1.5, what, speaker.says, heard, least=0.5)


def speech(one, other):
    """What each heard of the other; none: of an IP phone, which records all, when the call is over."""
    one.hears(), other.hears()
    time.sleep(SPEECH_S)  # IP phones speak
    to_other = to_one = None
    if not one.speaks_by_itself:
        if other.speaks_by_itself:
            to_one = one.heard()
            one.say()
        else:
            one.say()
            to_other = other.heard()
            one.heard(), one.hears()
            other.say()
            to_one = one.heard()
    elif not other.speaks_by_itself:
        to_other = other.heard()
        other.say()
    return to_other, to_one


def hand_on(name, one, other, third):
    other.transfer(third.number)
    third.answer()
    if other.kind == "analog":
        other.gone()
    wait_until(f"{name}: handed on", lambda: one.state() == third.state() == "in call" and other.state() == "idle")
    third.got("19", lambda: one.press("19"))
    third.gone()


def run(gateways, folder):
    amsterdam, berlin = gateways.values()
    stations = [Digital(amsterdam, 41, "208", 1), Digital(amsterdam, 42, "207", 2), Digital(berlin, 41, "308", 1)]
    enter(gateways, more_users=("8", "7"))
    phones = []
    try:
        for gateway, line, number in ((amsterdam, 9, "209"), (amsterdam, 10, "200"), (berlin, 9, "309")):
            phones.append(Sip(gateway, folder, line, number))
        for phone in (*phones, *stations):
            phone.begin()
        time.sleep(3)  # layer 1 of the stations comes up
        one = {"analog": Analog(amsterdam, 1, "201"), "digital": stations[0], "SIP": phones[0]}
        beside = {"analog": Analog(amsterdam, 2, "202"), "digital": stations[1], "SIP": phones[1]}
        there = {"analog": Analog(berlin, 2, "302"), "digital": stations[2], "SIP": phones[2]}
        for others, third in ((beside, Analog(amsterdam, 3, "203")), (there, Analog(berlin, 3, "303"))):
            for caller, called in itertools.product(one.values(), others.values()):
                pair(caller, called, third)
    finally:
        for phone in (*phones, *stations):
            phone.stop()


def two_towns(binaries, run_folder, more=""):
    """Amsterdam and Berlin: analog phones at lines 1 to 3, IP phones at 9 and 10, each its own user's; `more`: of line 10."""
    gateways = {name: Gateway(name, pathlib.Path(binaries), run_folder) for name in PORTS}
    configure(gateways, run_folder, Loopback(), **PATIENT)
    for name, first in (("amsterdam", "20"), ("berlin", "30")):
        file = gateways[name].dir / "switchroomd.toml"
        text = file.read_text().replace(f"127.0.0.1:{SITES[name]['sip']}", f"127.0.0.1:{PORTS[name]}")
        text = text.replace('phone = "desk9"', f'base_user = "{first}9"\nphone = "desk9"')
        for line in range(1, 9):  # whoever has a line in the demo, here it is n's
            text = text.replace(f'number = {line}\nbase_user = "{SITES[name]["lines"].get(line)}"', f"number = {line}")
        for line in (1, 2, 3):
            text = text.replace(f"[[line]]\nnumber = {line}\n", f'[[line]]\nnumber = {line}\nbase_user = "{first}{line}"\n', 1)
        file.write_text(text + f'\n[[line]]\nnumber = 10\nphone = "desk10"\npassword = "desk10"\nbase_user = "{first}0"\n{more}')
    return gateways


def enter(gateways, more_users=()):
    """Started, with a user for each line, and known to one another."""
    for gateway in gateways.values():
        gateway.start()
    amsterdam, berlin = gateways.values()
    for gateway, first in ((amsterdam, 20), (berlin, 30)):
        wait_until("the board is up", lambda: gateway.cli("status", check=False).get("boardUp"))
        for n in ("1", "2", "3", "9", "0", *more_users):
            gateway.cli("user", "add", f"{first}{n}", "--name", f"Person {first}{n}")
    wait_until("connected", lambda: amsterdam.peers_up() == berlin.peers_up() == 1)
    wait_until("known", lambda: amsterdam.user("309") and berlin.user("209"))


def main():
    with tempfile.TemporaryDirectory(prefix="switchroom-pairs-") as folder:
        run_folder = pathlib.Path(folder)
        gateways = two_towns(sys.argv[1], run_folder)
        for gateway in gateways.values():
            gateway.board_options = ["--lines", "3", "--noise", "-68"]  # more phones would cost time for nothing
        with looked_after(*gateways.values()):
            run(gateways, run_folder)


if __name__ == "__main__":
    main()
