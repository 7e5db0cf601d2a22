#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every command that --help lists is known to each shell's completion and to the manual page."""
import pathlib
import re
import subprocess
import sys


def say(*command, **how):
    return subprocess.run(command, capture_output=True, text=True, check=True, **how).stdout


def subcommands(help_text):
    part = help_text.partition("Subcommands:")[2].partition("\n\n")[0]
    return re.findall(r"^  ([a-z-]+) ", part, re.MULTILINE)


def main():
    switchroom, manual = sys.argv[1], pathlib.Path(sys.argv[2]).read_text()
    commands = subcommands(say(switchroom, "--help"))
    assert len(commands) > 15, commands
    missing = []
    for command in commands:
        leaves = subcommands(say(switchroom, command, *(["1"] if command == "phone" else []), "--help"))
        for word in [command, *leaves]:
            for shell in ("bash", "zsh", "fish"):
                if not re.search(rf"\b{word}\b", say(switchroom, "completion", shell)):
                    missing.append(f"{shell}: {word}")
            if word.replace("-", r"\-") not in manual:
                missing.append(f"switchroom(1): {word}")
    # What bash really offers.
    script = say(switchroom, "completion", "bash")
    offered = say("bash", "-c", script + """
COMP_WORDS=(switchroom -g berlin phone 3 ""); COMP_CWORD=5; _switchroom; echo "${COMPREPLY[*]}"
COMP_WORDS=(switchroom us); COMP_CWORD=1; _switchroom; echo "${COMPREPLY[*]}"
""").splitlines()
    for word in ("off-hook", "record", "wait"):
        if word not in offered[0].split():
            missing.append(f"bash after `phone 3`: {word}")
    if offered[1].split() != ["users", "user"]:
        missing.append(f"bash after `us`: {offered[1]}")
    print("\n".join(missing) or f"{len(commands)} commands are known everywhere")
    sys.exit(bool(missing))


if __name__ == "__main__":
    main()
