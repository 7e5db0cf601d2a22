# SPDX-License-Identifier: MIT
"""A real sip-edge alone, before and as calls are answered: what a phone sends in a 183 is told to the gateway, and what the gateway
sends is described in a 183 (RFC 3960); calls without an offer (RFC 3261, 13.2.1); calls that begin on hold; comfort noise where
it is wanted; a subscription in a call's dialogue; and all of it by IPv6.

usage: sip_early_test.py BINARIES
"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from edge_alone import (ANSWER, GOOD_SDP, HOLD, LINE, LISTENING, RELEASE, SEIZE, STATE, TOLD_PROGRESS, TOLD_RELEASE, TOLD_RING,  # noqa: E402
                        Edge, Phone, endpoint, expect, field, fields, status)
from sip_rules_test import heard, reply  # noqa: E402

PORT = 5600
SDP = ["Content-Type: application/sdp"]
TELLS_SILENCE = {"port": field(7, 1), "media": 17, "noise": 13}  # fields of Port and of MediaEndpoint


def described(mode="sendrecv", address="127.0.0.1", port=4000):
    return GOOD_SDP.replace("sendrecv", mode).replace("c=IN IP4 127.0.0.1", f"c=IN IP4 {address}").replace("audio 4000", f"audio {port}")


class Calling:
    """A call that the phone places; `body`: its INVITE's."""

    def __init__(self, edge, phone, body, number="201"):
        self.edge, self.phone, self.number = edge, phone, number
        self.id, self.cseq, self.tag = f"early{time.monotonic_ns()}", 100, ""
        phone.invite(body, number, call=self.id, cseq=self.cseq)
        self.seize = edge.wait(SEIZE)
        self.call = self.seize[2][0]

    def progress(self, answered=False, early=False):
        self.edge.say(TOLD_PROGRESS, field(1, LINE) + field(2, self.call) + (field(3, 1) if answered else b"") + field(4, endpoint())
                      + (field(5, 1) if early else b""))
        self.phone.asked = None
        said = self.phone.answer(above=100)
        expect(said, "something is said to that")
        self.tag = ";tag=" + said["to"].partition(";tag=")[2]
        return said

    def ask(self, method, body="", headers=()):
        self.cseq += 1
        return self.phone.ask(method, self.number, [*(SDP if body else ()), *headers], body=body, to_tag=self.tag, call=self.id, cseq=self.cseq)

    def acknowledge(self, body=""):
        self.phone.send(self.phone.request("ACK", self.number, SDP if body else (), body=body, to_tag=self.tag, call=self.id, cseq=self.cseq))

    def told(self, kind):
        return self.edge.wait(kind, lambda said: said[2][0] == self.call)

    def end(self):
        expect(status(self.ask("BYE")) == 200, "BYE")
        self.told(RELEASE)


def silent(edge, kind):
    edge.read(0.1)
    return not any(said == kind for said, _ in edge.said)


def early_to_who_calls(edge, phone):
    call = Calling(edge, phone, described())
    expect(call.progress().status == 180, "it rings")
    early = call.progress(early=True)
    expect(early.status == 183 and "m=audio 20000 RTP/AVP 8 101" in early.body, f"it is heard: {early.first} {early.body}")
    answered = call.progress(answered=True)
    expect(answered.status == 200 and answered.body == early.body, f"the same again: {answered.body}")
    call.acknowledge()
    call.end()
    call = Calling(edge, phone, "")
    expect(call.progress(early=True).status == 180, "without an offer there is nothing to hear it by")
    edge.say(TOLD_RELEASE, field(1, LINE) + field(2, call.call) + field(3, 17))
    expect(status(phone.answer()) == 486, "busy")


def early_of_who_is_called(edge, phone):
    number = 200

    def ring():
        nonlocal number
        number += 2
        edge.said.clear()
        edge.say(TOLD_RING, field(1, LINE) + field(2, number) + field(3, "201") + field(5, endpoint()))
        return heard(phone, "INVITE")

    def over(invite):
        reply(phone, invite, "486 Busy Here")
        heard(phone, "ACK")
        edge.wait(RELEASE)
    invite = ring()
    reply(phone, invite, "180 Ringing", described(port=4400))
    expect(silent(edge, LISTENING), "with a 180 a phone gets ready")
    reply(phone, invite, "183 Session Progress", described("recvonly", port=4410))
    expect(silent(edge, LISTENING), "nothing comes from there")
    reply(phone, invite, "183 Session Progress", described(port=4420))
    told = edge.wait(LISTENING)
    expect(told[1] == [LINE] and told[2] == [number] and fields(told[3][0])[2] == [4420], f"it is told: {told}")
    reply(phone, invite, "200 OK", described(port=4430))
    expect(fields(edge.wait(ANSWER)[3][0])[2] == [4430], "and what the answer says")
    heard(phone, "ACK")
    edge.say(TOLD_RELEASE, field(1, LINE) + field(2, number) + field(3, 16))
    reply(phone, heard(phone, "BYE"), "200 OK")
    over(ring())
    # Reliably (RFC 3262): then that was the answer, and the 200 has none.
    invite = ring()
    expect("100rel" in invite["supported"], f"{invite['supported']}")
    reply(phone, invite, "183 Session Progress\r\nRequire: 100rel\r\nRSeq: 1", described(port=4440))
    reply(phone, heard(phone, "PRACK"), "200 OK")
    expect(fields(edge.wait(LISTENING)[3][0])[2] == [4440], "it is told")
    reply(phone, invite, "200 OK")
    expect(fields(edge.wait(ANSWER)[3][0])[2] == [4440], "answered as it has said before")
    heard(phone, "ACK")
    edge.say(TOLD_RELEASE, field(1, LINE) + field(2, number) + field(3, 16))
    reply(phone, heard(phone, "BYE"), "200 OK")
    edge.read(0.1)


def without_offer(edge, phone):
    call = Calling(edge, phone, "")
    expect(4 not in call.seize, f"it has not said where it listens: {call.seize}")
    expect(call.progress().status == 180, "it rings")
    offered = call.progress(answered=True)
    expect(offered.status == 200 and "m=audio 20000 RTP/AVP 8 0 13 101" in offered.body, f"we offer: {offered.first} {offered.body}")
    expect(status(call.ask("UPDATE", described())) == 491, "that is open")
    call.cseq -= 1
    call.acknowledge(described(port=6000))
    media = fields(call.told(LISTENING)[3][0])
    expect(media[2] == [6000] and media[3] == [8], f"the answer in ACK: {media}")
    expect(silent(edge, HOLD), "not on hold")
    call.cseq += 1
    call.end()
    call = Calling(edge, phone, "")  # answered with a hold
    call.progress(answered=True)
    call.acknowledge(described("inactive", port=6010))
    call.told(LISTENING)
    expect(call.told(HOLD)[3] == [1], "that is on hold")
    call.end()
    call = Calling(edge, phone, "")  # to no avail
    call.progress(answered=True)
    call.acknowledge()
    reply(phone, heard(phone, "BYE"), "200 OK")
    call.told(RELEASE)


def begins_on_hold(edge, phone):
    for body, mode, described_there in ((described("sendonly"), "recvonly", True), (described("inactive"), "inactive", True),
                                        (described(address="0.0.0.0"), "recvonly", False)):
        call = Calling(edge, phone, body)
        expect((4 in call.seize) == described_there, f"where it listens: {call.seize}")
        answered = call.progress(answered=True)
        expect(answered.status == 200 and f"a={mode}\r\n" in answered.body, f"{mode}: {answered.first} {answered.body}")
        call.acknowledge()
        expect(call.told(HOLD)[3] == [1], "it begins on hold")
        got = call.ask("INVITE", described(port=6020))
        expect(status(got) == 200 and "a=sendrecv" in got.body, f"off hold: {got and got.first}")
        call.acknowledge()
        off = call.told(HOLD)
        expect(3 not in off and fields(off[4][0])[2] == [6020], f"off hold: {off}")
        call.end()


def subscribes_in_a_call(edge, phone):
    call = Calling(edge, phone, described())
    call.progress(answered=True)
    call.acknowledge()
    got = call.ask("SUBSCRIBE", headers=["Event: message-summary", "Expires: 60"])
    expect(status(got) == 403, f"a subscription in a call's dialogue: {got and got.first}")
    expect(status(call.ask("INVITE", described("sendonly"))) == 200, "the call goes on")
    call.acknowledge()
    expect(call.told(HOLD)[3] == [1], "and its hold is told")
    call.end()


def noise(edge, phone):
    """Told to the gateway only of a phone that takes it."""
    taken = described().replace("RTP/AVP 8 0 101", "RTP/AVP 8 0 13 101").replace("a=sendrecv", "a=rtpmap:13 CN/8000\r\na=sendrecv")
    for body, wanted in ((taken, True), (described(), False)):
        call = Calling(edge, phone, body)
        media = fields(call.seize[4][0])
        expect((TELLS_SILENCE["media"] in media, TELLS_SILENCE["noise"] in media) == (wanted, wanted), f"{wanted}: {media}")
        answered = call.progress(answered=True)
        expect((" 13 101" in answered.body) == wanted, f"{answered.body}")
        call.acknowledge()
        call.end()


def main():
    binaries = pathlib.Path(sys.argv[1])
    for host, address in (("127.0.0.1", "127.0.0.4"), ("[::1]", "::1")):
        edge = Edge(binaries, PORT, host=host, port_options=TELLS_SILENCE["port"])
        try:
            phone = Phone(edge, address)
            got = phone.register()
            expect(status(got) == 200 and phone.address in got["contact"], f"registers at {host}: {got and got.first}")
            expect(phone.address.encode() in edge.wait(STATE)[3][0], "where it is")
            for part in (early_to_who_calls, early_of_who_is_called, without_offer, begins_on_hold, subscribes_in_a_call, noise):
                part(edge, phone)
            expect(edge.stop() == 0, "it ends with its gateway")
            print(f"at {host}: early media, no offer, hold from the start, noise")
        finally:
            edge.process.kill()


if __name__ == "__main__":
    main()
