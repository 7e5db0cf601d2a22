# SPDX-License-Identifier: MIT
"""Offers and answers within a call (RFC 3264, 3311; RFC 3261, 14), at a real sip-edge alone: hold in all its forms, by INVITE and
by UPDATE, an INVITE that asks for our offer, addresses that are none; a call whose phone's address is forged by somebody who
floods; and a proof that is used for another number.

usage: sip_offers_test.py BINARIES
"""
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from edge_alone import (GOOD_SDP, HOLD, LINE, REALM, RELEASE, SEIZE, STATE, TOLD_PROGRESS, Edge, Phone, endpoint,  # noqa: E402
                        expect, field, status)

PORT = 5566
SDP = ["Content-Type: application/sdp"]


def described(mode, address="127.0.0.1", port=4000):
    return GOOD_SDP.replace("sendrecv", mode).replace("c=IN IP4 127.0.0.1", f"c=IN IP4 {address}").replace("audio 4000", f"audio {port}")


class Call:
    """That a phone has placed and that was answered."""

    def __init__(self, edge, phone, number="201"):
        self.edge, self.phone, self.number = edge, phone, number
        self.id, self.cseq, self.tag = f"offers{time.monotonic_ns()}", 100, ""
        phone.invite(GOOD_SDP, number, call=self.id, cseq=self.cseq)
        self.seized = edge.wait(SEIZE)[2]
        early = self.phone_answer_to_early_offer()
        expect(status(early) == 500 and early["retry-after"], f"UPDATE before the answer: {early and early.first}")
        edge.say(TOLD_PROGRESS, field(1, LINE) + field(2, self.seized[0]) + field(3, 1) + field(4, endpoint()))
        phone.asked = None
        answered = phone.answer()
        expect(status(answered) == 200, f"answered: {answered and answered.first}")
        self.acknowledge()

    def phone_answer_to_early_offer(self):
        """To the dialogue that 180 has made."""
        self.edge.say(TOLD_PROGRESS, field(1, LINE) + field(2, self.seized[0]) + field(4, endpoint()))
        self.phone.asked = None
        while not self.tag:
            said = self.phone.answer(above=100)
            expect(said, "it rings")
            self.tag = ";tag=" + said["to"].partition(";tag=")[2] if said.status == 180 else ""
        return self.ask("UPDATE", described("sendrecv"))

    def ask(self, method, body=""):
        self.cseq += 1
        return self.phone.ask(method, self.number, SDP if body else (), body=body, to_tag=self.tag, call=self.id, cseq=self.cseq)

    def acknowledge(self, body=""):
        cseq = self.cseq - 1 if self.cseq == 101 else self.cseq  # of the INVITE before the UPDATE
        self.phone.send(self.phone.request("ACK", self.number, SDP if body else (), body=body, to_tag=self.tag, call=self.id, cseq=cseq))

    def held(self):
        said = self.edge.wait(HOLD, lambda said: said[2] == self.seized)
        return bool(said.get(3, [0])[0]), said[4][0]


def changes(call):
    """Each direction, by both methods; back to both directions in between."""
    for method in ("INVITE", "UPDATE"):
        for offered, answered, held in (("sendonly", "recvonly", True), ("sendrecv", "sendrecv", False), ("inactive", "inactive", True),
                                        ("recvonly", "sendonly", False)):
            got = call.ask(method, described(offered, port=5000))
            if method == "INVITE":
                call.acknowledge()
            expect(status(got) == 200 and f"a={answered}\r\n" in got.body, f"{method} {offered}: {got and got.first} {got and got.body}")
            expect(call.held()[0] == held, f"{method} {offered}: the gateway is told")
        for where, code in (("phone.example.com", "301"), ("239.1.2.3/127", "330")):
            got = call.ask(method, described("sendrecv", where))
            expect(status(got) == 488 and got["warning"].startswith(code), f"{method} to {where}: {got and got.first} {got and got['warning']}")
        got = call.ask(method, described("sendrecv", "0.0.0.0"))
        if method == "INVITE":
            call.acknowledge()
        expect(status(got) == 200 and "a=recvonly\r\n" in got.body and call.held()[0], f"{method}, the old hold: {got and got.body}")
        expect(status(call.ask("UPDATE")) == 200, "an UPDATE of a session timer")
    call.edge.read()
    expect(not any(kind in (HOLD, RELEASE) for kind, _ in call.edge.said), f"changes nothing: {call.edge.said}")


def asked_for_offer(call):
    offered = call.ask("INVITE")
    expect(status(offered) == 200 and "m=audio 20000 RTP/AVP 8 101" in offered.body and "a=sendrecv" in offered.body,
           f"we offer: {offered and offered.first} {offered and offered.body}")
    expect(status(call.ask("UPDATE", described("sendrecv"))) in (491, 500), "while that is open nothing else is offered")
    call.cseq -= 1
    call.acknowledge(described("sendrecv", port=6000))
    held, media = call.held()
    expect(not held and field(2, 6000) in media, f"the answer in ACK is taken: {media}")
    call.cseq += 1


def flooded(edge, call):
    """From the phone's own address, as if forged: what goes on with the call is heard all the same."""
    forger, over = Phone(edge, call.phone.address), threading.Event()
    octets = forger.request("OPTIONS")

    def flood():
        while not over.is_set():
            for _ in range(5):
                forger.send(octets)
            time.sleep(0.002)
    begun = threading.Thread(target=flood)
    begun.start()
    try:
        time.sleep(0.7)
        other = Phone(edge, call.phone.address)
        for _ in range(10):
            other.send(other.request("OPTIONS"))
        heard = 0
        while other.receive(0.2):
            heard += 1
        expect(heard <= 5, f"from there other requests are dropped: {heard} of 10 were not")
        for n in range(5):
            expect(status(call.ask("INVITE", described("sendrecv"))) == 200, f"re-INVITE {n} in a flood")
            call.acknowledge()
        expect(status(call.ask("BYE")) == 200, "BYE in a flood")
    finally:
        over.set()
        begun.join()
    edge.wait(RELEASE, lambda said: said[2] == call.seized)


def not_begun(edge, phone):
    """INVITEs that begin no call."""
    for name, body, code in (("a name", described("sendrecv", "phone.example.com"), "301"), ("many", described("sendrecv", "224.1.2.3"), "330")):
        phone.invite(body)
        got = phone.answer()
        expect(status(got) == 488 and got["warning"].startswith(code), f"{name}: {got and got.first} {got and got['warning']}")
    challenge = phone.challenged("INVITE", "201")[0]
    proof = phone.proof(challenge, "INVITE", f"sip:201@{REALM}")
    got = phone.ask("INVITE", "202", [f"Proxy-Authorization: {proof}", *SDP], body=GOOD_SDP)
    expect(status(got) == 400, f"a proof for 201 does not call 202: {got and got.first}")
    edge.read()
    expect(not any(kind == SEIZE for kind, _ in edge.said), "none of them is a call")


def main():
    edge = Edge(pathlib.Path(sys.argv[1]), PORT)
    try:
        phone = Phone(edge, "127.0.0.3")
        expect(status(phone.register()) == 200, "registers")
        edge.wait(STATE)
        not_begun(edge, phone)
        call = Call(edge, phone)
        changes(call)
        asked_for_offer(call)
        flooded(edge, call)
        print("offers: answered as RFC 3264 has it, by INVITE and UPDATE; a flood from a phone's address does not hinder its call")
    finally:
        edge.stop()


if __name__ == "__main__":
    main()
