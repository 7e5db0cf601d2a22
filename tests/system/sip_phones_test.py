# SPDX-License-Identifier: MIT
"""A real baresip at a real gateway with a simulated board: it registers with digest, is called by an analog phone and
calls one, speech in both directions is judged from recordings, and a user logs in at it by dialling.

usage: sip_phones_test.py BINARIES
"""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[2] / "scripts"), str(pathlib.Path(__file__).resolve().parent)]
from baresip import Baresip  # noqa: E402
from phone_sounds import judge, take_turns, tones_in, with_silence_behind  # noqa: E402
from sip_watcher import Watcher  # noqa: E402
from gateways import SITES, Gateway, Loopback, configure, expect, hang_up, looked_after, wait_until  # noqa: E402
from real_time import PATIENT, hear, undisturbed  # noqa: E402

SPEECH = pathlib.Path("/usr/share/asterisk/sounds/en_US_f_Allison")
FROM_PHONE, FROM_LINE = SPEECH / "vm-intro.wav", SPEECH / "vm-options.wav"
SIP, PHONE, CONTROL = 5460, 5480, 6480
TLS, SECURE_PHONE, SECURE_CONTROL = 5461, 5490, 6490
IP_LINE = 9
SPEECH_S = 6  # FROM_PHONE is a little shorter


def certificate(folder):
    """Of 127.0.0.1, signed by itself: key and certificate for the gateway, the certificate for phones."""
    key, made, both = folder / "key.pem", folder / "cert.pem", folder / "agent.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", made],
                   check=True, capture_output=True)
    both.write_text(key.read_text() + made.read_text())
    return made, both


def digits_both_ways(gateway, phone):
    """In words over RTP to the phone and from it (RFC 4733), as tones on the line."""
    heard = gateway.dir / "digits.wav"
    time.sleep(0.5)
    gateway.phone(1, "record", heard)
    for digit in "159#":
        phone.command("sndcode", digit)
        time.sleep(0.4)
    gateway.phone(1, "record", "")
    hear(tones_in(heard) == "159#", f"the line heard {tones_in(heard)!r}")
    gateway.phone(1, "dial", "207*")
    got = "".join(phone.wait("CALL_DTMF_START")["param"] for _ in range(4))
    hear(got == "207*", f"the phone was sent {got!r}")


def two_calls_and_transfers(gateway, phone):
    """The phone holds one call and makes another; it hands the first one on, blind and after asking."""
    state = lambda line: gateway.line(line)["state"]  # noqa: E731

    def call_from_line_1():
        gateway.phone(1, "off-hook")
        gateway.phone(1, "dial", "209")
        phone.wait("CALL_INCOMING")
        phone.command("accept")
        phone.wait("CALL_ESTABLISHED")
        wait_until("line 1 talks to the phone", lambda: state(1) == "in call")

    call_from_line_1()
    phone.command("transfer", "202")
    gateway.phone(2, "wait", "ringing", "--timeout", 8)
    phone.wait("CALL_CLOSED")
    gateway.phone(2, "off-hook")
    wait_until("the two talk", lambda: state(1) == state(2) == "in call")
    expect(gateway.line(IP_LINE)["state"] == "idle", "the phone is free")
    hang_up((gateway, 1), (gateway, 2))

    call_from_line_1()
    phone.command("transfer", "999")
    phone.wait("TRANSFER_FAILED")
    # baresip 1.0.0 hangs up then.
    wait_until("its call is over", lambda: gateway.line(IP_LINE)["state"] == "idle")
    hang_up((gateway, 1))

    call_from_line_1()
    phone.command("hold")
    phone.command("dial", "202")
    gateway.phone(2, "wait", "ringing", "--timeout", 8)
    gateway.phone(2, "off-hook")
    phone.wait("CALL_ESTABLISHED")
    wait_until("both are its calls", lambda: state(1) == state(2) == "in call")
    phone.command("hangup")  # the second; the first stays on hold
    phone.wait("CALL_CLOSED")
    wait_until("the second is over", lambda: state(2) != "in call")
    expect(state(1) == "in call", "who is on hold stays there")
    phone.command("resume")
    digits_both_ways(gateway, phone)
    phone.command("hangup")
    phone.wait("CALL_CLOSED")
    hang_up((gateway, 1), (gateway, 2))


def lamps(gateway):
    """A busy lamp for 201, at a phone that is registered or not: it follows what line 1 does (H12)."""
    lamp = Watcher("desk9", "desk9", ("127.0.0.1", SIP), "201")
    expect(lamp.subscribe() == 200, "a lamp is served")
    lamp.shows("terminated")
    gateway.phone(1, "off-hook")
    lamp.shows("confirmed")
    gateway.phone(1, "on-hook")
    lamp.shows("terminated")
    gateway.phone(2, "off-hook")
    gateway.phone(2, "dial", "201")
    lamp.shows("early")
    gateway.phone(2, "on-hook")
    lamp.shows("terminated")
    expect(lamp.versions == sorted(set(lamp.versions)), f"versions count on: {lamp.versions}")
    hang_up((gateway, 1), (gateway, 2))
    expect(Watcher("desk9", "wrong", ("127.0.0.1", SIP), "201").subscribe() == 407, "not to those who prove nothing")
    expect(Watcher("desk9", "desk9", ("127.0.0.1", SIP), "201", "presence").subscribe() == 489, "no other packages")
    expect(Watcher("desk9", "desk9", ("127.0.0.1", SIP), "nobody").subscribe() == 404, "nor what is no number")


def secure(gateway, folder):
    """A phone over TLS, which takes nothing but SRTP."""
    phone = Baresip(folder / "desk10", SECURE_PHONE, SECURE_CONTROL, "desk10", "desk10", f"127.0.0.1:{TLS}",
                    folder / "speech.wav", transport=";transport=tls", account=";mediaenc=srtp-mand",
                    config=(f"sip_cafile {folder / 'cert.pem'}",))
    try:
        phone.connect()
        wait_until("registered by TLS", lambda: any("line 10" in entry["to"] and "phone at" in entry["what"]
                                                    for entry in gateway.cli("log")["entries"]))
        gateway.phone(1, "off-hook")
        gateway.phone(1, "dial", "210")
        phone.wait("CALL_INCOMING")
        phone.command("accept")
        phone.wait("CALL_ESTABLISHED")
        at_line = take_turns(gateway, "secure-called", SPEECH_S, FROM_LINE)
        gateway.phone(1, "on-hook")
        phone.wait("CALL_CLOSED")
        judge(gateway, 1, "secure phone → line", FROM_PHONE, at_line)
        judge(gateway, 1, "line → secure phone", FROM_LINE, phone.heard())
        phone.command("dial", "201")
        gateway.phone(1, "wait", "ringing", "--timeout", 8)
        gateway.phone(1, "off-hook")
        phone.wait("CALL_ESTABLISHED")
        digits_both_ways(gateway, phone)
        phone.command("hangup")
        phone.wait("CALL_CLOSED")
        hang_up((gateway, 1))
        phone.command("dial", "201")
        gateway.phone(1, "wait", "ringing", "--timeout", 8)
        gateway.phone(1, "off-hook")
        phone.wait("CALL_ESTABLISHED")
        phone.command("transfer", "999")
        phone.wait("TRANSFER_FAILED")  # is told over the connection that it has made
        wait_until("its call is over", lambda: gateway.line(10)["state"] == "idle")
        hang_up((gateway, 1))
    finally:
        phone.stop()


def run(gateway, folder):
    gateway.start()
    wait_until("the board is up", lambda: gateway.cli("status", check=False).get("boardUp"))
    for extension in ("201", "202", "203", "209", "210"):
        gateway.cli("user", "add", extension, "--name", f"Person {extension}", "--code", "1234")
    gateway.phone(1, "off-hook")
    gateway.phone(1, "dial", "209")  # nobody has registered yet
    wait_until("a phone that is not there is out of order", lambda: gateway.line(1)["state"] == "hears tone")
    hang_up((gateway, 1))

    phone = Baresip(folder / "desk9", PHONE, CONTROL, "desk9", "desk9", f"127.0.0.1:{SIP}",
                    with_silence_behind(FROM_PHONE, folder / "speech.wav"))
    try:
        phone.connect()
        registered = lambda: any("phone at" in entry["what"] for entry in gateway.cli("log")["entries"])  # noqa: E731
        wait_until("registered", registered)

        gateway.phone(1, "off-hook")
        gateway.phone(1, "dial", "209")
        incoming = phone.wait("CALL_INCOMING")
        expect("201@" in incoming["peeruri"] and incoming["peerdisplayname"] == "Person 201", f"shown: {incoming}")
        phone.command("accept")
        phone.wait("CALL_ESTABLISHED")
        at_line = take_turns(gateway, "called", SPEECH_S, FROM_LINE)
        media = lambda: gateway.cli("calls")["calls"][0]["media"][0]  # noqa: E731
        wait_until("baresip's reports tell the round trip (RTCP)", lambda: media()["roundTripMs"] > 0)
        figures = media()
        print(f"voice: {figures}")
        hear(figures["mos"] > 4 and figures["concealed"] < 0.02, f"it is heard well: {figures}")
        gateway.phone(1, "on-hook")
        phone.wait("CALL_CLOSED")
        judge(gateway, 1, "phone → line", FROM_PHONE, at_line)
        judge(gateway, 1, "line → phone", FROM_LINE, phone.heard())
        hear(any(entry["from"] == "voice" and "MOS 4" in entry["what"] for entry in gateway.cli("log")["entries"]),
             "the log says how the call was heard")

        phone.command("dial", "201")
        gateway.phone(1, "wait", "ringing", "--timeout", 8)
        phone.wait("CALL_RINGING")
        gateway.phone(1, "off-hook")
        phone.wait("CALL_ESTABLISHED")
        at_line = take_turns(gateway, "caller", SPEECH_S, FROM_LINE)
        digits_both_ways(gateway, phone)
        phone.command("hangup")
        phone.wait("CALL_CLOSED")
        judge(gateway, 1, "phone → line", FROM_PHONE, at_line)
        judge(gateway, 1, "line → phone", FROM_LINE, phone.heard())
        hang_up((gateway, 1))
        two_calls_and_transfers(gateway, phone)
        lamps(gateway)
        secure(gateway, folder)

        phone.command("dial", "999")
        expect("404" in phone.wait("CALL_CLOSED")["param"], "an unknown number is not found")
        phone.command("dial", "*35*201*9999#")
        expect("403" in phone.wait("CALL_CLOSED")["param"], "a wrong code is refused (H5)")
        phone.command("dial", "*35*201*1234#")
        phone.wait("CALL_ESTABLISHED")  # hears that it worked
        phone.wait("CALL_CLOSED")
        expect(gateway.line(IP_LINE)["user"] == "201", "201 is logged in at the phone (H2)")
        # What the edge does not survive, the rest does not notice; and it is back by itself.
        gateway.phone(1, "off-hook")
        gateway.phone(1, "dial", "202")
        gateway.phone(2, "wait", "ringing", "--timeout", 8)
        gateway.phone(2, "off-hook")
        wait_until("an analog call", lambda: gateway.line(2)["state"] == "in call")
        gateway.phone(3, "off-hook")
        gateway.phone(3, "dial", "201")  # who is logged in at it
        phone.wait("CALL_INCOMING")
        phone.command("accept")
        wait_until("a call of the IP phone beside it", lambda: gateway.line(3)["state"] == "in call")
        time.sleep(0.5)
        heard = gateway.dir / "while-the-edge-dies.wav"
        gateway.phone(2, "record", heard)
        gateway.phone(1, "play", FROM_LINE)
        time.sleep(1)
        killed = edges()
        os.kill(killed[0], signal.SIGKILL)
        wait_until("its own call ends", lambda: gateway.line(3)["state"] == "hears tone", 2)
        expect(any("27 destination out of order" in entry["what"] for entry in gateway.cli("log")["entries"]), "with a cause")
        wait_until("the edge is back", lambda: edges() and edges() != killed, 2)
        gateway.phone(1, "wait", "played", "--timeout", 30)
        time.sleep(0.2)
        gateway.phone(2, "record", "")
        expect(gateway.line(1)["state"] == gateway.line(2)["state"] == "in call", "the analog call goes on")
        found = gateway.cli("measure", FROM_LINE, heard)
        print(f"analog call while the edge was killed: SNR {found['snrDb']:.1f} dB, {found['gaps']} gaps, "
              f"{found['slips']} slips")
        hear(found["snrDb"] > 25 and found["slips"] == found["gaps"] == 0, f"not a sample is lost: {found}")
        hang_up((gateway, 1), (gateway, 2), (gateway, 3))
        phone.command("uareg", "30 0")  # registers again by itself within its interval; not waited for here
        wait_until("the phone is back", back_since_the_edge_died(gateway))
    finally:
        phone.stop()


def back_since_the_edge_died(gateway):
    def is_back():
        said = [entry["what"] for entry in gateway.cli("log")["entries"]]
        died = max(n for n, what in enumerate(said) if what.startswith("edge down"))
        return any("phone at" in what for what in said[died:])
    return is_back


def edges():
    """The process of the gateway's edge, once it is up."""
    found = subprocess.run(["pgrep", "-f", f"sip-edge --listen sip:127.0.0.1:{SIP} "], capture_output=True, text=True)
    return [int(pid) for pid in found.stdout.split()]


def main():
    with tempfile.TemporaryDirectory(prefix="switchroom-sip-") as folder:
        run_folder = pathlib.Path(folder)
        gateway = Gateway("amsterdam", pathlib.Path(sys.argv[1]), run_folder)
        configure({"amsterdam": gateway}, run_folder, Loopback(), **PATIENT)
        file = gateway.dir / "switchroomd.toml"
        certificate(run_folder)
        file.write_text(file.read_text()
                        .replace(f'listen = "127.0.0.1:{SITES["amsterdam"]["sip"]}"',
                                 f'listen = "127.0.0.1:{SIP}"\ntls_listen = "127.0.0.1:{TLS}"\n'
                                 f'certificate = "{run_folder}/agent.pem"')
                        .replace('phone = "desk9"', 'base_user = "209"\nphone = "desk9"')
                        + '\n[[line]]\nnumber = 10\nphone = "desk10"\npassword = "desk10"\nsecure = true\n'
                          'base_user = "210"\n')
        with looked_after(gateway):
            run(gateway, run_folder)


if __name__ == "__main__":
    undisturbed("an IP phone is a desk", main)
