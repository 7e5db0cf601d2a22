# SPDX-License-Identifier: MIT
"""One real gateway with its simulated board and many IP phones: half of them call, half are called."""
import os
import pathlib
import socket
import struct
import subprocess

from edge_alone import field, fields
from gateways import SITES, Gateway, Loopback, configure, expect, wait_until
from sipp import Phones

SCN, SIP, RTP = 7160, 5760, 26000
FIRST_LINE, FIRST_CALLER, FIRST_CALLED = 11, 6000, 7000
PUT_USER, ERROR = 13, 1  # fields of Request and Reply (proto/control.proto)
HOST_SLOTS = 64  # of the simulated board: each phone in a call has one


class Town(Gateway):
    """`pairs` of phones, those of a half all at one address and port. `first_port`: of the two."""

    def __init__(self, binaries, run, pairs, first_port, more=""):
        super().__init__("amsterdam", pathlib.Path(binaries), pathlib.Path(run))
        configure({"amsterdam": self}, self.run, Loopback())
        half = lambda kind, first, line: [(f"{kind}{n}", f"secret-{kind}{n}", line + n, str(first + n)) for n in range(pairs)]  # noqa: E731
        self.callers = Phones(first_port, half("caller", FIRST_CALLER, FIRST_LINE))
        self.called = Phones(first_port + 1, half("called", FIRST_CALLED, FIRST_LINE + pairs))
        self.server = f"127.0.0.1:{SIP}"
        file, site = self.dir / "switchroomd.toml", SITES["amsterdam"]
        text = file.read_text()
        for was, now in ((f":{site['scn']}", f":{SCN}"), (f":{site['sip']}", f":{SIP}"), (f"base_port = {site['rtp']}", f"base_port = {RTP}")):
            text = text.replace(was, now)
        file.write_text(text + more + "".join(
            f'\n[[line]]\nnumber = {line}\nphone = "{name}"\npassword = "{password}"\nbase_user = "{number}"\n'
            for name, password, line, number in self.callers.rows + self.called.rows))

    def start(self):
        super().start()
        wait_until("the board is up", lambda: self.cli("status", check=False).get("boardUp"))
        self.enter(["201", "202", *(row[3] for row in self.callers.rows + self.called.rows)])

    def enter(self, extensions):
        """Users, by one connection of an operator's: the command line takes its time with hundreds."""
        with socket.socket(socket.AF_UNIX) as operator:
            operator.connect(str(self.dir / "control.sock"))
            answers = operator.makefile("rb")
            for extension in extensions:
                ask = field(PUT_USER, field(1, extension) + field(2, f"Person {extension}"))
                operator.sendall(struct.pack("<I", len(ask)) + ask)
                answer = answers.read(struct.unpack("<I", answers.read(4))[0])
                expect(ERROR not in fields(answer), f"user {extension}: {answer}")

    @property
    def daemon(self):
        return self.processes[-1].pid

    @property
    def edge(self):
        return self.child("sip-edge")

    def child(self, name):
        """A process of the gateway's."""
        return int(subprocess.run(["pgrep", "-P", str(self.daemon), name], capture_output=True, text=True, check=True).stdout)

    def lines_busy(self):
        return {line["line"]: line["state"] for line in self.cli("lines")["lines"] if line["state"] not in ("idle", "not there")}

    def phones_here(self):
        return sum(1 for phone in self.cli("phones")["phones"] if phone.get("here"))

    def host_slots_connected(self):
        """Of the board's switch: host slots that are given something to send."""
        return sum(1 for source in self.cli("board")["slotSources"][-HOST_SLOTS:] if int(source))


def resident_kib(pid):
    """What it has for itself: pages of files that are mapped are shared, and come and go."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon:"))


def processor_s(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
