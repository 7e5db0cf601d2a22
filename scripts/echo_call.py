#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A call through a hybrid that returns much, with the far line's echo canceller off, then on.

Called by scripts/echo-demo. Line 1 speaks to line 2 and records what comes back: the simulated phones have no side tone, so
that all of it is echo and noise.
"""
import argparse
import math
import pathlib
import struct
import sys
import time
import wave

from gateways import Gateway, StoryBroken, configure_boardless, dial, empty_folder, is_ready, looked_after, rings, wait_until

SPEECH = pathlib.Path("/usr/share/asterisk/sounds/en_US_f_Allison/vm-instructions.wav")
WINDOW_MS = 50
PEAK_OF_0DBM0 = 22827.0  # of a sine, ITU-T G.711 table 5
FLOOR_DBM0 = -80
WANTED_DB = 20


def levels(path):
    """dBm0 of each window."""
    with wave.open(str(path)) as file:
        samples = struct.unpack(f"<{file.getnframes()}h", file.readframes(file.getnframes()))
    count = 8 * WINDOW_MS
    full = PEAK_OF_0DBM0 ** 2 / 2
    squares = [sum(s * s for s in samples[at:at + count]) / count for at in range(0, len(samples) - count, count)]
    return [max(FLOOR_DBM0, 10 * math.log10(mean / full)) if mean else FLOOR_DBM0 for mean in squares]


def mean_dbm0(found):
    return 10 * math.log10(sum(10 ** (level / 10) for level in found) / len(found))


def picture(path, curves, what):
    """Levels over time, one curve a (name, colour, levels)."""
    seconds = max(len(curve[2]) for curve in curves) * WINDOW_MS / 1000
    left, top, width, height = 60, 20, 600, 300

    def at(n, level):
        return f"{left + width * n * WINDOW_MS / 1000 / seconds:.1f} {top - height * level / -FLOOR_DBM0:.1f}"
    lines = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 380" font-family="sans-serif" font-size="12">',
             "<!-- SPDX-License-Identifier: MIT. Made by scripts/echo-demo. -->",
             '<rect width="700" height="380" fill="white"/>']
    for level in range(0, FLOOR_DBM0 - 1, -10):
        y = top - height * level / -FLOOR_DBM0
        lines.append(f'<path d="M{left} {y:.0f}H{left + width}" stroke="#ddd"/>'
                     f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{level}</text>')
    for second in range(0, int(seconds) + 1):
        lines.append(f'<text x="{left + width * second / seconds:.0f}" y="{top + height + 20}" '
                     f'text-anchor="middle">{second}</text>')
    lines.append(f'<text x="{left + width / 2}" y="{top + height + 42}" text-anchor="middle">{what}</text>')
    lines.append(f'<text x="{left}" y="14">dBm0</text>')
    for n, (name, colour, found) in enumerate(curves):
        points = "L".join(at(k, level) for k, level in enumerate(found))
        lines.append(f'<path d="M{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        lines.append(f'<text x="{left + 40 + 190 * n}" y="14" fill="{colour}">{name}</text>')
    path.write_text("\n".join(lines) + "\n</svg>\n")


def speak_and_record(gateway, path):
    """Levels of what is heard, from when the speech begins."""
    gateway.phone(1, "record", path)
    recorded_from = time.monotonic()
    gateway.phone(1, "play", SPEECH)
    before = round((time.monotonic() - recorded_from) * 1000 / WINDOW_MS)
    gateway.phone(1, "wait", "played", "--timeout", 40)
    time.sleep(0.2)
    gateway.phone(1, "record", "")
    return levels(path)[before:]


def call(gateway, run, erl_db):
    gateway.start()
    wait_until("the board", lambda: is_ready(gateway, 0))
    for line in (1, 2):
        gateway.cli("user", "add", f"20{line}", "--name", f"User 20{line}", "--base-line", line)
    wait_until("both at their desks", lambda: sum(d.get("inForce", False) for d in gateway.cli("desks").get("desks", [])) == 2)
    dial(gateway, 1, "202")
    rings(gateway, 2)
    gateway.phone(2, "off-hook")
    wait_until("the call is connected", lambda: gateway.cli("calls")["calls"][0]["state"] == "in call", 5)
    for line in (1, 2):
        gateway.cli("echo", line, "off")
    print(f"line 1 speaks to line 2, whose hybrid returns white noise {erl_db} dB down; line 1 records what comes back", flush=True)
    without = speak_and_record(gateway, run / "echo-off.wav")
    print(f"  canceller off: {mean_dbm0(without):6.1f} dBm0", flush=True)
    gateway.cli("echo", 2, "16")
    cancelled = speak_and_record(gateway, run / "echo-on.wav")
    settled = [found[len(found) // 4:] for found in (without, cancelled)]
    better = mean_dbm0(settled[0]) - mean_dbm0(settled[1])
    print(f"  canceller on:  {mean_dbm0(cancelled):6.1f} dBm0; in the last three quarters {mean_dbm0(settled[1]):.1f}, {better:.0f} dB under "
          "what it was")
    picture(run / "echo.svg", [("said", "#999999", levels(SPEECH)), ("heard, canceller off", "#b03030", without),
                               ("heard, canceller on", "#2050a0", cancelled)],
            f"seconds; a woman reads, the far hybrid returns {erl_db} dB less of white noise, near 900 Hz more")
    print("Left to hear and to look at:")
    for name in ("echo-off.wav", "echo-on.wav", "echo.svg"):
        print(f"  {run / name}")
    if better < WANTED_DB:
        raise StoryBroken(f"the canceller takes out {better:.1f} dB; {WANTED_DB} are wanted")


def decibels(text):
    if not text.isdecimal() or not 6 <= int(text) <= 30:  # less sings, of more is little to be heard
        raise argparse.ArgumentTypeError(f"{text}: 6 to 30 dB are possible")
    return int(text)


def main():
    parser = argparse.ArgumentParser(prog="scripts/echo-demo", description=__doc__.splitlines()[0])
    parser.add_argument("--bin", default="build/release", help="folder that holds the built programs")
    parser.add_argument("--run", default="run-echo", help="folder for sockets, logs and recordings")
    parser.add_argument("--erl", type=decibels, default=10, metavar="DB",
                        help="echo return loss of the hybrids, mean over white noise, 6 to 30 dB (default 10)")
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)  # what was given, and no more
    args = parser.parse_args()
    if args.check:
        return
    if not SPEECH.exists():
        sys.exit(f"scripts/echo-demo: {SPEECH} is missing; run scripts/setup")
    run = pathlib.Path(args.run).resolve()
    empty_folder(run, "scripts/echo-demo")
    gateway = Gateway("echo", pathlib.Path(args.bin).resolve() / "bin", run)
    gateway.board_options = ["--lines", "2", "--noise", "-68", "--erl", str(args.erl)]
    try:
        with looked_after(gateway):
            configure_boardless({"echo": gateway}, 7190, 2)
            call(gateway, run, args.erl)
    except StoryBroken as broken:
        sys.exit(f"scripts/echo-demo: {broken}")


if __name__ == "__main__":
    main()
