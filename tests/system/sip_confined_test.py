# SPDX-License-Identifier: MIT
"""A real sip-edge is confined once it listens, and does over UDP, TCP and TLS all that it is for.

usage: sip_confined_test.py BINARIES
"""
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from edge_alone import (ANSWER, GOOD_SDP, LINE, RELEASE, STATE, TOLD_RELEASE, TOLD_RING, Answer, Edge, Phone,  # noqa: E402
                        StreamPhone, endpoint, expect, field, status)
from sip_torture_test import call  # noqa: E402

PORT, TLS_PORT = 5564, 5565


def certificate(folder):
    """Key and certificate in one file, which only its owner may read."""
    made, key = folder / "agent.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-keyout", key, "-out", made], check=True, capture_output=True)
    made.write_text(key.read_text() + made.read_text())
    made.chmod(0o600)
    return made


def rung(edge, phone):
    """The gateway calls the phone, which answers and hangs up."""
    edge.say(TOLD_RING, field(1, LINE) + field(2, 1000) + field(3, "201") + field(4, "Anna") + field(5, endpoint(20002)))
    invite = Answer(phone.receive(5))
    expect(invite.first.startswith("INVITE ") and "m=audio 20002" in invite.body, f"the phone is called: {invite.first}")
    vias = "".join(f"Via: {via}\r\n" for via in invite.headers["via"])
    common = "".join(f"{name}: {invite[name]}\r\n" for name in ("from", "call-id", "cseq"))
    phone.send((f"SIP/2.0 200 OK\r\n{vias}To: {invite['to']};tag=77\r\n{common}Contact: <sip:desk9@{phone.address}:{phone.port}"
                f";transport={phone.transport.lower()}>\r\nContent-Type: application/sdp\r\nContent-Length: {len(GOOD_SDP)}\r\n\r\n"
                f"{GOOD_SDP}").encode())
    edge.wait(ANSWER, lambda said: said[2] == [1000])
    while not (got := Answer(phone.receive(5))).first.startswith("ACK "):
        expect(got.first, "the answer is acknowledged")
    edge.say(TOLD_RELEASE, field(1, LINE) + field(2, 1000) + field(3, 16))
    bye = Answer(phone.receive(5))
    expect(bye.first.startswith("BYE "), f"and hung up: {bye.first}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder, "scratch")
        scratch.mkdir()
        os.environ["TMPDIR"] = str(scratch)
        edge = Edge(pathlib.Path(sys.argv[1]), PORT, "--tls-listen", f"sips:127.0.0.1:{TLS_PORT}", "--certificate",
                    str(certificate(pathlib.Path(folder))))
        try:
            deadline = time.monotonic() + 2
            while (now := edge.status())["Seccomp"].strip() != "2" and time.monotonic() < deadline:
                time.sleep(0.01)  # it says that it is ready a little before
            expect(now["Seccomp"].strip() == "2", f"system calls are filtered: {now['Seccomp']}")
            expect(now["NoNewPrivs"].strip() == "1", "no new rights")
            expect("0" not in now["Uid"].split(), f"it is not root: {now['Uid']}")
            expect(int(now["CapEff"], 16) == 0, f"it may nothing that others may not: {now['CapEff']}")
            limits = pathlib.Path(f"/proc/{edge.process.pid}/limits").read_text()
            bounds = {line[:25].strip(): line[25:].split()[0] for line in limits.splitlines()[1:]}
            expect(int(bounds["Max open files"]) <= 4096 and int(bounds["Max address space"]) <= 1 << 30, f"bounds: {bounds}")
            expect(bounds["Max core file size"] == "0", "no core")
            expect(not list(scratch.iterdir()), f"nothing is left behind: {list(scratch.iterdir())}")

            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            for make in (lambda: Phone(edge, "127.0.0.2"), lambda: StreamPhone(edge, "127.0.0.3", PORT),
                         lambda: StreamPhone(edge, "127.0.0.4", TLS_PORT, context)):
                phone = make()
                expect(status(phone.register()) == 200, f"registers over {phone.transport}")
                edge.wait(STATE, lambda said: said.get(2) == [1])
                call(edge, phone)
                rung(edge, phone)
                phone.close()
                print(f"{phone.transport}: registered, called, was called")
            expect(edge.process.poll() is None, "it lives")
            expect(edge.stop() == 0, "and ends with its gateway")
        finally:
            edge.process.kill()


if __name__ == "__main__":
    main()
