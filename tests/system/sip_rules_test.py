# SPDX-License-Identifier: MIT
"""What a real sip-edge alone makes of requests that cross each other, that belong to no dialogue, and of registrations of
several devices as one phone.

usage: sip_rules_test.py BINARIES
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from edge_alone import LINE, STATE, Answer, Edge, Phone, endpoint, field  # noqa: E402
from sip_torture_test import GOOD_SDP, expect, status  # noqa: E402

PORT = 5590
RING, RELEASE = 2, 4  # fields of ToEdge


def heard(phone, method, timeout=3):
    """The next request of this method that comes to a phone."""
    while True:
        octets = phone.receive(timeout)
        expect(octets, f"no {method} comes")
        if octets.startswith(method.encode() + b" "):
            return Answer(octets)


def reply(phone, request, line, body=""):
    lines = [f"SIP/2.0 {line}", *(f"Via: {one}" for one in request.headers["via"]), f"From: {request['from']}",
             f"To: {request['to']}{'' if ';tag=' in request['to'] else ';tag=ours'}", f"Call-ID: {request['call-id']}",
             f"CSeq: {request['cseq']}", f"Contact: {phone.contact}", *(["Content-Type: application/sdp"] if body else []),
             f"Content-Length: {len(body)}"]
    phone.send(("\r\n".join(lines) + "\r\n\r\n" + body).encode())


def cancelled(edge):
    """The phone's 200 and our CANCEL cross: it is let go."""
    phone = Phone(edge, "127.3.0.1")
    expect(status(phone.register()) == 200, "registers")
    edge.wait(STATE)
    for number, rings in ((100, True), (102, False)):
        edge.say(RING, field(1, LINE) + field(2, number) + field(3, "201") + field(5, endpoint()))
        invite = heard(phone, "INVITE")
        if rings:
            reply(phone, invite, "180 Ringing")
        edge.say(RELEASE, field(1, LINE) + field(2, number) + field(3, 16))
        if rings:
            reply(phone, heard(phone, "CANCEL"), "200 OK")
        else:
            edge.read(0.2)
        reply(phone, invite, "200 OK", GOOD_SDP)
        reply(phone, heard(phone, "BYE"), "200 OK")
    edge.say(RING, field(1, LINE) + field(2, 104) + field(3, "201") + field(5, endpoint()))
    invite = heard(phone, "INVITE")
    reply(phone, invite, "180 Ringing")
    edge.say(RELEASE, field(1, LINE) + field(2, 104) + field(3, 16))
    reply(phone, heard(phone, "CANCEL"), "200 OK")
    reply(phone, invite, "487 Request Terminated")
    heard(phone, "ACK")
    edge.read(0.2)
    expect(not any(message.get(2, [0])[0] in (100, 102, 104) for _, message in edge.said), f"the gateway knows: {edge.said}")
    phone.close()
    print("a 200 that crosses a CANCEL is let go")


def main():
    binaries = pathlib.Path(sys.argv[1])
    edge = Edge(binaries, PORT)
    try:
        for part in (cancelled,):
            part(edge)
        expect(edge.stop() == 0, "it ends with its gateway")
    finally:
        edge.process.kill()


if __name__ == "__main__":
    main()
