# SPDX-License-Identifier: MIT
"""What is heard before an answer, and what is not sent while nobody speaks, of whole gateways. A real SIPp that says 183 and sends a
tone is heard by analog phones and by a real baresip, here and across, while it rings; one that says so and sends nothing, a baresip,
is not; a SIPp calls without an offer; a phone that takes comfort noise gets it while an analog phone is silent (RFC 3389), without a gap in numbers or times.

usage: early_phones_test.py BINARIES [FILE_OF_PACKETS]
"""
import array
import pathlib
import socket
import struct
import sys
import tempfile
import time
import types
import wave

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[2] / "scripts"), str(pathlib.Path(__file__).resolve().parent)]
from edge_alone import GOOD_SDP, Phone, status  # noqa: E402
from gateways import expect, hang_up, looked_after, wait_until  # noqa: E402
from phone_pairs_test import PORTS, SPEECH_S, Analog, Sip, enter, two_towns  # noqa: E402
from phone_sounds import power  # noqa: E402
from real_time import hear, undisturbed  # noqa: E402
from sipp import Phones, Sipp, register  # noqa: E402

TONE = Phones(5840, [("desk9", "desk9", 9, "209")])  # a SIPp's
VOICE, NOISE = 8, 13  # payload types
OFFICE_DBOV = 74  # of the simulated lines' noise, -68 dBm0 (RFC 3389: 0 dBov is 6.18 dBm0)


def early_phone(amsterdam, folder):
    """A SIPp: 183 and a tone of 1 kHz, the 200 some seconds later."""
    return Sipp(folder, "early", TONE, f"127.0.0.1:{PORTS['amsterdam']}", "-m", 1, speaks=True)


def has_tone(recording, what):
    """1 kHz, in its last second."""
    with wave.open(str(recording)) as file:
        samples = array.array("h", file.readframes(file.getnframes()))[-8000:]
    tone, beside = power(samples, 1000), max(power(samples, hz) for hz in (425, 700, 1300, 2000))
    hear(tone > 1000 * beside, f"{what}: the tone is not heard: {tone:.0f} beside {beside:.0f}")
    print(f"{what}: heard", flush=True)


def heard_early(one, amsterdam, folder):
    name = f"{one.kind} at {one.gateway.name} before the answer"
    run = early_phone(amsterdam, folder)
    try:
        if one.kind == "analog":
            one.call("209")
        else:
            one.phone.read()
            one.phone.events.clear()
            one.call("209")
        wait_until(f"{name}: rings", lambda: one.state() == "hears ringback")
        if one.kind == "analog":
            time.sleep(0.5)
            one.hears()
            time.sleep(2)
            expect(one.state() == "hears ringback" and amsterdam.line(9)["state"] == "ringing", f"{name}: nobody has answered")
            has_tone(one.heard(), name)
        else:
            time.sleep(2.5)
            expect(one.state() == "hears ringback", f"{name}: nobody has answered")
            expect(one.phone.saw("CALL_PROGRESS"), f"{name}: it is told by a 183 with a description")
        wait_until(f"{name}: up", lambda: one.state() == "in call")
        one.gone()
        run.wait()
        expect(run.succeeded() == 1 and not run.wrong(), f"{name}: {run.wrong()}")
        if one.kind != "analog":
            has_tone(one.heard(), name)
    finally:
        run.kill()


def promised(line, other):
    """A real baresip that says 183 and sends nothing before it has answered: ringback is heard on."""
    line.call(other.number)
    wait_until("rings", lambda: line.state() == "hears ringback" and other.state() == "ringing")
    line.hears()
    time.sleep(4.5)  # tone and pause of the Netherlands are 1 and 4 s
    recording = line.heard()
    with wave.open(str(recording)) as file:
        samples = array.array("h", file.readframes(file.getnframes()))
    loudest = max(power(samples[at:at + 4000], 425) for at in range(0, len(samples) - 4000, 4000))
    hear(loudest > 1e10, f"ringback of 425 Hz while a phone only promises to be heard: {loudest:.0f}")
    line.gone()
    wait_until("free", lambda: other.state() == "idle")
    print("a phone that promises and sends nothing: ringback", flush=True)


def without_offer(amsterdam, folder):
    """SIPp's tone is heard: it has told where it listens, and what it speaks, with the ACK."""
    phones = Phones(5830, [("desk10", "desk10", 10, "200")])
    line = Analog(amsterdam, 1, "201")
    run = Sipp(folder, "offerless", phones, f"127.0.0.1:{PORTS['amsterdam']}", "-m", 1, "-d", 4000, speaks=True,
               users=[("desk10", f"[authentication username=desk10 password=desk10]", "201")])
    try:
        line.answer()
        wait_until("in call", lambda: line.state() == "in call")
        line.hears()
        time.sleep(2)
        recording = line.heard()
        run.wait()
        expect(run.succeeded() == 1 and not run.wrong(), f"without an offer: {run.wrong()}")
    finally:
        run.kill()
    hang_up((amsterdam, 1))
    has_tone(recording, "a SIPp that has offered nothing")


def received(udp, seconds, packets):
    """RTP of so long a time: (marker, type, number, time, payload)."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        udp.settimeout(max(until - time.monotonic(), 0.001))
        try:
            octets = udp.recv(2048)
        except TimeoutError:
            break
        head, number, stamp, _ = struct.unpack("!HHII", octets[:12])
        packets.append((head >> 7 & 1, head & 0x7f, number, stamp, octets[12:], octets))
    return packets


def silence(berlin, file_of_packets):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    phone = Phone(types.SimpleNamespace(port=PORTS["berlin"], host="127.0.0.1"), "127.0.0.1", "desk10", "desk10")
    sdp = GOOD_SDP.replace("audio 4000 RTP/AVP 8 0 101", f"audio {udp.getsockname()[1]} RTP/AVP 8 13 101")
    sdp = sdp.replace("a=sendrecv", "a=ptime:20\r\na=sendrecv")
    phone.invite(sdp, "301", call="silence", cseq=7)
    phone.asked = None
    line = Analog(berlin, 1, "301")
    line.answer()
    said = phone.answer(timeout=10)
    expect(status(said) == 200 and " 8 13 101\r\n" in said.body, f"it is agreed: {said and said.first} {said and said.body}")
    tag = ";tag=" + said["to"].partition(";tag=")[2]
    phone.send(phone.request("ACK", "301", to_tag=tag, call="silence", cseq=7))
    packets = received(udp, 3, [])
    before = len(packets)
    berlin.phone(1, "play", line.says)
    received(udp, SPEECH_S, packets)
    received(udp, 3, packets)
    expect(status(phone.ask("BYE", "301", to_tag=tag, call="silence", cseq=8)) == 200, "BYE")
    hang_up((berlin, 1))
    quiet = [one for one in packets[:before] if one[1] == NOISE]
    hear(quiet and any(one[1] == VOICE for one in packets[before:]), "noise, and then voice")
    levels = [one[4][0] for one in packets if one[1] == NOISE]
    hear(all(abs(level - OFFICE_DBOV) <= 3 for level in levels[-1:]), f"levels in -dBov: {levels}")
    for (_, _, number, stamp, _, _), (marker, kind, following, later, _, _), was in zip(packets, packets[1:], packets):
        expect(following == (number + 1) % 65536, f"a gap in numbers: {number}, {following}")
        expect(0 < later - stamp and (later - stamp) % 160 == 0, f"times: {stamp}, {later}")
        if was[1] == NOISE and kind == VOICE:
            expect(marker == 1, "voice begins with a marker (RFC 3551, 4.1)")
    sent = 50 * (6 + SPEECH_S)
    expect(len(packets) < 0.8 * sent, f"{len(packets)} packets of {sent:.0f}")
    if file_of_packets:  # for text2pcap -u 20000,20002
        pathlib.Path(file_of_packets).write_text("".join(f"0000 {one[5].hex(' ')}\n" for one in packets if one[1] == NOISE))
    print(f"silence: {len(packets)} packets of {sent:.0f}, noise of -{levels} dBov", flush=True)


def run(gateways, folder, file_of_packets):
    enter(gateways)
    amsterdam, berlin = gateways.values()
    phones = []
    try:
        expect(register(folder, f"127.0.0.1:{PORTS['amsterdam']}", TONE).succeeded() == 1, "the SIPp registers")
        promises = Sip(amsterdam, folder, 10, "200", answers="early")
        phones = [promises, Sip(berlin, folder, 9, "309")]
        for phone in phones:
            phone.begin()
        heard_early(Analog(amsterdam, 1, "201"), amsterdam, folder)
        heard_early(Analog(berlin, 1, "301"), amsterdam, folder)
        heard_early(phones[1], amsterdam, folder)
        promised(Analog(amsterdam, 1, "201"), promises)
        without_offer(amsterdam, folder)
        silence(berlin, file_of_packets)
    finally:
        for phone in phones:
            phone.stop()


def main():
    with tempfile.TemporaryDirectory(prefix="switchroom-early-") as folder:
        run_folder = pathlib.Path(folder)
        gateways = two_towns(sys.argv[1], run_folder, "comfort_noise = true\n")
        with looked_after(*gateways.values()):
            run(gateways, run_folder, sys.argv[2] if len(sys.argv) > 2 else "")


if __name__ == "__main__":
    undisturbed("before the answer", main)
