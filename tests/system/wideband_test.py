# SPDX-License-Identifier: MIT
"""Wideband phones: what one says up to 7 kHz the other hears, at one gateway and across the network, by G.722 and by
Opus; a call of either with an analog phone is as any other.

usage: wideband_test.py BINARIES
"""
import array
import math
import pathlib
import sys
import tempfile
import time
import wave

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[2] / "scripts"), str(pathlib.Path(__file__).resolve().parent)]
from baresip import Baresip  # noqa: E402
from gateways import SITES, Gateway, Loopback, configure, expect, looked_after, wait_until  # noqa: E402
from real_time import PATIENT, hear, undisturbed  # noqa: E402

PORTS = {"amsterdam": 5660, "berlin": 5690}
RATES = {"G722": 16000, "opus/48000/2": 48000, "pcma": 8000}  # of what the phone plays and records
TONES = (400, 1700, 3100, 5000, 6300)  # Hz: three that the fabric has, two that it has not
PEAK = 3000
CALL_S = 2.5


def write_tones(where, rate, seconds=60):
    samples = array.array("h", (round(sum(PEAK * math.sin(2 * math.pi * hz * n / rate) for hz in TONES if hz < rate / 2)) for n in range(rate)))
    with wave.open(str(where), "w") as file:
        file.setnchannels(1), file.setsampwidth(2), file.setframerate(rate)
        file.writeframes(samples.tobytes() * seconds)
    return where


def levels(recording):
    """Of each tone, dB over how it was said, and the rate of the recording; of half a second that is undisturbed."""
    with wave.open(str(recording)) as file:
        rate, samples = file.getframerate(), array.array("h", file.readframes(file.getnframes()))[::file.getnchannels()]
    best, window = [-99.0] * len(TONES), rate // 2
    for begin in range(0, len(samples) - window, window // 2):
        part = samples[begin:begin + window]
        found = []
        for hz in TONES:
            s = sum(x * math.sin(2 * math.pi * hz * n / rate) for n, x in enumerate(part))
            c = sum(x * math.cos(2 * math.pi * hz * n / rate) for n, x in enumerate(part))
            found.append(20 * math.log10(max(2 * math.hypot(s, c) / window, 1e-3) / PEAK) if hz < rate / 2 else -99.0)
        best = max(best, found, key=lambda all_of: min(all_of[:3]))
    return [round(level, 1) for level in best], rate


class WidePhone:
    def __init__(self, gateway, folder, line, codec, tones):
        self.gateway, self.line = gateway, line
        name, port = f"desk{line}", PORTS[gateway.name]
        self.phone = Baresip(folder / f"{gateway.name}-{name}", port + 2 * line, port + 1000 + line, name, name,
                             f"127.0.0.1:{port}", tones[RATES[codec]], "auto" if line > 10 else "manual", codecs=codec, rate=RATES[codec])

    def begin(self):
        self.phone.connect()
        self.gateway.wait_for_phone(self.line)


def call(caller, number, called, what):
    """Codecs and counts of the streams of both gateways while it goes on; what each phone heard."""
    before = {phone: set(phone.phone.folder.glob("dump-*-dec.wav")) for phone in (caller, called)}
    caller.phone.command("dial", number)
    wait_until(f"{what}: up", lambda: caller.gateway.line(caller.line)["state"] == "in call")
    time.sleep(CALL_S)
    streams = [stream for gateway in {caller.gateway, called.gateway}
               for c in gateway.cli("calls")["calls"] for stream in c.get("media", [])]
    caller.phone.command("hangup")
    wait_until(f"{what}: over", lambda: called.gateway.line(called.line)["state"] == "idle")
    heard = [levels(max(set(phone.phone.folder.glob("dump-*-dec.wav")) - before[phone], key=lambda file: file.stat().st_ctime))
             for phone in (caller, called)]
    print(f"{what}: heard {heard[0][0]} and {heard[1][0]} dB at {TONES} Hz", flush=True)
    return streams, heard


def wide(what, caller, number, called, codec, streams_in_all):
    streams, heard = call(caller, number, called, what)
    expect([s["codec"] for s in streams] == [codec] * streams_in_all, f"{what}: streams {streams}")
    expect(all(int(s.get("packetsForwarded", 0)) > 50 for s in streams), f"{what}: not relayed: {streams}")
    for found, _ in heard:
        hear(all(abs(level) < 2 for level in found), f"{what}: {found} dB")


def run(gateways, folder):
    for gateway in gateways.values():
        gateway.start()
    amsterdam, berlin = gateways.values()
    for gateway in (amsterdam, berlin):
        wait_until("the board is up", lambda: gateway.cli("status", check=False).get("boardUp"))
    for gateway, number in ((amsterdam, "209"), (amsterdam, "211"), (amsterdam, "212"), (berlin, "311"), (berlin, "312"),
                            (amsterdam, "213")):
        gateway.cli("user", "add", number, "--name", f"Person {number}")
    wait_until("connected", lambda: amsterdam.peers_up() == berlin.peers_up() == 1)
    wait_until("known", lambda: amsterdam.user("312") and amsterdam.user("311"))
    tones = {rate: write_tones(folder / f"tones-{rate}.wav", rate) for rate in set(RATES.values())}
    phones = {}
    try:
        for gateway, line, codec in ((amsterdam, 9, "G722"), (amsterdam, 10, "opus/48000/2"), (amsterdam, 11, "G722"),
                                     (amsterdam, 12, "opus/48000/2"), (amsterdam, 13, "pcma"), (berlin, 11, "G722"), (berlin, 12, "opus/48000/2")):
            phones[gateway, line] = WidePhone(gateway, folder, line, codec, tones)
            phones[gateway, line].begin()
        by_g722, by_opus = phones[amsterdam, 9], phones[amsterdam, 10]
        wide("G.722 here", by_g722, "211", phones[amsterdam, 11], "G722", 2)
        wide("G.722 across", by_g722, "311", phones[berlin, 11], "G722", 4)
        wide("Opus here", by_opus, "212", phones[amsterdam, 12], "opus", 2)
        wide("Opus across", by_opus, "312", phones[berlin, 12], "opus", 4)
        # By the fabric: telephone band, as loud, and nothing where there was something above it.
        for caller, codec in ((by_g722, "G722"), (by_opus, "opus")):
            what = f"{codec} to G.711"
            streams, heard = call(caller, "213", phones[amsterdam, 13], what)
            expect(sorted(s["codec"] for s in streams) == sorted([codec, "PCMA"]), f"{what}: {streams}")
            expect(not any(int(s.get("packetsForwarded", 0)) for s in streams), f"{what}: relayed")
            for found, _ in heard:
                hear(all(abs(level) < 3 for level in found[:3]) and all(level < -30 for level in found[3:]), f"{what}: {found} dB")
    except Exception:
        for phone in phones.values():
            print(f"--- {phone.phone.folder.name}\n{phone.phone.said()}")
        raise
    finally:
        for phone in phones.values():
            phone.phone.stop()


def main():
    with tempfile.TemporaryDirectory(prefix="switchroom-wide-") as folder:
        run_folder = pathlib.Path(folder)
        gateways = {name: Gateway(name, pathlib.Path(sys.argv[1]), run_folder) for name in PORTS}
        configure(gateways, run_folder, Loopback(), **PATIENT)
        for name, lines in (("amsterdam", {9: "209", 11: "211", 12: "212", 13: "213"}), ("berlin", {11: "311", 12: "312"})):
            file = gateways[name].dir / "switchroomd.toml"
            text = file.read_text().replace(f"127.0.0.1:{SITES[name]['sip']}", f"127.0.0.1:{PORTS[name]}")
            text = text.replace('phone = "desk9"', f'base_user = "{lines[9]}"\nphone = "desk9"') if 9 in lines else text
            for line in (10, 11, 12, 13):
                base = f'base_user = "{lines[line]}"\n' if line in lines else ""
                text += f'\n[[line]]\nnumber = {line}\nphone = "desk{line}"\npassword = "desk{line}"\n{base}'
            file.write_text(text)
        with looked_after(*gateways.values()):
            run(gateways, run_folder)


if __name__ == "__main__":
    undisturbed("wideband", main)
