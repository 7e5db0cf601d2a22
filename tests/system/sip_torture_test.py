# SPDX-License-Identifier: MIT
"""What comes from an open network: torture messages after RFC 4475, what is too large, mutations, wrong session
descriptions of a phone that has proved itself, proofs that are repeated, and sources that ask too much. The edge lives,
answers as it should, and serves who is a phone.

usage: sip_torture_test.py BINARIES [SEED]
"""
import pathlib
import random
import socket
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import torture_messages as torture  # noqa: E402
from edge_alone import (FIGURES, GOOD_SDP, LINE, RELEASE, SEIZE, STATE, TOLD_PROGRESS, TOLD_RELEASE, Answer, Edge,  # noqa: E402
                        Phone, endpoint, expect, field, status)

PORT, BOTH_PORT = 5560, 5562
MUTATED_FOR_S = 4


def alive(edge, address="127.0.0.2"):
    """It answers, and a phone registers."""
    phone = Phone(edge, address)
    expect(status(phone.ask("OPTIONS")) == 200, "OPTIONS is answered")
    expect(status(phone.register()) == 200, "a phone registers")
    phone.close()


def tortured(edge):
    number = 0
    for group in (torture.VALID, torture.INVALID):
        for name, (text, allowed) in group.items():
            number += 1
            phone = Phone(edge, f"127.1.0.{number}")
            filled = text.replace("VIA", f"{phone.address}:{phone.port}").replace("BRANCH", f"x{number}")
            phone.send(filled.replace("CALL", f"{name}.{number}").encode())
            got = phone.answer(0.25 if 0 in allowed else 2)
            expect(status(got) in allowed, f"{name}: answered {got and got.first!r}, allowed {allowed}")
            phone.close()
    alive(edge)
    edge.read()
    expect(not any(kind == SEIZE for kind, _ in edge.said), "nobody has placed a call")
    print(f"torture: {number} messages answered as RFC 4475 has it")


def too_large(edge):
    """Over TCP and UDP: more than 64 KiB is not read."""
    before, answers = edge.resident_kib(), {}
    for name, octets in {
            "a header of 1 MB": b"OPTIONS sip:x SIP/2.0\r\nSubject: " + b"x" * 1_000_000 + b"\r\n\r\n",
            "a first line of 1 MB": b"OPTIONS sip:" + b"x" * 1_000_000,
            "100,000 headers": b"OPTIONS sip:x SIP/2.0\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
            "a body of 2 MB": Phone(edge, "127.2.0.1").request("OPTIONS", body="x" * 2_000_000),
            "a body of 2 GB to come": Phone(edge, "127.2.0.1").request("OPTIONS", length=2_000_000_000)}.items():
        with socket.create_connection(("127.0.0.1", edge.port), source_address=("127.2.0.1", 0)) as tcp:
            tcp.settimeout(1)
            got = b""
            try:
                tcp.sendall(octets)
                got = tcp.recv(65536)
            except (ConnectionError, TimeoutError):
                pass
            answers[name] = status(Answer(got)) if got else "closed or nothing"
            expect(answers[name] in ("closed or nothing", 400, 413, 513), f"{name}: {got!r}")
    phone = Phone(edge, "127.2.0.2")
    for headers in (["X: y"] * 9000, ["Subject: " + "x" * 60_000], ["Route: <sip:a;lr>"] * 3000):
        phone.ask("OPTIONS", headers=headers)
    phone.close()
    alive(edge)
    grown = edge.resident_kib() - before
    expect(grown < 16_384, f"it has grown by {grown} KiB")
    print(f"too large: {answers}; grown by {grown} KiB")


def described(edge):
    """Session descriptions of a phone that has proved itself; the last is a good one."""
    phone = Phone(edge, "127.0.0.3")
    expect(status(phone.register()) == 200, "registers")
    edge.wait(STATE)
    for name, body in torture.DESCRIPTIONS.items():
        phone.invite(body)
        got = phone.answer()
        expect(status(got) == 488, f"{name}: {got and got.first}")
    generator = random.Random(1)
    for _ in range(60):
        phone.invite(mutated(generator, GOOD_SDP.encode()).decode("latin-1"))
        for kind, said in drain(edge):
            if kind == SEIZE:
                edge.say(TOLD_RELEASE, field(1, LINE) + field(2, said[2][0]) + field(3, 17))
        phone.answer(0.05)
    call(edge, phone)
    phone.close()
    print(f"descriptions: {len(torture.DESCRIPTIONS)} refused, 60 mutated, a good one is a call")


def drain(edge):
    edge.read(0.01)
    said, edge.said = edge.said, []
    return said


def call(edge, phone, number="202"):
    """From the INVITE to the BYE."""
    call_id = f"good{time.monotonic_ns()}"
    drain(edge)
    phone.invite(GOOD_SDP, number, call=call_id, cseq=100)
    seize = edge.wait(SEIZE)
    expect(seize[3] == [number.encode()], f"dialled: {seize}")
    edge.say(TOLD_PROGRESS, field(1, LINE) + field(2, seize[2][0]) + field(3, 1) + field(4, endpoint()))
    answered = phone.answer()
    expect(status(answered) == 200 and "m=audio 20000 RTP/AVP 8 101" in answered.body, f"answered: {answered.first} {answered.body}")
    tag = ";tag=" + answered["to"].partition(";tag=")[2]
    phone.send(phone.request("ACK", number, to_tag=tag, call=call_id, cseq=100))
    bye = phone.ask("BYE", number, to_tag=tag, call=call_id, cseq=101)
    expect(status(bye) == 200, f"BYE: {bye and bye.first}")
    edge.wait(RELEASE, lambda said: said[2] == seize[2])


def mutated(generator, octets):
    octets = bytearray(octets)
    for _ in range(generator.randint(1, 8)):
        at = generator.randrange(len(octets))
        what = generator.randrange(5)
        if what == 0:
            octets[at] = generator.randrange(256)
        elif what == 1:
            del octets[at:at + generator.randint(1, 30)]
        elif what == 2:
            octets[at:at] = octets[generator.randrange(len(octets)):][:generator.randint(1, 60)]
        elif what == 3:
            octets[at:at] = generator.choice([b"\r\n", b"\r\n\r\n", b'"', b"<", b";", b"\0", b"%00", b"9" * 30, b"A" * 300])
        else:
            octets[at] ^= 1 << generator.randrange(8)
        octets = octets or bytearray(b"x")
    return bytes(octets)


def mutations(edge, seed):
    """Of everything above, from as many addresses as need be."""
    generator, sent = random.Random(seed), 0
    good = Phone(edge, "127.0.0.4")
    seeds = [text.encode() for group in (torture.VALID, torture.INVALID) for text, _ in group.values()]
    seeds += [good.request(method, "desk9", [f"Authorization: {good.proof(good.challenged()[0], method, 'sip:berlin')}",
                                             "Content-Type: application/sdp"], body=GOOD_SDP)
              for method in ("REGISTER", "INVITE", "REFER", "SUBSCRIBE", "INFO", "BYE", "MESSAGE", "NOTIFY", "UPDATE", "PRACK")]
    deadline = time.monotonic() + MUTATED_FOR_S
    while time.monotonic() < deadline:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind((f"127.{generator.randint(3, 250)}.{generator.randint(0, 250)}.{generator.randint(1, 250)}", 0))
            here = "%s:%d" % udp.getsockname()
            for _ in range(10):
                text = generator.choice(seeds).replace(b"VIA", here.encode()).replace(b"BRANCH", b"%d" % sent).replace(b"CALL", b"%d" % sent)
                udp.sendto(mutated(generator, text)[:65000], ("127.0.0.1", edge.port))
                sent += 1
        time.sleep(0.001)
        edge.read(0.001)
    time.sleep(0.3)
    alive(edge)
    print(f"mutations: {sent} sent in {MUTATED_FOR_S} s with seed {seed}; it has {edge.resident_kib()} KiB")


def proofs(edge, both):
    phone, other = Phone(edge, "127.0.0.5"), Phone(edge, "127.0.0.6")
    challenge = phone.challenged()[0]
    expect("SHA-256" not in challenge, "MD5 only, unless it is asked for")
    expect(status(phone.register(challenge=challenge, count=1)) == 200, "a nonce once")
    expect(status(phone.register(challenge=challenge, count=2)) == 200, "and again, with its count")
    for one, count, what in ((phone, 2, "a proof that was seen before"), (phone, 1, "an older one"), (other, 3, "one from elsewhere")):
        got = one.register(challenge=challenge, count=count)
        expect(status(got) == 401 and "stale=true" in got["www-authenticate"], f"{what}: {got and got.first}")
    forged = challenge.replace('nonce="', 'nonce="00')
    expect("stale=true" in phone.register(challenge=forged)["www-authenticate"], "a nonce that is none")
    for wanted in ("SHA-256", "MD5"):
        expect(status(Phone(both, "127.0.0.5").register(wanted=wanted)) == 200, f"registers with {wanted}")
    print("proofs: repeated, borrowed and forged ones are worth nothing; SHA-256 and MD5 are taken")


def counted(edge, wanted):
    """Once a second."""
    return edge.wait(FIGURES, wanted, 4)


def sources(edge):
    """A stranger that floods, one that guesses, and phones beside them."""
    flood = Phone(edge, "127.0.0.66")
    begun = time.monotonic()
    answers = {}
    for n in range(3000):
        flood.send(flood.request("REGISTER", "desk9"))
        if n % 10 == 9:
            octets = flood.receive(0.0005)
            if octets:
                answers[status(Answer(octets))] = answers.get(status(Answer(octets)), 0) + 1
    took = time.monotonic() - begun
    alive(edge, "127.0.0.7")
    while octets := flood.receive(0.2):
        found = Answer(octets)
        answers[found.status] = answers.get(found.status, 0) + 1
        expect(found.status == 401 or found["retry-after"], f"{found.first} says when to try again")
    expect(19 <= answers.get(401, 0) <= 25 + 5 * took, f"some are asked for a proof: {answers}")
    expect(30 <= answers.get(503, 0) <= 50 + 6 * took, f"some are refused, the rest is dropped: {answers}")
    seen = counted(edge, lambda said: said.get(5) == [1])
    expect(seen[2][0] > 1000 and b"127.0.0.66" in seen[6][0], f"it is counted: {seen}")

    guess = Phone(edge, "127.0.0.67")
    for n in range(10):
        got = guess.register(password=f"guess {n}")
        expect(status(got) == 401, f"guess {n}: {got and got.first}")
    got = guess.register()
    expect(status(got) == 503 and int(got["retry-after"]) > 50, f"then the right one is not looked at: {got.first} {got.headers}")
    alive(edge, "127.0.0.7")
    seen = counted(edge, lambda said: said.get(3, [0])[0] >= 10)
    expect(any(b"127.0.0.67" in source for source in seen[6]), f"it is counted: {seen}")

    phone = Phone(edge, "127.0.0.8")
    for n in range(100):
        expect(status(phone.register()) == 200, f"a phone that proves itself is not hindered: {n}")
    print(f"sources: of 3,000 requests in {took:.1f} s {answers} were answered")


def main():
    binaries, seed = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 30)
    with tempfile.TemporaryFile("w+") as log:
        edge, both = Edge(binaries, PORT, log=log), Edge(binaries, BOTH_PORT, "--digest", "both", log=log)
        try:
            for part in (tortured, too_large, described, lambda one: mutations(one, seed), lambda one: proofs(one, both), sources):
                part(edge)
            expect(edge.stop() == 0 and both.stop() == 0, "it ends with its gateway")
            log.seek(0)
            expect(len(log.read()) < 4000, "strangers do not fill the log")
        except Exception:
            log.seek(0)
            print(log.read()[-3000:], f"seed {seed}")
            raise
        finally:
            for one in (edge, both):
                one.process.kill()


if __name__ == "__main__":
    main()
