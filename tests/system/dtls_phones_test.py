# SPDX-License-Identifier: MIT
"""Real baresips whose voice is SRTP with keys by DTLS (RFC 5763): called by an analog phone and calling it, with RTCP on
the port of RTP and beside it; speech both ways is judged from recordings. Then somebody between the phone and the gateway
changes the fingerprint: the call ends, nobody has heard a word, and operators are told.

usage: dtls_phones_test.py BINARIES
"""
import pathlib
import select
import socket
import sys
import tempfile
import threading
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[2] / "scripts"), str(pathlib.Path(__file__).resolve().parent)]
from baresip import Baresip  # noqa: E402
from gateways import SITES, Gateway, Loopback, configure, expect, hang_up, looked_after, wait_until  # noqa: E402
from phone_sounds import judge, take_turns, with_silence_behind  # noqa: E402
from real_time import PATIENT, undisturbed  # noqa: E402

SPEECH = pathlib.Path("/usr/share/asterisk/sounds/en_US_f_Allison")
FROM_PHONE, FROM_LINE = SPEECH / "vm-intro.wav", SPEECH / "vm-options.wav"
SIP, MIDDLE = 5660, 5669
SPEECH_S = 6  # FROM_PHONE is a little shorter


class Middle:
    """Carries SIP between one phone and the gateway, and turns one digit of each fingerprint that the phone tells."""

    def __init__(self):
        self.to_phone, self.to_gateway = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        self.to_phone.bind(("127.0.0.1", MIDDLE))
        self.to_gateway.bind(("127.0.0.1", 0))
        self.phone, self.changed, self.over = None, 0, False
        self.thread = threading.Thread(target=self.carry, daemon=True)
        self.thread.start()

    def carry(self):
        while not self.over:
            for ready in select.select([self.to_phone, self.to_gateway], [], [], 0.1)[0]:
                octets, sender = ready.recvfrom(65536)
                if ready is self.to_phone:
                    self.phone = sender
                    self.to_gateway.sendto(self.turned(octets), ("127.0.0.1", SIP))
                elif self.phone:
                    self.to_phone.sendto(octets, self.phone)

    def turned(self, octets):
        at = octets.find(b"fingerprint:")
        if at < 0:
            return octets
        self.changed += 1
        end = octets.index(b"\r\n", at)
        while end >= 0:
            last = b"1" if octets[end - 1:end] == b"0" else b"0"
            octets = octets[:end - 1] + last + octets[end:]
            at = octets.find(b"fingerprint:", end)
            end = octets.index(b"\r\n", at) if at >= 0 else -1
        return octets

    def stop(self):
        self.over = True
        self.thread.join()


def was_heard(gateway, line):
    """A stream that has had a packet that could be played is told of when it is over."""
    return any(entry["from"] == "voice" and f"line {line}" in entry["to"] and "MOS" in entry["what"]
               for entry in gateway.cli("log")["entries"])


def counted(gateway, name):
    return next(int(c.get("value", 0)) for c in gateway.cli("board")["counters"] if c["name"] == f"host.{name}")


def alarms(gateway):
    return [alarm for alarm in gateway.cli("alarms").get("alarms", []) if alarm["id"].startswith("dtls-")]


def baresip(folder, line, speech, server, one_port):
    name = f"desk{line}"
    return Baresip(folder / name, SIP + 20 + 2 * line, SIP + 1000 + line, name, name, server, speech,
                   account=";mediaenc=dtls_srtp", config=("module dtls_srtp.so", f"rtcp_mux {'yes' if one_port else 'no'}"))


def is_secure(gateway):
    return gateway.cli("calls")["calls"][0]["media"][0].get("srtp", False)


def calls_both_ways(gateway, phone, line, what):
    """The phone has registered."""
    made = counted(gateway, "dtls_made")
    gateway.phone(1, "off-hook")
    gateway.phone(1, "dial", f"20{line}" if line < 10 else "210")
    phone.wait("CALL_INCOMING")
    phone.command("accept")
    answered = time.monotonic()
    phone.wait("CALL_ESTABLISHED")  # it has keys
    took = time.monotonic() - answered
    print(f"{what}: keys after {1000 * took:.0f} ms", flush=True)
    expect(took < 0.9, f"its first packet, which overtakes its answer, is not lost and said again: {took:.1f} s")
    at_line = take_turns(gateway, f"{what}-called", SPEECH_S, FROM_LINE)
    expect(is_secure(gateway), "it is SRTP")
    # The round trip on one machine may be less than baresip's clock can tell.
    media = lambda: gateway.cli("calls")["calls"][0]["media"][0]  # noqa: E731
    wait_until(f"reports come and go ({what})", lambda: media()["roundTripMs"] > 0 or media()["farJitterMs"] > 0)
    gateway.phone(1, "on-hook")
    phone.wait("CALL_CLOSED")
    judge(gateway, 1, f"{what} → line", FROM_PHONE, at_line)
    judge(gateway, 1, f"line → {what}", FROM_LINE, phone.heard())
    phone.command("dial", "201")
    gateway.phone(1, "wait", "ringing", "--timeout", 8)
    time.sleep(1.5)  # rings: the phone does not listen yet
    gateway.phone(1, "off-hook")
    phone.wait("CALL_ESTABLISHED")
    at_line = take_turns(gateway, f"{what}-caller", SPEECH_S, FROM_LINE)
    expect(is_secure(gateway), "it is SRTP")
    for on in ("hold", "resume"):
        phone.command(on)
        time.sleep(0.5)
    wait_until("off hold again", lambda: gateway.line(1)["state"] == "in call")
    time.sleep(0.5)
    expect(is_secure(gateway), "the keys are those that were made before the hold")
    gateway.phone(1, "play", FROM_LINE)
    gateway.phone(1, "wait", "played", "--timeout", 20)
    time.sleep(0.3)
    after = max(phone.folder.glob("dump-*-dec.wav"), key=lambda file: file.stat().st_ctime)  # a hold begins another
    phone.command("hangup")
    phone.wait("CALL_CLOSED")
    judge(gateway, 1, f"{what}, the caller → line", FROM_PHONE, at_line)
    judge(gateway, 1, f"line → {what}, after a hold", FROM_LINE, after)
    expect(was_heard(gateway, line), "the log says how it was heard")
    hang_up((gateway, 1))
    expect(counted(gateway, "dtls_made") == made + 2, f"one handshake a call: {counted(gateway, 'dtls_made') - made}")
    expect(counted(gateway, "dtls_refused") == counted(gateway, "dtls_troubled") == 0, "nothing went wrong")
    expect(not alarms(gateway), "no alarm")


def somebody_between(gateway, folder, speech):
    """Takes no part in the handshake, so has no keys; what the phone says is not believed either."""
    middle = Middle()
    phone = baresip(folder, 11, speech, f"127.0.0.1:{MIDDLE}", True)
    try:
        begin(gateway, phone, 11)
        gateway.phone(1, "off-hook")
        gateway.phone(1, "dial", "211")
        phone.wait("CALL_INCOMING")
        phone.command("accept")
        wait_until("it is refused", lambda: counted(gateway, "dtls_refused") == 1)
        wait_until("and the call is over", lambda: gateway.line(11)["state"] == "idle", 5)
        expect(middle.changed > 0, "it was somebody else's fingerprint")
        gateway.phone(1, "on-hook")
        told = alarms(gateway)
        expect(len(told) == 1 and "fingerprint" in str(told), f"operators are told: {told}")
        print(f"refused: {told[0]}", flush=True)
        expect(any("fingerprint" in entry["what"] for entry in gateway.cli("log")["entries"]), "the log says why")
        wait_until("line 1 is free", lambda: gateway.line(1)["state"] == "idle")
        phone.command("dial", "201")
        gateway.phone(1, "wait", "ringing", "--timeout", 8)
        gateway.phone(1, "off-hook")
        wait_until("it is refused again", lambda: counted(gateway, "dtls_refused") == 2)
        wait_until("and over", lambda: gateway.line(11)["state"] == "idle", 5)
        hang_up((gateway, 1))
        expect(not was_heard(gateway, 11), "not a word of it was played")
    finally:
        phone.stop()
        middle.stop()


def begin(gateway, phone, line):
    phone.connect()
    gateway.wait_for_phone(line)


def run(gateway, folder):
    gateway.start()
    wait_until("the board is up", lambda: gateway.cli("status", check=False).get("boardUp"))
    for extension in ("201", "209", "210", "211"):
        gateway.cli("user", "add", extension, "--name", f"Person {extension}")
    speech = with_silence_behind(FROM_PHONE, folder / "speech.wav")
    for line, one_port, what in ((9, True, "one port"), (10, False, "two ports")):
        phone = baresip(folder, line, speech, f"127.0.0.1:{SIP}", one_port)
        try:
            begin(gateway, phone, line)
            calls_both_ways(gateway, phone, line, what)
        except AssertionError:
            print(phone.said(), file=sys.stderr)
            raise
        finally:
            phone.stop()
    somebody_between(gateway, folder, speech)


def main():
    with tempfile.TemporaryDirectory(prefix="switchroom-dtls-") as folder:
        run_folder = pathlib.Path(folder)
        gateway = Gateway("amsterdam", pathlib.Path(sys.argv[1]), run_folder)
        configure({"amsterdam": gateway}, run_folder, Loopback(), **PATIENT)
        file = gateway.dir / "switchroomd.toml"
        phones = "".join(f'\n[[line]]\nnumber = {line}\nphone = "desk{line}"\npassword = "desk{line}"\nsrtp = "dtls"\n'
                         f'base_user = "2{line}"\n' for line in (10, 11))
        file.write_text(file.read_text().replace(f'"127.0.0.1:{SITES["amsterdam"]["sip"]}"', f'"127.0.0.1:{SIP}"')
                        .replace('phone = "desk9"', 'base_user = "209"\nsrtp = "dtls"\nphone = "desk9"') + phones)
        with looked_after(gateway):
            run(gateway, run_folder)


if __name__ == "__main__":
    undisturbed("phones with keys by DTLS", main)
