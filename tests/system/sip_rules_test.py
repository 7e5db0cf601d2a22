# SPDX-License-Identifier: MIT
"""What a real sip-edge alone makes of requests that cross each other, that belong to no dialogue, and of registrations of
several devices as one phone.

usage: sip_rules_test.py BINARIES
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from edge_alone import (FIGURES, GOOD_SDP, LINE, PHONE, REALM, STATE, TOLD_RELEASE, TOLD_RING, TROUBLE, Answer, Edge, Ended, Phone,  # noqa: E402
                        StreamPhone, endpoint, expect, field, status)

PORT = 5590


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
        edge.say(TOLD_RING, field(1, LINE) + field(2, number) + field(3, "201") + field(5, endpoint()))
        invite = heard(phone, "INVITE")
        if rings:
            reply(phone, invite, "180 Ringing")
        edge.say(TOLD_RELEASE, field(1, LINE) + field(2, number) + field(3, 16))
        if rings:
            reply(phone, heard(phone, "CANCEL"), "200 OK")
        else:
            edge.read(0.2)
        reply(phone, invite, "200 OK", GOOD_SDP)
        reply(phone, heard(phone, "BYE"), "200 OK")
    edge.say(TOLD_RING, field(1, LINE) + field(2, 104) + field(3, "201") + field(5, endpoint()))
    invite = heard(phone, "INVITE")
    reply(phone, invite, "180 Ringing")
    edge.say(TOLD_RELEASE, field(1, LINE) + field(2, 104) + field(3, 16))
    reply(phone, heard(phone, "CANCEL"), "200 OK")
    reply(phone, invite, "487 Request Terminated")
    heard(phone, "ACK")
    edge.read(0.2)
    expect(not any(message.get(2, [0])[0] in (100, 102, 104) for _, message in edge.said), f"the gateway knows: {edge.said}")
    phone.close()
    print("a 200 that crosses a CANCEL is let go")


def many(edge, phone, method, expected, headers=(), rounds=20):
    """2,000 requests of no dialogue, a proof between so that they are served: how much larger the edge is then, in KiB."""
    before = 0
    for turn in range(rounds + 3):
        if turn == 3:  # what is made once is made
            before = edge.resident_kib()
        expect(status(phone.register()) == 200, "registers")
        phone.send(b"".join(phone.request(method, PHONE if method == "REGISTER" else "201", headers) for _ in range(100)))
        left = 100
        while left:
            octets = phone.receive(3)
            expect(octets, f"{method}: {left} of 100 are not answered")
            answer = Answer(octets)
            expect(answer.status == expected or answer["cseq"].split()[1] != method, f"{method}: {answer.first}")
            left -= answer["cseq"].endswith(f" {method}")
        edge.read(0.01)
    return edge.resident_kib() - before


def outside(edge):
    """Over TCP, where transactions end at once: what was answered leaves nothing behind."""
    phone = StreamPhone(edge, "127.3.0.2", edge.port)
    grown = {}
    for method, expected, headers in (("REGISTER", 401, []), ("OPTIONS", 200, []), ("INFO", 481, []), ("MESSAGE", 405, []),
                                      ("SUBSCRIBE", 407, ["Event: dialog"]), ("NOTIFY", 481, ["Event: dialog"]),
                                      ("REFER", 405, ["Refer-To: <sip:202@berlin>"])):
        grown[method] = many(edge, phone, method, expected, headers)
    expect("MESSAGE" not in phone.ask("OPTIONS")["allow"], "what nobody handles is not offered")
    phone.close()
    expect(max(grown.values()) < 1000, f"KiB that are left of 2,000 requests: {grown}")
    print(f"KiB that are left of 2,000 requests: {grown}")


def notified_of_nothing(edge):
    """A stranger's transfer of no call: one answer, nothing to the address that he names."""
    victim = Phone(edge, "127.3.0.4")
    refused = 0
    for stranger in (Phone(edge, "127.3.0.3"), StreamPhone(edge, "127.3.0.5", edge.port)):
        for to_tag, expected in (("", 405), (";tag=made-up", 481)):
            got = stranger.ask("REFER", "201", ["Refer-To: <sip:202@berlin>"], to_tag=to_tag, contact=victim.contact)
            expect(status(got) == expected, f"REFER{to_tag}: {got and got.first}")
            refused += expected == 405
        expect(status(stranger.ask("OPTIONS")) == 200, "and goes on")
        more = stranger.receive(1)
        expect(not more, f"no more than an answer: {more}")
        stranger.close()
    more = victim.receive(1)
    expect(not more, f"nothing comes to whom he names: {more}")
    victim.close()
    edge.wait(FIGURES, lambda said: said.get(2, [0])[0] == refused)
    print("a transfer of no call notifies nobody")


def registered(edge):
    """One phone a line: who has been replaced takes nobody with him as he leaves."""
    old, new = Phone(edge, "127.3.0.6"), Phone(edge, "127.3.0.7")

    def is_said(what, **asked):
        """By the gateway's word who is here, None: it hears nothing; and by the answer for how long, by all but `*`."""
        phone, here, address = what
        edge.read()
        edge.said.clear()
        got = phone.register(**asked)
        expect(status(got) == 200, f"{asked}: {got and got.first}")
        edge.read(0.2)
        states = [(said.get(2, [0])[0] == 1, said.get(3, [b""])[0].decode()) for kind, said in edge.said if kind == STATE]
        expect(states == ([] if here is None else [(here, address.contact[1:-1] if address else "")]), f"{asked}: {states}")
        return got["contact"]

    def left(said, phone):
        uri, _, seconds = said.partition(";expires=")
        expect(uri == phone.contact, f"{said}, not {phone.contact}")
        return int(seconds)
    is_said((old, True, old))
    expect(left(is_said((new, True, new)), new) == 120, "a phone takes another's place")
    expect(110 < left(is_said((old, None, None), expires=0), new) <= 120, "the other one leaves, and this one stays")
    expect(110 < left(is_said((old, None, None), contact=""), new) <= 120, "who asks hears who is here, and for how long")
    expect(left(is_said((new, None, None), expires=600), new) == 600, "it renews")
    both = f"{new.contact};expires=0, {old.contact};expires=300"
    expect(left(is_said((new, True, old), contact=both), old) == 300, "one leaves and one comes, in one request")
    expect(is_said((old, False, None), expires=0) == "", "it leaves")
    is_said((new, True, new))
    for headers, contact in ((["Expires: 60"], "*"), ([], "*"), (["Expires: 0"], f"*, {old.contact}"), (["Expires: 0"], f"{old.contact}, *")):
        challenge = next(one for one in old.challenged() if "algorithm=MD5" in one)
        proof = old.proof(challenge, "REGISTER", f"sip:{REALM}")
        got = old.ask("REGISTER", PHONE, [f"Authorization: {proof}", *headers], contact=contact)
        expect(status(got) == 400, f"Contact: {contact} with {headers} (RFC 3261, 10.3, 6): {got and got.first}")
    expect(left(is_said((new, None, None), contact=""), new) > 0, "and nobody has left")
    expect(is_said((old, False, None), expires=0, contact="*") == "", "all leave")
    old.close()
    new.close()
    print("who has been replaced leaves, and the phone stays")


def nowhere_to_listen(binaries):
    """192.0.2.1 is nobody's (RFC 5737): it says so to its gateway, and ends."""
    try:
        Edge(binaries, PORT, host="192.0.2.1")
    except Ended as ended:
        expect(ended.status == 1, "with a status that says that it was refused")
        told = [message for number, message in ended.said if number == TROUBLE]
        expect(len(told) == 1 and b"sip:192.0.2.1:5590" in told[0][1][0] and b"[sip]" in told[0][2][0], f"it says why: {told}")
        print("an address that is not this computer's is told to the gateway")
        return
    raise AssertionError("it serves at an address of nobody")


def main():
    binaries = pathlib.Path(sys.argv[1])
    nowhere_to_listen(binaries)
    edge = Edge(binaries, PORT)
    try:
        for part in (notified_of_nothing, registered, cancelled, outside):
            part(edge)
        expect(edge.stop() == 0, "it ends with its gateway")
    finally:
        edge.process.kill()


if __name__ == "__main__":
    main()
