#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rules S11 to S13 with three real daemons over CURVE, each with its database, and no boards: the home is
killed, a backup grants a login elsewhere, a gateway that cannot be asked is waited for, and the home learns
of it when it is back.

usage: lost_home_test.py FOLDER_OF_PROGRAMS
"""
import pathlib
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
from gateways import Gateway, StoryBroken, expect, wait_until  # noqa: E402

NAMES = {"amsterdam": 7141, "berlin": 7142, "cologne": 7143}
LEASE_S = 5  # the least


class Daemon(Gateway):
    def start(self):
        log = open(self.dir / "switchroomd.log", "a")
        self.processes = [subprocess.Popen([str(self.bin / "switchroomd"), "--config",
                                            str(self.dir / "switchroomd.toml")], stdout=log, stderr=log)]

    def kill(self):
        self.processes[0].send_signal(signal.SIGKILL)
        self.processes[0].wait()
        self.processes = []

    def desk(self, extension):
        return next((d for d in self.cli("desks").get("desks", []) if d["extension"] == extension), None)

    def rings(self, extension):
        desk = self.desk(extension)
        return desk is not None and desk.get("inForce", False)

    def peers_up(self):
        return self.cli("status", check=False).get("peersUp", 0)


def configure(gateways, run):
    keys = {}
    for name, gateway in gateways.items():
        gateway.dir.mkdir()
        gateway.cli("keys", "new", gateway.dir / "keys")
        keys[name] = (gateway.dir / "keys/public.key").read_text().strip()
    for name, port in NAMES.items():
        text = [f'[gateway]\nname = "{name}"\nnumber = "{port % 10}"\nlocale = "DE"',
                f'[run]\ndirectory = "{run / name}"', f'[board]\nlink = "unix:{run / name}/board.sock"',
                f'[scn]\nbind = "tcp://127.0.0.1:{port}"\nsecret_key_file = "{run / name}/keys/secret.key"\n'
                f'network_key_file = "{run}/amsterdam/keys/network.key"\nlease_s = {LEASE_S}']
        for other, peer_port in NAMES.items():
            if other != name:
                text.append(f'[[peer]]\nname = "{other}"\nnumber = "{peer_port % 10}"\n'
                            f'endpoint = "tcp://127.0.0.1:{peer_port}"\npublic_key = "{keys[other]}"')
        text += [f"[[line]]\nnumber = {line}" for line in range(1, 5)]
        (run / name / "switchroomd.toml").write_text("\n\n".join(text) + "\n")


def life(amsterdam, berlin, cologne):
    for gateway in (amsterdam, berlin, cologne):
        gateway.start()
    for gateway in (amsterdam, berlin, cologne):
        wait_until(f"{gateway.name} with two peers", lambda: gateway.peers_up() == 2)
    amsterdam.cli("user", "add", "204", "--name", "Anna", "--base-line", 2, "--code", "1234")
    wait_until("204 at the own desk", lambda: amsterdam.rings("204"))
    wait_until("everybody knows 204", lambda: all(
        len(g.cli("users").get("users", [])) == 1 for g in (berlin, cologne)))
    berlin.cli("login", 3, "204")
    expect(berlin.rings("204") and not amsterdam.desk("204"), "204 is not at berlin alone")
    first = berlin.desk("204")["epoch"]

    amsterdam.kill()
    wait_until("berlin has lost amsterdam", lambda: berlin.peers_up() == 1)
    expect(berlin.rings("204"), "S11: the login has ended with its home")
    cologne.cli("login", 1, "204")
    expect(cologne.rings("204"), "S12: no backup has granted the login")
    expect(berlin.desk("204") is None, "S12: 204 is still at berlin")
    expect(cologne.desk("204")["epoch"] > first, "S12: the epoch has not risen")

    amsterdam.start()
    wait_until("amsterdam is back", lambda: amsterdam.peers_up() == 2)
    wait_until("S11: amsterdam learns of it", lambda: any(
        user["extension"] == "204" and user.get("gateway") == "cologne"
        for user in amsterdam.cli("users")["users"]))
    expect(amsterdam.desk("204") is None, "204 is at amsterdam, too")

    cologne.kill()
    wait_until("amsterdam has lost cologne", lambda: amsterdam.peers_up() == 1)
    told = subprocess.run([str(amsterdam.bin / "switchroom"), "--run", str(amsterdam.run), "-g", "amsterdam",
                           "login", "2", "204"], capture_output=True, text=True, timeout=60)
    expect(told.returncode != 0 and "is still logged in at cologne" in told.stdout + told.stderr,
           f"S12: the lease of a gateway that cannot be asked was not waited for: {told.stdout}{told.stderr}")
    wait_until("S12: the lease is over", lambda: amsterdam.cli("login", 2, "204", check=False) is not None
               and amsterdam.rings("204"), 30)
    cologne.start()
    wait_until("cologne is back", lambda: cologne.peers_up() == 2)
    wait_until("S12: its login has ended", lambda: cologne.desk("204") is None)
    expect(amsterdam.rings("204"), "204 is not at amsterdam any more")


def main():
    with tempfile.TemporaryDirectory(prefix="switchroom-lost-home-") as folder:
        run = pathlib.Path(folder)
        gateways = {name: Daemon(name, pathlib.Path(sys.argv[1]), run) for name in NAMES}
        configure(gateways, run)
        try:
            life(*gateways.values())
        except StoryBroken as broken:
            for gateway in gateways.values():
                gateway.tail()
            sys.exit(f"lost_home_test: {broken}")
        finally:
            for gateway in gateways.values():
                gateway.stop()
    print("lost_home_test: the home was killed, a backup granted the login, and all agree again")


if __name__ == "__main__":
    main()
