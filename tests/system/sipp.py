# SPDX-License-Identifier: MIT
"""Real SIPps (package sip-tester): phones of a gateway that register, call and are called by the dozen."""
import csv
import itertools
import pathlib
import re
import signal
import socket
import subprocess
import time

SCENARIOS = pathlib.Path(__file__).resolve().parent / "sipp"
SPEECH_FILE = "speech.alaw"
SPEAK = f'<nop><action><exec rtp_stream="{SPEECH_FILE},-1,8,PCMA/8000" /></action></nop>'
# Of what SIPp counts, what must not be.
BAD = ("FailedCall(C)", "OutOfCallMsgs(C)", "FatalErrors(C)")
# What comes again when SIPp has been slow to answer.
REPEATED = re.compile(r"Dead call \S+ \(successful\)")
UNTIL_TOLD = "MESSAGE"
NUMBERS = itertools.count(1)


def proof(name, password):
    return f"[authentication username={name} password={password}]"


class Phones:
    """Of one address and port: (name, password, line, number)."""

    def __init__(self, port, rows, address="127.0.0.1"):
        self.port, self.rows, self.address = port, rows, address

    def known(self, password=None):
        """Rows of register.xml: SIPp takes its word for a proof from there."""
        return [(name, proof(name, password or right)) for name, right, _, _ in self.rows]

    def calls_to(self, others):
        """Each calls the one in the same place."""
        return [(mine[0], proof(*mine[:2]), theirs[3]) for mine, theirs in zip(self.rows, others.rows)]


class Sipp:
    """One scenario; `replaced`: words of it. Without `users` it answers, until it is stopped."""

    def __init__(self, folder, scenario, phones, server, *options, users=None, replaced=(), speaks=False,
                 until_told=False):
        self.phones, self.name = phones, f"{scenario}-{next(NUMBERS)}"
        self.folder = pathlib.Path(folder, self.name)
        self.folder.mkdir(parents=True)
        text = (SCENARIOS / f"{scenario}.xml").read_text()
        for word, by in dict(replaced).items():
            text = text.replace(word, by)
        if until_told:
            text = text.replace("<pause />", f'<recv request="{UNTIL_TOLD}" />')
        if speaks:
            text = text.replace("<!-- SPEECH -->", SPEAK)
            (self.folder / SPEECH_FILE).write_bytes(tone_octets())
        (self.folder / "scenario.xml").write_text(text)
        command = ["sipp", server, "-sf", "scenario.xml", "-i", phones.address, "-mi", phones.address, "-p", str(phones.port),
                   "-nostdin", "-trace_stat", "-stf", "figures.csv", "-fd", "1", "-trace_err", "-error_file", "errors",
                   "-watchdog_minor_threshold", "600000", "-watchdog_major_threshold", "600000", *map(str, options)]
        if users is not None:
            (self.folder / "users.csv").write_text("SEQUENTIAL\n" + "".join(";".join(map(str, row)) + ";\n" for row in users))
            command += ["-inf", "users.csv"]
        self.log = open(self.folder / "log", "w", encoding="utf-8")
        self.process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

        if users is None:
            self.wait_for_socket()

    def wait_for_socket(self):
        """Else who calls at once finds nobody there."""
        local = f"{int.from_bytes(socket.inet_aton(self.phones.address), 'little'):08X}:{self.phones.port:04X}"
        deadline = time.monotonic() + 60
        while not any(line.split()[1] == local for line in pathlib.Path("/proc/net/udp").read_text().splitlines()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"SIPp does not listen: {self.wrong()}")
            time.sleep(0.02)

    def hang_up(self, calls):
        """Calls that last until told. SIPp knows them by Call-ID, which it makes of call, process and address."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            for n in range(1, calls + 1):
                udp.sendto(("\r\n".join([
                    f"{UNTIL_TOLD} sip:{self.phones.address} SIP/2.0", f"Via: SIP/2.0/UDP {self.phones.address};branch=z9hG4bK{n}",
                    "From: <sip:test@localhost>;tag=1", "To: <sip:test@localhost>;tag=1",
                    f"Call-ID: {n}-{self.process.pid}@{self.phones.address}", f"CSeq: 1 {UNTIL_TOLD}", "Content-Length: 0"])
                    + "\r\n\r\n").encode(), (self.phones.address, self.phones.port))
        return self.wait()

    def wait(self, timeout=180):
        self.process.wait(timeout=timeout)
        return self

    def end(self):
        """Takes no more calls, and ends when those it has are over."""
        self.process.send_signal(signal.SIGUSR1)
        return self.wait()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def figures(self):
        """The newest; it writes them once a second and at the end."""
        file = self.folder / "figures.csv"
        rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines(), delimiter=";")) if file.exists() else []
        return rows[-1] if rows else {}

    def succeeded(self):
        return int(self.figures().get("SuccessfulCall(C)") or 0)

    def wrong(self):
        """What went otherwise than the scenario says; "" : nothing."""
        seen = self.figures()
        found = {name: seen[name] for name in seen if name in BAD and int(seen[name] or 0)}
        errors = self.folder / "errors"
        said = errors.read_text(errors="replace") if errors.exists() else ""
        said = "".join(one for one in re.split(r"(?=\d{4}-\d\d-\d\d\t)", said)[1:] if not REPEATED.search(one))[:2000]
        if not seen:
            said += (self.folder / "log").read_text(errors="replace")[-500:]
        return f"{self.name}: {found} {said}" if found or said else ""


def tone_octets():
    """A second of A-law that is not silence: 1 kHz (ITU-T G.711, table 5)."""
    return bytes([0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4]) * 1000


def register(folder, server, phones, password=None, status=200, rate=100):
    run = Sipp(folder, "register", phones, server, "-m", len(phones.rows), "-r", rate, users=phones.known(password),
               replaced={"STATUS": str(status)})
    try:
        return run.wait()
    finally:
        run.kill()
