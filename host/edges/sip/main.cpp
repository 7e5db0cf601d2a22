// SPDX-License-Identifier: MIT
// sip-edge: IP phones of a gateway. Started by switchroomd, which it speaks to on a descriptor that
// it inherits, and ends with it.
#include "edges/process/confinement.hpp"
#include "edges/sip/phones.hpp"
#include "edges/sip/stranger_log.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>
#include <sys/prctl.h>

int main(int argc, char** argv) {
  switchroom::sip::settings settings;
  int descriptor = 3;
  CLI::App app{"IP phones of a gateway; started by switchroomd"};
  app.add_option("--listen", settings.listen, "SIP URI, \"sip:192.0.2.1:5060\"")->required();
  app.add_option("--tls-listen", settings.tls_listen, "SIPS URI, \"sips:192.0.2.1:5061\"");
  app.add_option("--certificate", settings.certificate,
                 "PEM file: private key, certificate, those that sign it");
  app.add_option("--realm", settings.realm, "What phones are asked to prove themselves to")
      ->required();
  app.add_option("--digest", settings.digests, "md5, sha-256 or both: how phones prove themselves")
      ->transform(CLI::CheckedTransformer(std::map<std::string, switchroom::sip::digest_kinds>{
          {"md5", switchroom::sip::digest_kinds::md5},
          {"both", switchroom::sip::digest_kinds::both},
          {"sha-256", switchroom::sip::digest_kinds::sha_256}}));
  app.add_option("--session", settings.session_s,
                 "Seconds after which a call ends that is not refreshed; 0: never");
  app.add_option("--shortest-session", settings.shortest_session_s,
                 "Of these, what a phone may ask for");
  app.add_option("--gateway", descriptor, "Descriptor of the connection to switchroomd");
  CLI11_PARSE(app, argc, argv);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  switchroom::process::limit_resources();
  su_init();
  switchroom::sip::write_little_to_stderr();
  auto* root = su_root_create(nullptr);
  su_root_threading(root, 0); // one thread: sofia's own stack runs in it, too
  int status = 0;
  try {
    switchroom::sip::phones phones(root, settings, descriptor);
    switchroom::process::confine(switchroom::process::sockets::ip);
    su_root_run(root);
  } catch (const std::exception& wrong) {
    std::cerr << "sip-edge: " << wrong.what() << '\n';
    status = 1;
  }
  su_root_destroy(root);
  su_deinit();
  return status;
}
