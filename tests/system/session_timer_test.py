# SPDX-License-Identifier: MIT
"""Calls whose phone has vanished end without RTP (RFC 4028), at a real sip-edge alone. Far ends: SIPps that are called, one
that is refreshed by UPDATE, one that knows only INVITE, one that says it would refresh and does not; and a phone that calls,
asks for too short an interval, then for one that is taken, and falls silent. All at once: intervals are of 20 s.

usage: session_timer_test.py BINARIES
"""
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from edge_alone import (ANSWER, GOOD_SDP, HOLD, RELEASE, SEIZE, TOLD_PROGRESS, TOLD_RING, Edge, Phone, endpoint,  # noqa: E402
                        expect, field)
from sipp import Phones, Sipp, register  # noqa: E402

PORT, OTHER_PORT, FIRST_PHONE = 5568, 5570, 5576
INTERVAL_S = 20
OPTIONS = ("--session", INTERVAL_S, "--shortest-session", 10)

OK = """<send><![CDATA[
    SIP/2.0 200 OK
    [last_Via:]
    [last_From:]
    [last_To:]
    [last_Call-ID:]
    [last_CSeq:]
    Contact: <sip:[local_ip]:[local_port]>
    SESSION
    Content-Length: 0

  ]]></send>"""
OK_WITH_SDP = OK.replace("Content-Length: 0", """Content-Type: application/sdp
    Content-Length: [len]

    v=0
    o=- [call_number] 1 IN IP4 [local_ip]
    s=-
    c=IN IP4 [media_ip]
    t=0 0
    m=audio [media_port] RTP/AVP 8""")
# In milliseconds: half of the interval, and what a slow computer takes.
UPDATED = f'<recv request="UPDATE" timeout="12000" />{OK}'
INVITED = f"""<recv request="INVITE" timeout="10000"><action>
  <ereg regexp="m=audio 20000 RTP/AVP 8" search_in="body" check_it="true" assign_to="seen" /></action></recv>
  {OK_WITH_SDP}<recv request="ACK" />"""
STAYS = '<pause milliseconds="5000" />'
IS_LEFT = f"""<recv request="BYE" timeout="{INTERVAL_S * 1000}"><action>
  <ereg regexp="Session timeout" search_in="hdr" header="Reason:" check_it="true" assign_to="seen" /></action></recv>{OK}"""


def called(folder, edge, port, line, session, then):
    """A SIPp registers as the line's phone and is called."""
    name = f"desk{line}"
    phones = Phones(port, [(name, f"{name}-secret", line, "")])
    server = f"127.0.0.1:{edge.port}"
    wrong = register(folder, server, phones).wrong()
    expect(not wrong, wrong)
    phone = Sipp(folder, "timed", phones, server, "-m", 1, replaced={"<!-- THEN -->": then, "SESSION": session})
    edge.say(TOLD_RING, field(1, line) + field(2, 2 * line) + field(3, "201") + field(5, endpoint()))
    edge.wait(ANSWER, lambda said: said[2] == [2 * line])
    return phone


def invite(phone, seconds):
    challenge = phone.challenged("INVITE")[0]
    proof = phone.proof(challenge, "INVITE", "sip:201@berlin")
    phone.send(phone.request("INVITE", "201", [f"Proxy-Authorization: {proof}", "Content-Type: application/sdp", "Supported: timer",
                                               f"Session-Expires: {seconds}"], body=GOOD_SDP))


def calls(edge):
    """And is answered; since when it is silent."""
    phone = Phone(edge, "127.9.9.1", "desk10", "desk10-secret")
    invite(phone, 5)
    refused = phone.answer()
    # Sofia names no less than the RFC's 90 s when it refuses, whatever it would take.
    expect(refused.status == 422 and int(refused["min-se"]) >= 10, f"too short an interval: {refused.first}, {refused['min-se']}")
    invite(phone, 1000)
    seized = edge.wait(SEIZE)
    edge.say(TOLD_PROGRESS, field(1, 10) + field(2, seized[2][0]) + field(3, 1) + field(4, endpoint()))
    taken = phone.answer()
    expect(taken.status == 200 and taken["session-expires"] == f"{INTERVAL_S};refresher=uac" and "timer" in taken["require"],
           f"the phone is to refresh: {taken.first}, {taken['session-expires']}, {taken['require']}")
    phone.send(phone.request("ACK", "201", to_tag=taken["to"][taken["to"].index(";tag="):], call=taken["call-id"][1:].split("@")[0],
                             cseq=taken["cseq"].split()[0]))
    return phone, seized[2][0], time.monotonic()


def until_bye(phone, since):
    while True:
        said = phone.receive(since + INTERVAL_S + 2 - time.monotonic())
        expect(said, "a phone that calls and falls silent is let go")
        if said.startswith(b"BYE "):
            return time.monotonic() - since


def heard(edge):
    edge.read()
    return [(kind, message.get(2)) for kind, message in edge.said]


def run(folder, edges):
    edge, other = edges
    updates = called(folder, edge, FIRST_PHONE, 9, "Allow: INVITE, ACK, BYE, UPDATE\n    Require: timer\n    Supported: timer\n"
                     f"    Session-Expires: {INTERVAL_S};refresher=uac", 2 * UPDATED)
    plain = called(folder, edge, FIRST_PHONE + 2, 10, "Allow: INVITE, ACK, BYE", 2 * INVITED + STAYS)
    silent = called(folder, other, FIRST_PHONE + 4, 9, "Allow: INVITE, ACK, BYE, UPDATE\n    Require: timer\n    Supported: timer\n"
                    f"    Session-Expires: {INTERVAL_S};refresher=uas", IS_LEFT)
    caller, number, since = calls(other)
    time.sleep(max(0.0, since + 11.5 - time.monotonic()))
    expect(all(kind not in (HOLD, RELEASE) for kind, _ in heard(edge)),
           f"calls that have been refreshed go on, and their voice as it was: {edge.said}")
    over = until_bye(caller, since)
    expect(INTERVAL_S / 2 < over <= INTERVAL_S, f"a call that is not refreshed ends after {over:.1f} s of {INTERVAL_S}")
    for one, what in ((silent, "who does not refresh"), (updates, "who is refreshed by UPDATE"), (plain, "by INVITE")):
        one.wait(60)
        expect(one.succeeded() == 1 and not one.wrong(), f"{what}: {one.wrong()}")
    expect((RELEASE, [18]) in heard(other), f"its call is over: {other.said}")
    other.wait(RELEASE, lambda said: said[2] == [number], timeout=40)  # nobody answers the BYE
    print(f"silent phones were let go after {over:.1f} s of {INTERVAL_S}")


def main():
    binaries = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="switchroom-timer-") as folder:
        edges = []
        try:
            for port in (PORT, OTHER_PORT):
                edges.append(Edge(binaries, port, *map(str, OPTIONS)))
            run(pathlib.Path(folder), edges)
        finally:
            for edge in edges:
                edge.stop()


if __name__ == "__main__":
    main()
