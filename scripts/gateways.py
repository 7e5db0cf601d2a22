# SPDX-License-Identifier: MIT
"""Real gateways with their simulated boards, as the demo, a test and a benchmark drive them: configured,
started, and asked by the operator's command line.
"""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

# Name → what is peculiar to it. Berlin's "11" is its reception, Amsterdam's its own. Copenhagen opens late, and
# has desks for visitors alone.
SITES = {
    "amsterdam": {"number": "20", "locale": "NL", "scn": 7120, "sip": 5120, "rtp": 22000, "reception": "202",
                  "lines": {1: "201", 2: "202", 4: "204"}},
    "berlin": {"number": "30", "locale": "DE", "scn": 7130, "sip": 5130, "rtp": 23000, "reception": "302",
               "lines": {1: "301", 2: "302", 3: "303"}},
    "copenhagen": {"number": "45", "locale": "DE", "scn": 7145, "sip": 5145, "rtp": 24000, "reception": "302", "lines": {}},
}
# What "office" is is each gateway's own: Berlin's is always open, Amsterdam's has been closed for good.
ALWAYS = '[[time_profile.week]]\ndays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\nfrom = "00:00"\nto = "24:00"'
NEVER = '[[time_profile.date]]\nfirst = "2000-01-01"'
TIME_PROFILES = {"amsterdam": {"office": NEVER, "workshop": ALWAYS}, "berlin": {"office": ALWAYS}}
LOGIN_CODE = "1234"
# A simulated board stops when its computer does something else, for longer than a real one ever would.
LEAD_FRAMES = 64
JITTER_MS = 60
PIDS = "pids"  # of the network of a demo, in its folder; says whose the folder is. PROGRAMS are found by their arguments.
PROGRAMS = ("switchroom-board", "switchroomd")


class StoryBroken(Exception):
    pass


class Gateway:
    """One gateway, its simulated board and its phones, reached by the operator's CLI."""

    def __init__(self, name, binaries, run):
        self.name, self.bin, self.run, self.dir = name, binaries, run, run / name
        self.processes = []
        self.board_options = ["--lines", "8", "--noise", "-68"]

    def cli(self, *words, check=True):
        for process in self.processes:
            if process.poll() is not None:
                raise StoryBroken(f"{pathlib.Path(process.args[0]).name} of {self.name} has ended")
        command = [str(self.bin / "switchroom"), "--run", str(self.run), "-g", self.name, "--json",
                   *map(str, words)]
        outcome = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if check and outcome.returncode != 0:
            raise StoryBroken(f"{' '.join(command)}\n  {outcome.stdout}{outcome.stderr}".rstrip())
        return json.loads(outcome.stdout) if outcome.stdout.strip() else {}

    def phone(self, line, *words):
        return self.cli("phone", line, *words)

    def start(self):
        for program, arguments in (
                ("switchroom-board", ["--link", f"unix:{self.dir}/board.sock",
                                      "--phones", f"unix:{self.dir}/phones.sock",
                                      *self.board_options]),
                ("switchroomd", ["--config", str(self.dir / "switchroomd.toml")])):
            log = open(self.dir / f"{program}.log", "w")
            started = subprocess.Popen([str(self.bin / program), *arguments], stdout=log, stderr=log,
                                       start_new_session=True)
            self.processes.append(started)

    def kill(self):
        """As when the power goes."""
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes = []

    def stop(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()

    def tail(self):
        for program in ("switchroom-board", "switchroomd"):
            log = self.dir / f"{program}.log"
            if log.exists():
                print(f"--- {log}", file=sys.stderr)
                print("\n".join(log.read_text().splitlines()[-15:]), file=sys.stderr)

    def line(self, number):
        return next(line for line in self.cli("lines")["lines"] if line["line"] == number)

    def user(self, extension):
        return next(user for user in self.cli("users")["users"] if user["extension"] == extension)

    def wait_for_phone(self, line):
        """Until the IP phone of that line has registered."""
        wait_until(f"the phone of line {line} is here",
                   lambda: any(phone["line"] == line and phone.get("here") for phone in self.cli("phones")["phones"]))

    def peers_up(self):
        return self.cli("status", check=False).get("peersUp", 0)


class Boardless(Gateway):
    """A gateway whose board is not there: operators log people in, and nobody lifts a handset."""

    def start(self):
        log = open(self.dir / "switchroomd.log", "a")
        self.processes = [subprocess.Popen([str(self.bin / "switchroomd"), "--config",
                                            str(self.dir / "switchroomd.toml")], stdout=log, stderr=log)]

    def desk(self, extension):
        return next((d for d in self.cli("desks").get("desks", []) if d["extension"] == extension), None)

    def rings(self, extension):
        desk = self.desk(extension)
        return desk is not None and desk.get("inForce", False)


class Loopback:
    """Nothing between the gateways: for `configure`."""

    def voice_address(self, _site):
        return "127.0.0.1"

    def scn_address(self, _site, _seen_from):
        return "127.0.0.1"


def wait_until(what, condition, timeout=20.0):
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    raise StoryBroken(f"waited {timeout:.0f} s in vain: {what}")


def expect(condition, what):
    if not condition:
        raise StoryBroken(what)


@contextlib.contextmanager
def looked_after(*gateways):
    """If what is done with them fails, the ends of their logs are shown; they are stopped in any case."""
    try:
        yield
    except Exception:
        for gateway in gateways:
            gateway.tail()
        raise
    finally:
        for gateway in gateways:
            gateway.stop()


def make_keys(gateways):
    keys = {}
    for name, gateway in gateways.items():
        gateway.dir.mkdir(parents=True)
        gateway.cli("keys", "new", gateway.dir / "keys")
        keys[name] = (gateway.dir / "keys" / "public.key").read_text().strip()
    return keys


def configure_boardless(gateways, first_port, lines, scn=""):
    """Keys and switchroomd.toml of gateways without boards, on ports from first_port on; `scn`: more of that section."""
    keys = make_keys(gateways)
    ports = {name: first_port + n for n, name in enumerate(gateways)}
    network_key = next(iter(gateways.values())).dir / "keys" / "network.key"
    for name, gateway in gateways.items():
        text = [f'[gateway]\nname = "{name}"\nnumber = "{ports[name]}"\nlocale = "DE"',
                f'[run]\ndirectory = "{gateway.dir}"', f'[board]\nlink = "unix:{gateway.dir}/board.sock"',
                f'[scn]\nbind = "tcp://127.0.0.1:{ports[name]}"\npublic_key = "{keys[name]}"\n'
                f'secret_key_file = "{gateway.dir}/keys/secret.key"\nnetwork_key_file = "{network_key}"\n{scn}']
        text += [f'[[peer]]\nname = "{other}"\nnumber = "{port}"\nendpoint = "tcp://127.0.0.1:{port}"\n'
                 f'public_key = "{keys[other]}"' for other, port in ports.items() if other != name]
        text += [f"[[line]]\nnumber = {line}" for line in range(1, lines + 1)]
        (gateway.dir / "switchroomd.toml").write_text("\n\n".join(text) + "\n")


def configure(gateways, run, network, jitter_ms=JITTER_MS, lead_frames=LEAD_FRAMES):
    """Writes keys and one switchroomd.toml a gateway; `network` tells under which addresses."""
    keys = make_keys(gateways)
    network_key = next(iter(gateways.values())).dir / "keys" / "network.key"
    for name in gateways:
        site = SITES[name]
        text = [f'[gateway]\nname = "{name}"\nnumber = "{site["number"]}"\nlocale = "{site["locale"]}"',
                f'[run]\ndirectory = "{run / name}"',
                f'[board]\nlink = "unix:{run / name}/board.sock"\nlead_frames = {lead_frames}',
                f'[scn]\nbind = "tcp://127.0.0.1:{site["scn"]}"\npublic_key = "{keys[name]}"\n'
                f'secret_key_file = "{run / name}/keys/secret.key"\nnetwork_key_file = "{network_key}"',
                f'[rtp]\npublic_address = "{network.voice_address(name)}"\nbase_port = {site["rtp"]}\n'
                f'jitter_ms = {jitter_ms}']
        for other in gateways:
            if other != name:
                peer = SITES[other]
                text.append(f'[[peer]]\nname = "{other}"\nnumber = "{peer["number"]}"\n'
                            f'endpoint = "tcp://{network.scn_address(other, name)}:{peer["scn"]}"\npublic_key = "{keys[other]}"')
        for line in range(1, 9):
            base = site["lines"].get(line)
            text.append(f"[[line]]\nnumber = {line}" + (f'\nbase_user = "{base}"' if base else ""))
        text.append(f'[sip]\nlisten = "127.0.0.1:{site["sip"]}"')
        text.append('[[line]]\nnumber = 9\nphone = "desk9"\npassword = "desk9"')
        for profile, hours in TIME_PROFILES.get(name, {}).items():
            text.append(f'[[time_profile]]\nname = "{profile}"\n{hours}')
        text.append(f'[[short_code]]\ncode = "11"\nfeature = "dial"\nnumber = "{site["reception"]}"')
        (run / name / "switchroomd.toml").write_text("\n\n".join(text) + "\n")


def rings(gateway, line, timeout=8):
    gateway.phone(line, "wait", "ringing", "--timeout", timeout)


def hang_up(*phones):
    for gateway, line in phones:
        gateway.phone(line, "on-hook")
    for gateway, line in phones:
        wait_until(f"{gateway.name} line {line} idle", lambda: gateway.line(line)["state"] == "idle")


def dial(gateway, line, digits, *options):
    gateway.phone(line, "off-hook")
    gateway.phone(line, "dial", digits, *options)


def is_ready(gateway, peers):
    status = gateway.cli("status", check=False)
    return status.get("boardUp") and status.get("peersUp") == peers


def alive(run):
    """The processes that work in this folder: an earlier demo has left them up, or somebody has begun one of them anew."""
    noted = (run / PIDS).read_text().split() if (run / PIDS).exists() else []
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_text(errors="replace").split("\0")
            here = (folder / "cwd").resolve()
        except OSError:  # it has ended
            continue
        files = [here / word.removeprefix("unix:") for word in command[1:] if "/" in word]
        if (folder.name in noted and str(run) in " ".join(command)
                or pathlib.Path(command[0]).name in PROGRAMS and any(file.is_relative_to(run) for file in files)):
            found.append(int(folder.name))
    return found


def stop(run):
    running = alive(run)
    for pid in running:
        os.kill(pid, signal.SIGTERM)
    wait_until("all processes ended", lambda: not alive(run))
    print(f"scripts/demo: {len(running)} processes stopped" if running
          else f"scripts/demo: nothing of a demo is up in {run}")


def empty_folder(run, program):
    """Makes the folder anew; what is not of an earlier run stays, and is told."""
    if run.exists() and any(run.iterdir()) and not (run / PIDS).exists():
        sys.exit(f"{program}: {run} holds something, and not what this has left.\n"
                 f"  remedy: give --run a folder that is empty or not there")
    shutil.rmtree(run, ignore_errors=True)
    run.mkdir(parents=True)
    (run / PIDS).touch()


def refuse_to_disturb(run):
    if alive(run):
        sys.exit(f"scripts/demo: the gateways of an earlier demo are up in {run}.\n"
                 f"  remedy: stop them with scripts/demo --stop")
    for name, site in SITES.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", site["scn"]))
            except OSError:
                sys.exit(f"scripts/demo: port {site['scn']}, which {name} needs, is taken.\n"
                         f"  remedy: stop what has it; a demo of another folder: "
                         f"scripts/demo --stop --run DIR")
