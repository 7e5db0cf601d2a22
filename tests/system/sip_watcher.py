# SPDX-License-Identifier: MIT
"""The part of a desk phone that has lamps: subscribes to somebody's dialogs (RFC 4235), with digest, over UDP."""
import re
import secrets
import socket
import time

from sip_digest import proof


def parse(packet):
    """First line, headers by small name, body."""
    head, _, body = packet.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    return first, {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}, body


class Watcher:
    def __init__(self, user, password, server, target, event="dialog", expires=60):
        self.user, self.password, self.server, self.event, self.expires = user, password, server, event, expires
        self.uri = f"sip:{target}@{server[0]}:{server[1]}"
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.id, self.tag, self.to, self.sequence = secrets.token_hex(8), secrets.token_hex(4), f"<{self.uri}>", 0
        self.versions, self.bodies = [], []

    def send(self, proven=""):
        self.sequence += 1
        self.socket.sendto("\r\n".join([
            f"SUBSCRIBE {self.uri} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{secrets.token_hex(8)};rport", "Max-Forwards: 70",
            f"From: <sip:{self.user}@{self.server[0]}>;tag={self.tag}", f"To: {self.to}", f"Call-ID: {self.id}",
            f"CSeq: {self.sequence} SUBSCRIBE", f"Contact: <sip:{self.user}@127.0.0.1:{self.port}>",
            f"Event: {self.event}", f"Expires: {self.expires}", *([f"Proxy-Authorization: {proven}"] if proven else []),
            "Content-Length: 0", "", ""]).encode(), self.server)

    def response(self):
        """Of the last SUBSCRIBE; NOTIFYs that come first are taken."""
        while True:
            first, headers, body = self.receive(5)
            if first.startswith("SIP/2.0") and not first.startswith("SIP/2.0 100"):
                return int(first.split()[1]), headers
            if first.startswith("NOTIFY"):
                self.bodies.append(body)

    def subscribe(self):
        """The final status."""
        self.send()
        status, headers = self.response()
        if status == 407:
            asked = dict(re.findall(r'(\w+)="([^"]*)"', headers["proxy-authenticate"]))
            self.send(proof(self.user, self.password, asked["realm"], asked["nonce"], "SUBSCRIBE", self.uri))
            status, headers = self.response()
        self.to = headers.get("to", self.to)
        return status

    def receive(self, timeout):
        self.socket.settimeout(timeout)
        packet, source = self.socket.recvfrom(65536)
        first, headers, body = parse(packet)
        if first.startswith("NOTIFY"):
            self.socket.sendto("\r\n".join(["SIP/2.0 200 OK", *(f"{name.title()}: {headers[name]}" for name in (
                "via", "from", "to", "call-id", "cseq")), "Content-Length: 0", "", ""]).encode(), source)
        return first, headers, body

    def shows(self, state, timeout=5):
        """Waits until the lamp shows it."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            while self.bodies:
                body = self.bodies.pop(0)
                self.versions.append(int(re.search(r'version="(\d+)"', body).group(1)))
                if f"<state>{state}</state>" in body:
                    return
            try:
                first, _, body = self.receive(0.2)
            except TimeoutError:
                continue
            if first.startswith("NOTIFY"):
                self.bodies.append(body)
        raise AssertionError(f"the lamp never showed {state}")
