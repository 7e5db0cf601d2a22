#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays a transcript: runs each command of a session and compares what it says.

    # daemons: amsterdam berlin     start these gateways (no boards) before the first command
    $ switchroom -g berlin status   a command, run by sh; standard error is shown with output
    text                            what it must say; <*> stands for anything within a line,
    <**>                            this line for any number of lines
    [exit 1]                        its exit status, when it is not 0
"""
import argparse
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Network:
    """Daemons in a folder, each with keys of its own."""

    def __init__(self, folder, switchroom, switchroomd):
        self.folder, self.switchroomd = folder, switchroomd
        self.environment = {**os.environ, "SWITCHROOM_RUN": str(folder), "NO_COLOR": "1",
                            "TZ": "UTC", "PATH": f"{switchroom.parent}:{os.environ['PATH']}"}
        self.environment.pop("SWITCHROOM_GATEWAY", None)
        self.daemons = []

    def run(self, command):
        done = subprocess.run(["sh", "-c", command], cwd=self.folder, env=self.environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60)
        return done.stdout, done.returncode

    def start(self, names):
        ports = {name: free_port() for name in names}
        keys = {}
        for name in names:
            first = f"--network-key {names[0]}-keys/network.key" if name != names[0] else ""
            said, code = self.run(f"switchroom keys new {name}-keys {first}")
            if code != 0:
                sys.exit(said)
            keys[name] = (self.folder / f"{name}-keys" / "public.key").read_text().strip()
        for number, name in enumerate(names):
            text = (f'[gateway]\nname = "{name}"\nnumber = "{number + 1}0"\nlocale = "NL"\n'
                    f'[run]\ndirectory = "{name}"\n[board]\nlink = "unix:{name}-board.sock"\n'
                    f'[scn]\nbind = "tcp://127.0.0.1:{ports[name]}"\n'
                    f'secret_key_file = "{name}-keys/secret.key"\n'
                    f'network_key_file = "{name}-keys/network.key"\n')
            for other in names:
                if other != name:
                    text += (f'[[peer]]\nname = "{other}"\nendpoint = "tcp://127.0.0.1:{ports[other]}"\n'
                             f"public_key = '{keys[other]}'\n")
            text += "".join(f"[[line]]\nnumber = {line}\n" for line in (1, 2, 3))
            (self.folder / f"{name}.toml").write_text(text)
            self.daemons.append(subprocess.Popen(
                [str(self.switchroomd), "--config", str(self.folder / f"{name}.toml"),
                 "--log-level", "off"], env=self.environment))
        self.wait_for(names)

    def wait_for(self, names):
        """Until every gateway answers and sees all its peers."""
        give_up = time.monotonic() + 40
        wanted = f'"peersUp": {len(names) - 1},'
        for name in names:
            while wanted not in self.run(f"switchroom -g {name} --json status")[0]:
                if time.monotonic() > give_up:
                    sys.exit(f"{name} and its peers did not come up")

    def stop(self):
        for daemon in self.daemons:
            daemon.send_signal(signal.SIGTERM)
        codes = [daemon.wait(timeout=20) for daemon in self.daemons]
        return all(code == 0 for code in codes)


def read(transcript):
    """The gateways to start, and (line number, command, expected lines, exit status)."""
    daemons, steps = [], []
    for number, line in enumerate(transcript.read_text().splitlines(), 1):
        if line.startswith("# daemons:"):
            daemons = line.split(":", 1)[1].split()
        elif line.startswith("$ "):
            steps.append([number, line[2:], [], 0])
        elif match := re.fullmatch(r"\[exit (\d+)\]", line):
            steps[-1][3] = int(match[1])
        elif steps and not line.startswith("# "):
            steps[-1][2].append(line)
    for step in steps:  # blank lines between commands are for the reader
        while step[2] and not step[2][-1]:
            step[2].pop()
    return daemons, steps


def pattern(lines):
    out = ""
    for line in lines:
        if line == "<**>":
            out += r"(?:.*\n)*?"
        else:
            out += ".*".join(re.escape(part) for part in line.split("<*>")) + r"\n"
    return out + r"\n*"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--switchroom", type=pathlib.Path, required=True)
    parser.add_argument("--switchroomd", type=pathlib.Path, required=True)
    parser.add_argument("transcript", type=pathlib.Path)
    args = parser.parse_args()
    daemons, steps = read(args.transcript)
    failures = 0
    with tempfile.TemporaryDirectory(prefix="switchroom-cli-") as folder:
        network = Network(pathlib.Path(folder), args.switchroom.resolve(), args.switchroomd.resolve())
        try:
            if daemons:
                network.start(daemons)
            for number, command, expected, exit_status in steps:
                said, code = network.run(command)
                if code != exit_status or not re.fullmatch(pattern(expected), said):
                    failures += 1
                    print(f"{args.transcript.name}:{number}: $ {command}\n--- expected, exit "
                          f"{exit_status}\n" + "\n".join(expected) + f"\n--- said, exit {code}\n{said}")
        finally:
            if not network.stop():
                failures += 1
                print("a daemon did not stop cleanly on SIGTERM")
    if not steps:
        failures += 1
        print("the transcript has no commands")
    print(f"{len(steps)} commands, {failures} failures")
    sys.exit(failures != 0)


if __name__ == "__main__":
    main()
