# SPDX-License-Identifier: MIT
"""What phones say and hear: speech for them to play, recordings judged, tones of digits found."""
import array
import math
import pathlib
import time
import wave

from gateways import expect
from real_time import hear

SPEECH = pathlib.Path("/usr/share/asterisk/sounds/en_US_f_Allison")
# 37 dB, two conversions by G.711, where nothing is late. What is late on a busy machine is late for some of the words; a
# wrong law is wrong in all of them. 15 % are 0.3 s of a short sentence, by which a busy machine may be late; every fifth
# packet lost, or a part that is softer, is more.
LEAST_MEDIAN_SNR_DB = 25
MOST_DAMAGED = 0.15
LEAST_SNR_DB = 5  # over all of it: nothing that is louder than the words
MOST_SLIPPED_MS = 40  # two packets: the delay of a call does not change by more


def with_silence_behind(speech, where):
    """A phone whose file has ended hangs up."""
    with wave.open(str(speech)) as read, wave.open(str(where), "w") as written:
        written.setparams(read.getparams())
        written.writeframes(read.readframes(read.getnframes()) + bytes(2 * 8000 * 40))
    return where


def judge(gateway, most_db, what, reference, recording, least=0.9):
    """The same words, as loud within `most_db`, but for what was late; at least so much of them as `least` has it."""
    found = gateway.cli("measure", reference, recording, check=False)
    expect(found, f"{what}: {recording} cannot be read")
    hear(found["result"] == "measured", f"{what}: {found['result']}")
    print(f"{what}: SNR {found['snrDb']:.1f} dB, median {found['medianSnrDb']:.1f} dB, {100 * found['damaged']:.0f} % worse, "
          f"level {found['medianGainDb']:+.2f} dB, {100 * found['covered']:.0f} % long enough, {found['slips']} slips", flush=True)
    hear(found["medianSnrDb"] > LEAST_MEDIAN_SNR_DB, f"{what}: SNR of 20 ms, the median: {found['medianSnrDb']} dB")
    hear(found["snrDb"] > LEAST_SNR_DB, f"{what}: SNR {found['snrDb']} dB")
    hear(found["damaged"] < MOST_DAMAGED, f"{what}: {found['damaged']} of it is damaged")
    hear(found["slippedMs"] <= MOST_SLIPPED_MS, f"{what}: the delay changed by {found['slippedMs']} ms in all")
    hear(abs(found["medianGainDb"]) < most_db, f"{what}: {found['medianGainDb']} dB")
    hear(found["covered"] > least, f"{what}: it is long enough for {found['covered']} only")
    hear(not found["inverted"], f"{what}: the polarity is another")


def take_turns(gateway, what, phone_speaks_s, line_says):
    """Line 1 and an IP phone are in a call: first the phone says its file, which is recorded, then the line. One after the
    other: the echo of the phone's own voice, 20 dB below at the line's hybrid, is not what is judged."""
    at_line = gateway.dir / f"line-{what}.wav"
    gateway.phone(1, "record", at_line)
    time.sleep(phone_speaks_s)
    gateway.phone(1, "record", "")
    gateway.phone(1, "play", line_says)
    gateway.phone(1, "wait", "played", "--timeout", 20)
    time.sleep(0.3)
    return at_line


KEYPAD = {digit: (row, column) for row, digits in zip((697, 770, 852, 941), ("123", "456", "789", "*0#"))
          for column, digit in zip((1209, 1336, 1477), digits)}


def power(samples, hz):
    """Of one frequency, by Goertzel."""
    k, before, last = 2 * math.cos(2 * math.pi * hz / 8000), 0.0, 0.0
    for sample in samples:
        before, last = last, sample + k * last - before
    return last * last + before * before - k * last * before


def tones_in(recording):
    """The digits whose tones are in it: both frequencies over 20 dB above the others."""
    with wave.open(str(recording)) as file:
        samples = array.array("h", file.readframes(file.getnframes()))
    digits, last = "", ""
    for at in range(0, len(samples) - 200, 200):
        block = samples[at:at + 200]
        if max(map(abs, block)) < 1000:
            last = ""
            continue
        found = [max((power(block, hz), hz) for hz in some) for some in ((697, 770, 852, 941), (1209, 1336, 1477))]
        total = sum(sample * sample for sample in block) * len(block) / 2
        pure = sum(p for p, _ in found) > 0.85 * total
        digit = next((d for d, pair in KEYPAD.items() if pair == (found[0][1], found[1][1])), "") if pure else last
        if digit and digit != last:
            digits += digit
        last = digit if pure else last
    return digits
