# SPDX-License-Identifier: MIT
"""A real sip-edge without a gateway: this speaks proto/edge.proto to it, and SIP as a phone would."""
import itertools
import re
import secrets
import socket
import struct
import subprocess
import time

from sip_digest import proof

REALM = "berlin"
LINE, PHONE, PASSWORD = 9, "desk9", "desk9-secret"
FIGURES, SEIZE, ANSWER, HOLD, RELEASE, READY, STATE, LISTENING, TROUBLE = 10, 2, 3, 5, 6, 7, 1, 11, 12  # fields of FromEdge
TOLD_PORTS, TOLD_RING, TOLD_PROGRESS, TOLD_RELEASE = 1, 2, 3, 4  # fields of ToEdge
CODEC_PCMU, CODEC_PCMA = 1, 2
NUMBERS = itertools.count(1)
GOOD_SDP = ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 0 101\r\n"
            "a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n")


def expect(holds, what):
    if not holds:
        raise AssertionError(what)


def status(answer):
    return answer.status if answer else 0


def varint(value):
    octets = b""
    while value > 0x7f:
        octets, value = octets + bytes([value & 0x7f | 0x80]), value >> 7
    return octets + bytes([value])


def field(number, value):
    """Of a protobuf message: integers, text, or a message's octets."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    octets = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(octets)) + octets


def fields(octets):
    """{number: [value, …]}"""
    found, at = {}, 0

    def number():
        nonlocal at
        value, shift = 0, 0
        while True:
            octet, at = octets[at], at + 1
            value, shift = value | (octet & 0x7f) << shift, shift + 7
            if octet < 0x80:
                return value
    while at < len(octets):
        key = number()
        if key & 7 == 0:
            value = number()
        else:
            length = number()
            value, at = octets[at:at + length], at + length
        found.setdefault(key >> 3, []).append(value)
    return found


def endpoint(port=20000):
    return field(1, "127.0.0.1") + field(2, port) + field(3, 8)


class Ended(Exception):
    def __init__(self, status, said):
        super().__init__(f"sip-edge has ended: {status}")
        self.status, self.said = status, said


class Edge:
    def __init__(self, binaries, port, *options, log=None, host="127.0.0.1", port_options=b""):
        """`port_options`: fields more of the first Port."""
        self.port, self.host = port, host
        ours, its = socket.socketpair()
        # As descriptor 3, which it is told otherwise: Python passes a number on as it is.
        self.process = subprocess.Popen([str(binaries / "sip-edge"), "--listen", f"sip:{host}:{port}", "--realm", REALM,
                                         "--gateway", str(its.fileno()), *options], pass_fds=[its.fileno()], stderr=log)
        its.close()
        self.socket, self.unread, self.said = ours, b"", []
        ports = b"".join(field(1, field(1, line) + field(2, name) + field(3, secret) + field(5, CODEC_PCMA) + field(5, CODEC_PCMU) + more)
                         for line, name, secret, more in ((LINE, PHONE, PASSWORD, port_options), (10, "desk10", "desk10-secret", b"")))
        self.say(TOLD_PORTS, ports)
        self.wait(READY)

    def say(self, number, message):
        octets = field(number, message)
        self.socket.sendall(struct.pack("<I", len(octets)) + octets)

    def read(self, timeout=0.02):
        self.socket.settimeout(timeout)
        try:
            got = self.socket.recv(65536)
        except TimeoutError:
            return
        except ConnectionResetError:  # it has not read all that it was told
            got = b""
        if not got:
            raise Ended(self.process.wait(), self.said)
        self.unread += got
        while len(self.unread) >= 4:
            size, = struct.unpack("<I", self.unread[:4])
            if len(self.unread) < 4 + size:
                return
            for number, values in fields(self.unread[4:4 + size]).items():
                self.said += [(number, fields(values[0]))]
            self.unread = self.unread[4 + size:]

    def wait(self, number, wanted=lambda _: True, timeout=5.0):
        deadline = time.monotonic() + timeout
        while True:
            for n, (kind, message) in enumerate(self.said):
                if kind == number and wanted(message):
                    del self.said[:n + 1]
                    return message
            assert time.monotonic() < deadline, f"message {number} was not said; but {self.said[-5:]}"
            self.read()

    def status(self):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            return dict(line.rstrip("\n").split(":", 1) for line in file)

    def resident_kib(self):
        return int(self.status()["VmRSS"].split()[0])

    def stop(self):
        self.socket.close()
        try:
            return self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


class Answer:
    def __init__(self, octets):
        head, _, self.body = octets.decode("utf-8", "replace").partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        self.first = first
        self.status = int(first.split()[1]) if first.startswith("SIP/2.0 ") else 0
        self.headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            self.headers.setdefault(name.strip().lower(), []).append(value.strip())

    def __getitem__(self, name):
        return self.headers.get(name, [""])[0]


class Phone:
    """Over UDP, from an address of its own: 127.x.y.z all are this computer's."""

    def __init__(self, edge, address, name=PHONE, password=PASSWORD):
        self.edge, self.address, self.name, self.password = edge, address, name, password
        self.v6 = ":" in address
        self.socket = socket.socket(socket.AF_INET6 if self.v6 else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.address = f"[{address}]" if self.v6 else address
        self.port = self.socket.getsockname()[1]
        self.transport, self.asked = "UDP", None

    @property
    def contact(self):
        return f"<sip:{self.name}@{self.address}:{self.port}>"

    def close(self):
        self.socket.close()

    def send(self, octets):
        self.socket.sendto(octets, ("::1" if self.v6 else "127.0.0.1", self.edge.port))

    def receive(self, timeout):
        self.socket.settimeout(max(timeout, 0.001))
        try:
            return self.socket.recv(65536)
        except (TimeoutError, ConnectionRefusedError):
            return None

    def answer(self, timeout=1.0, above=199):
        """The next answer that is final, to what was asked last; None: none has come."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            octets = self.receive(deadline - time.monotonic())
            found = Answer(octets) if octets else None
            if found and found.status >= 300 and found["cseq"].endswith(" INVITE"):
                self.acknowledge(found)
            if found and found.status > above and self.asked in (None, (found["call-id"], found["cseq"])):
                return found
        return None

    def acknowledge(self, refusal):
        lines = [f"ACK sip:{REALM} SIP/2.0", *(f"{name}: {refusal[name]}" for name in ("via", "from", "to", "call-id")),
                 f"CSeq: {refusal['cseq'].split()[0]} ACK", "Content-Length: 0"]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode())

    def request(self, method, user="", headers=(), body="", to_tag="", call=None, cseq=None, length=None, contact=None):
        number = next(NUMBERS)
        self.asked = (f"c{call or number}@{self.address}", f"{cseq or number} {method}") if method != "ACK" else self.asked
        to = f"<sip:{user}@{REALM}>" if user else f"<sip:{REALM}>"
        lines = [f"{method} sip:{user + '@' if user else ''}{self.edge.host}:{self.edge.port} SIP/2.0",
                 f"Via: SIP/2.0/{self.transport} {self.address}:{self.port};rport;branch=z9hG4bK{secrets.token_hex(6)}",
                 f"From: <sip:{self.name}@{REALM}>;tag=t{call or number}", f"To: {to}{to_tag}",
                 f"Call-ID: c{call or number}@{self.address}", f"CSeq: {cseq or number} {method}", "Max-Forwards: 70",
                 *([f"Contact: {self.contact if contact is None else contact}"] if contact != "" else []), *headers,
                 f"Content-Length: {len(body.encode()) if length is None else length}"]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()

    def ask(self, method, user="", headers=(), **more):
        self.send(self.request(method, user, headers, **more))
        return self.answer()

    def proof(self, challenge, method, uri, count=1, password=None, wanted="MD5"):
        """A value of Authorization; RFC 7616."""
        nonce = re.search(r'nonce="([^"]*)"', challenge)[1]
        return proof(self.name, password or self.password, REALM, nonce, method, uri, count, wanted)

    def challenged(self, method="REGISTER", user=""):
        asked = self.ask(method, user or (self.name if method == "REGISTER" else "201"))
        name = "www-authenticate" if method == "REGISTER" else "proxy-authenticate"
        assert asked and asked[name], f"{method} is not challenged: {asked and asked.first}"
        return asked.headers[name]

    def register(self, expires=120, password=None, challenge=None, count=1, wanted="MD5", contact=None):
        challenge = challenge or next(one for one in self.challenged() if f"algorithm={wanted}" in one)
        proof = self.proof(challenge, "REGISTER", f"sip:{REALM}", count, password, wanted)
        return self.ask("REGISTER", self.name, [f"Authorization: {proof}", f"Expires: {expires}"], contact=contact)

    def invite(self, body, number="201", kind="application/sdp", call=None, cseq=None):
        """With a proof; what is said to it, provisionally too."""
        challenge = self.challenged("INVITE")[0]
        proof = self.proof(challenge, "INVITE", f"sip:{number}@{REALM}")
        self.send(self.request("INVITE", number, [f"Proxy-Authorization: {proof}", f"Content-Type: {kind}"], body=body,
                               call=call, cseq=cseq))


class StreamPhone(Phone):
    """Over TCP, or TLS with a context of ssl."""

    def __init__(self, edge, address, port, context=None, **more):
        super().__init__(edge, address, **more)
        self.socket.close()
        self.socket = socket.create_connection(("127.0.0.1", port), source_address=(address, 0), timeout=5)
        if context:
            self.socket = context.wrap_socket(self.socket)
        self.port = self.socket.getsockname()[1]
        self.transport, self.unread = "TLS" if context else "TCP", b""

    def send(self, octets):
        self.socket.sendall(octets)

    def receive(self, timeout):
        """One message."""
        self.socket.settimeout(max(timeout, 0.001))
        while True:
            head, found, rest = self.unread.partition(b"\r\n\r\n")
            length = re.search(rb"(?im)^(?:content-length|l)\s*:\s*(\d+)", head) if found else None
            if length and len(rest) >= int(length[1]):
                size = len(head) + 4 + int(length[1])
                whole, self.unread = self.unread[:size], self.unread[size:]
                return whole
            try:
                got = self.socket.recv(65536)
            except TimeoutError:
                return None
            if not got:
                return None
            self.unread += got
