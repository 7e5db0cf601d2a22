#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every default that switchroom-board has is in its manual page, at its option."""
import pathlib
import re
import subprocess
import sys


def main():
    board, manual = sys.argv[1], pathlib.Path(sys.argv[2]).read_text().replace("\\-", "-")
    help_text = subprocess.run([board, "--help"], capture_output=True, text=True, check=True).stdout
    # "--erl FLOAT:FLOAT in [0 - 120]=20", "--quantum-ms MS [1]"
    defaults = dict(re.findall(r"^  (--\S+) \S+(?: in \[[^]]*\])?(?:=| \[)([a-z0-9.-]+)(?=[] ]|$)", help_text, re.MULTILINE))
    assert len(defaults) == 10, defaults
    missing = []
    for option, default in defaults.items():
        text = re.split(rf"{option}\b", manual, maxsplit=1)[-1].partition(".TP")[0]
        if f"Default {default}." not in text and f"{default} (default)" not in text:
            missing.append(f"{option}: {default}")
    print("\n".join(missing) or f"{len(defaults)} defaults are in the manual")
    sys.exit(bool(missing))


if __name__ == "__main__":
    main()
