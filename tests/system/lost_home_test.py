#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rules S11 to S13 with three real daemons over CURVE, each with its database, and no boards: the home is
killed, a backup grants a login elsewhere, a gateway that cannot be asked is waited for, and the home learns
of it when it is back.

usage: lost_home_test.py FOLDER_OF_PROGRAMS
"""
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
from gateways import Boardless, StoryBroken, configure_boardless, expect, wait_until  # noqa: E402

NAMES = ("amsterdam", "berlin", "cologne")
FIRST_PORT = 7141
LEASE_S = 5  # the least


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
        gateways = {name: Boardless(name, pathlib.Path(sys.argv[1]), run) for name in NAMES}
        configure_boardless(gateways, FIRST_PORT, 4, f"lease_s = {LEASE_S}")
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
