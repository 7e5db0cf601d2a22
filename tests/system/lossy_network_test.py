# SPDX-License-Identifier: MIT
"""A real baresip and a real gateway with a network between them that loses packets. What the gateway says of a call is
held against what the network has counted: how much was lost, how much was made up, and R and MOS of it (ITU-T G.107). The
line's recording tells what was heard. A call outlives a network that is gone for two seconds, and is made through one
that loses a quarter of all packets.

usage: lossy_network_test.py BINARIES
"""
import pathlib
import sys
import tempfile

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[2] / "scripts"), str(pathlib.Path(__file__).resolve().parent)]
from baresip import Baresip  # noqa: E402
from gateways import SITES, Gateway, StoryBroken, configure, expect, hang_up, looked_after, wait_until  # noqa: E402
from lossy_network import LossyNetwork  # noqa: E402
from phone_sounds import judge, with_silence_behind  # noqa: E402

SKIPPED = 77  # for ctest
SPEECH = pathlib.Path("/usr/share/asterisk/sounds/en_US_f_Allison/vm-options.wav")  # 16.4 s
SIP, CONTROL = 5060, 6060
PACKET_MS = 20  # baresip's
# Packets of a call that may be lost: as many as it takes to say SPEECH, but for the first ones. What is lost before the
# first one comes nobody can count.
FIRST, LAST = 10, 830
# Share, packets in a row, PESQ of Appendix I as others measured it with packets of 20 ms (it listens; it was not run here).
LOSSES = ((0, None, "4.34"), (0.01, None, "4.07"), (0.03, None, "3.49"), (0.05, None, "3.09"), (0.10, None, "2.52"), (0.05, 4, "-"))
# 93.2 less what some 80 ms from mouth to ear, mostly jitter buffer, spoil by echo (G.107, 7.4).
R_WITHOUT_LOSS = 91.1
TAKES, MOST_LATE = 3, 0.01
BLOCKS_MS = 6  # silence is measured in blocks of 2 ms, and what is 40 dB down counts as silence, at both ends of it


class Heard:
    """A call as the gateway tells of it, beside what the network has counted on the way from the phone."""

    def __init__(self, network, gateway):
        told = gateway.cli("calls")["calls"][0]["media"][0]
        self.counted = network.counted()["gateway"]
        self.lost, self.received, self.late = (int(told[f"packets{what}"]) for what in ("Lost", "Received", "Late"))
        self.concealed, self.r, self.mos = told["concealed"], told["r"], told["mos"]
        self.packets = self.counted["carried"] + self.counted["lost"]
        self.lost_share, self.late_share = self.counted["lost"] / self.packets, self.late / self.packets

    def spoilt(self, more=0.0):
        """Of R, by loss: G.107, 3.5, with G.711 and its Appendix I (G.113: Ie 0, Bpl 25.1); `more`: packets not used, too."""
        share, bursts = self.lost_share + more, self.counted["bursts"]
        burst_ratio = max(1, self.counted["lost"] / len(bursts) * (1 - share)) if bursts else 1
        return 95 * 100 * share / (100 * share / burst_ratio + 25.1)

    def silences(self):
        """Concealment fades out within 60 ms: of a longer burst the rest is silent, ms."""
        return [PACKET_MS * burst - 60 for burst in self.counted["bursts"] if PACKET_MS * burst > 60]


def mos_of(r):
    return 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6  # G.107, Annex B


def call(gateway, phone):
    phone.command("dial", "201")
    gateway.phone(1, "wait", "ringing", "--timeout", 30)
    gateway.phone(1, "off-hook")
    phone.wait("CALL_ESTABLISHED", 30)


def hang_up_both(gateway, phone):
    phone.command("hangup")
    phone.wait("CALL_CLOSED")
    wait_until("the phone's line is idle", lambda: gateway.line(9)["state"] == "idle")
    hang_up((gateway, 1))


def wait_for_voice(network, packets):
    """Until the phone has sent so many in this call."""
    def seen():
        of = network.counted()["gateway"]
        return of["carried"] + of["lost"]
    wait_until(f"{packets} packets of voice", lambda: seen() >= packets, packets * PACKET_MS / 1000 + 20)


def undisturbed(what, take):
    """What `take` brings. A computer that does something else for longer than the jitter buffer holds makes packets late:
    what the network does cannot be told from it then, and it is taken again."""
    for _ in range(TAKES):
        found = take()
        if found[0].late_share <= MOST_LATE:
            return found
        print(f"{what}: {found[0].late} packets late", flush=True)
    raise StoryBroken(f"{what}: more than {100 * MOST_LATE:.0f} % of packets late, {TAKES} times: other work on this computer?")


def through_loss(network, gateway, phone, share, burst):
    """How it was heard, and its recording measured."""
    network.lose(share, burst, first=FIRST, last=LAST)
    call(gateway, phone)
    at_line = gateway.dir / "heard.wav"
    gateway.phone(1, "record", at_line)
    wait_for_voice(network, LAST + 25)  # the last of them is through the jitter buffer and recorded
    heard = Heard(network, gateway)
    gateway.phone(1, "record", "")
    hang_up_both(gateway, phone)
    return heard, gateway.cli("measure", SPEECH, at_line)


def judge_loss(what, heard, measured, without_loss):
    """`without_loss`: R of a call of which nothing was lost."""
    expect(heard.lost == heard.counted["lost"], f"{what}: {heard.counted['lost']} lost, the gateway says {heard.lost}")
    # A packet more or less at the ends of the call is 0.1 %.
    expect(abs(heard.concealed - heard.lost_share) < 0.003 + heard.late_share,
           f"{what}: {100 * heard.lost_share:.2f} % lost, {100 * heard.concealed:.2f} % made up")
    # 0.1 % of packets is 0.4 of R, at most; so is 15 ms of the jitter buffer.
    least, most = without_loss - heard.spoilt(heard.late_share) - 1, without_loss - heard.spoilt() + 1
    expect(least < heard.r < most, f"{what}: R is {heard.r:.1f}, not {least:.1f} to {most:.1f}")
    expect(abs(heard.mos - mos_of(heard.r)) < 0.01, f"{what}: R {heard.r:.1f} is not MOS {heard.mos:.2f}")
    # A sound that begins in what is lost is made up as the silence before it: this befalls less than one burst in ten.
    bursts, explained = len(heard.counted["bursts"]), heard.silences()
    most_ms = max(explained + [PACKET_MS if bursts else 0]) + BLOCKS_MS
    expect(measured["longestGapMs"] <= most_ms, f"{what}: silent for {measured['longestGapMs']} ms, of {explained}")
    expect(measured["gaps"] <= len(explained) + bursts // 10, f"{what}: {measured['gaps']} times silent in {bursts} bursts")
    # Of longer gaps the wrong period of a voice, gone round in, looks like a slip to and fro.
    expect(measured["slips"] == 0 or heard.lost_share > 0.035, f"{what}: {measured['slips']} slips")


def every_loss(network, gateway, phone):
    rows, ratings = [], []
    for share, burst, pesq in LOSSES:
        what = f"{100 * share:.0f} %" + (f", {burst} in a row" if burst else "")
        heard, measured = undisturbed(what, lambda: through_loss(network, gateway, phone, share, burst))
        ratings.append(heard.r)
        r = ratings[0] - heard.spoilt()
        rows.append(f"{what:15} {heard.counted['lost']:3} of {heard.packets} {heard.lost:8} {100 * heard.concealed:8.1f} %"
                    f" {heard.r:6.1f} {r:6.1f} {heard.mos:6.2f} {mos_of(r):5.2f} {pesq:>6} {measured['snrDb']:6.1f}"
                    f" {measured['longestGapMs']:8.0f}")
        print(rows[-1], flush=True)
        judge_loss(what, heard, measured, ratings[0])
    print("""
lost            counted    gateway  made up     R   reckoned  MOS reckoned PESQ   SNR   longest silence
                           says            gateway's      gateway's      (others')   dB   ms""")
    print("\n".join(rows))
    print("MOS is of the E-model (G.107), reckoned from loss and delay; PESQ listens, and is another scale.", flush=True)
    expect(abs(ratings[0] - R_WITHOUT_LOSS) < 1, f"nothing is lost, and R is {ratings[0]:.1f}")
    expect(ratings[:-1] == sorted(set(ratings[:-1]), reverse=True), f"the more is lost, the worse it is: R {ratings[:-1]}")


def without_a_network(network, gateway, phone):
    """For two seconds of a call nothing passes, signalling neither."""
    begin, end = 100, 200
    network.lose(1, what="all", first=begin, last=end)
    call(gateway, phone)
    whole, afterwards = gateway.dir / "whole.wav", gateway.dir / "afterwards.wav"
    gateway.phone(1, "record", whole)
    wait_for_voice(network, end + 25)
    gateway.phone(1, "record", afterwards)
    wait_for_voice(network, end + 225)
    heard = Heard(network, gateway)
    gateway.phone(1, "record", "")
    expect(gateway.line(1)["state"] == gateway.line(9)["state"] == "in call", "the call outlives it")
    hang_up_both(gateway, phone)
    return heard, whole, afterwards


def judge_outage(gateway, heard, whole, afterwards):
    expect(heard.counted["bursts"] == [heard.lost] == [100], f"lost: {heard.counted}, the gateway says {heard.lost}")
    measured = gateway.cli("measure", SPEECH, whole)
    print(f"nothing passed for 2 s: {measured['gaps']} gaps, the longest {measured['longestGapMs']:.0f} ms", flush=True)
    expect(measured["gaps"] >= 1 and measured["longestGapMs"] <= heard.silences()[0] + BLOCKS_MS, f"silence: {measured}")
    judge(gateway, 1, "and after it", SPEECH, afterwards, least=0.2)


def calls_through_loss_of_everything(network, gateway, phone):
    """Signalling is lost as well, and is repeated."""
    network.lose(0.25, what="all")
    for _ in range(3):
        call(gateway, phone)
        hang_up_both(gateway, phone)
    lost = sum(way["others_lost"] for way in network.counted().values())
    print(f"three calls made and ended while a quarter of all is lost: {lost} packets of signalling", flush=True)
    expect(lost > 0, "no signalling was lost")
    network.lose(0)


def run(network, gateway, folder):
    with network.gateway.inside():
        gateway.start()
    wait_until("the board is up", lambda: gateway.cli("status", check=False).get("boardUp"))
    for extension in ("201", "209"):
        gateway.cli("user", "add", extension, "--name", f"Person {extension}", "--code", "1234")
    with network.phone.inside():
        phone = Baresip(folder / "desk9", SIP, CONTROL, "desk9", "desk9", f"{network.gateway.address}:{SIP}",
                        with_silence_behind(SPEECH, folder / "speech.wav"), address=network.phone.address)
        phone.connect()
    try:
        gateway.wait_for_phone(9)
        every_loss(network, gateway, phone)
        judge_outage(gateway, *undisturbed("nothing passes", lambda: without_a_network(network, gateway, phone)))
        calls_through_loss_of_everything(network, gateway, phone)
    except Exception:
        print(f"--- {phone.folder.name}\n{phone.said()}")
        raise
    finally:
        phone.stop()


def main():
    try:
        network = LossyNetwork()
    except OSError as error:
        print(f"skipped: no network namespaces can be made here ({error}); root can")
        sys.exit(SKIPPED)
    try:
        with tempfile.TemporaryDirectory(prefix="switchroom-lossy-") as folder:
            run_folder = pathlib.Path(folder)
            gateway = Gateway("amsterdam", pathlib.Path(sys.argv[1]), run_folder)
            configure({"amsterdam": gateway}, run_folder, network)
            file = gateway.dir / "switchroomd.toml"
            file.write_text(file.read_text()
                            .replace("[rtp]\npublic_address", "[rtp]\naddress")
                            .replace(f'listen = "127.0.0.1:{SITES["amsterdam"]["sip"]}"', f'listen = "{network.gateway.address}:{SIP}"')
                            .replace('phone = "desk9"', 'base_user = "209"\nphone = "desk9"'))
            with looked_after(gateway):
                run(network, gateway, run_folder)
    finally:
        left = network.stop()
    expect(not left, f"processes that were left: {left}")


if __name__ == "__main__":
    main()
