# SPDX-License-Identifier: MIT
"""Kamailio as a peer of sip-edge: a registrar with digest, and a proxy that asks callers for a proof. One worker, as
sip-edge is one thread; no database, no log. A proxy keeps no calls: for calls it is the floor, not a like."""
import pathlib
import subprocess
import time

CONFIGURATION = """
debug=0
log_stderror=yes
children=1
auto_aliases=no
listen=udp:127.0.0.1:{port}
alias="127.0.0.1:{port}"
alias="{realm}"
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "siputils.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
loadmodule "textops.so"
modparam("auth", "qop", "auth")
modparam("auth", "nonce_count", 0)
modparam("usrloc", "db_mode", 0)
request_route {{
  if (has_totag()) {{ t_relay(); exit; }}
  if (is_method("ACK")) {{ if (t_check_trans()) t_relay(); exit; }}
  $var(password) = "secret-" + $fU;
  if (is_method("REGISTER")) {{
    if (!pv_www_authenticate("$td", "$var(password)", "0")) {{ www_challenge("$td", "1"); exit; }}
    save("location");
    exit;
  }}
  if (!is_method("INVITE")) {{ sl_send_reply("405", "No"); exit; }}
  if (!pv_proxy_authenticate("$td", "$var(password)", "0")) {{ proxy_challenge("$td", "1"); exit; }}
  consume_credentials();
  $var(number) = $(rU{{s.int}}) - 7000;
  $rU = "called" + $var(number);
  if (!lookup("location")) {{ sl_send_reply("404", "Not registered"); exit; }}
  t_relay();
}}
"""


class Kamailio:
    def __init__(self, folder, port):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        file = self.folder / "kamailio.cfg"
        file.write_text(CONFIGURATION.format(port=port, realm="peer"))
        self.log = open(self.folder / "log", "w", encoding="utf-8")
        self.process = subprocess.Popen(["kamailio", "-DD", "-E", "-f", str(file), "-Y", str(self.folder), "-m", "128"],
                                        stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        time.sleep(1.5)
        if self.process.poll() is not None:
            raise RuntimeError(f"kamailio does not start: {(self.folder / 'log').read_text()[-2000:]}")

    def pids(self):
        children = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True).stdout
        return [self.process.pid, *map(int, children.split())]

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
