# SPDX-License-Identifier: MIT
"""A baresip without sound hardware: it plays a WAV file, records what it hears, and is driven by its ctrl_tcp."""
import json
import pathlib
import socket
import subprocess
import time

MODULES = ["account.so", "g711.so", "g722.so", "opus.so", "aufile.so", "aubridge.so", "sndfile.so", "srtp.so"]


class Baresip:
    def __init__(self, folder, port, control_port, user, password, server, speech=None, answers="manual", account="", transport="",
                 config=(), codecs="pcma,pcmu", rate=8000, address="127.0.0.1"):
        """`account`: parameters behind the address; `config`: lines more; `rate`: of what it plays and records; `address`:
        its own."""
        self.folder, self.control_port = pathlib.Path(folder), control_port
        self.folder.mkdir(parents=True)
        (self.folder / "config").write_text("\n".join([
            f"sip_listen {address}:{port}", f"net_interface {address}",
            f"audio_source aufile,{speech}" if speech else "audio_source aubridge,silent",
            "audio_player aubridge,sink", f"ausrc_srate {rate}", f"auplay_srate {rate}", "ausrc_channels 1",
            "auplay_channels 1", "module_path /usr/lib/baresip/modules",
            *(f"module {name}" for name in MODULES if name != "account.so"), "module_tmp account.so",
            "module_app menu.so", "module_app ctrl_tcp.so", f"ctrl_tcp_listen 127.0.0.1:{control_port}",
            f"snd_path {self.folder}", "rtp_timeout 0", *config, ""]))
        (self.folder / "accounts").write_text(
            f"<sip:{user}@{server}{transport}>;auth_user={user};auth_pass={password};answermode={answers};"
            f"audio_codecs={codecs};regint=60{account}\n")
        (self.folder / "contacts").write_text("")
        self.log = open(self.folder / "log", "w")
        # As the gateway, a session of its own: the kernel shares its time out among these.
        self.process = subprocess.Popen(["baresip", "-4", "-f", str(self.folder)], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log, start_new_session=True)
        self.events, self.unread, self.socket = [], b"", None

    def connect(self):
        deadline = time.monotonic() + 10
        while self.socket is None:
            try:
                self.socket = socket.create_connection(("127.0.0.1", self.control_port), timeout=5)
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        self.socket.settimeout(0.05)

    def command(self, name, parameters=""):
        text = json.dumps({"command": name, "params": parameters}).encode()
        self.socket.sendall(str(len(text)).encode() + b":" + text + b",")

    def read(self):
        try:
            self.unread += self.socket.recv(65536)
        except TimeoutError:
            pass
        while b":" in self.unread:
            length, rest = self.unread.split(b":", 1)
            if len(rest) < int(length) + 1:
                return
            self.events.append(json.loads(rest[:int(length)]))
            self.unread = rest[int(length) + 1:]

    def saw(self, kind):
        """The oldest event of this kind that was not asked for yet."""
        self.read()
        for n, event in enumerate(self.events):
            if event.get("type") == kind:
                return self.events.pop(n)
        return None

    def wait(self, kind, timeout=10.0):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            event = self.saw(kind)
            if event:
                return event
        raise AssertionError(f"{self.folder.name}: waited {timeout:.0f} s for {kind}; "
                             f"came: {[event.get('type') for event in self.events]}\n{self.said()}")

    def said(self):
        return (self.folder / "log").read_text()[-3000:]

    def heard(self):
        """The newest recording of what came in."""
        return max(self.folder.glob("dump-*-dec.wav"), key=lambda file: file.stat().st_mtime)

    def stop(self):
        if self.socket:
            self.socket.close()
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
