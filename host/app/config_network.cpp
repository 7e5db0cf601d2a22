// SPDX-License-Identifier: MIT
#include "app/config_file.hpp"
#include "app/key_files.hpp"
#include "scn/transport/curve_keys.hpp"

#include <algorithm>

namespace switchroom::app {
namespace {

constexpr std::size_t most_gateways = 32;  // rule S5
constexpr std::size_t default_backups = 2; // rule S12

} // namespace

bool configuration_file::is_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  return text.starts_with("tcp://") && colon > 5 && is_port(text.substr(colon + 1));
}

void configuration_file::scn() {
  const toml::table* table = root_.table("scn", true);
  if (!table)
    return;
  auto in = section(*table, "[scn]");
  if (const auto bind = in.text("bind", true)) {
    made_.network.bind = *bind;
    if (!is_endpoint(*bind))
      in.wrong("bind", "\"" + *bind + "\" is no address to bind to", "write tcp://ADDRESS:PORT");
  }
  if (const auto file = in.text("secret_key_file", true)) {
    const auto secret = read_secret(from_here(*file));
    const auto derived =
        secret ? transport::public_key_of(*secret) : result<std::string>(secret.error());
    if (derived) {
      made_.network.secret_key = *secret;
      made_.network.public_key = *derived;
    } else {
      in.wrong("secret_key_file", derived.error().what, derived.error().remedy);
    }
  }
  if (const auto pinned = in.text("public_key");
      pinned && !made_.network.public_key.empty() && *pinned != made_.network.public_key)
    in.wrong("public_key", "public_key does not belong to the secret key",
             "leave it out, or copy it from `switchroom keys show`");
  if (const auto file = in.text("network_key_file", true)) {
    if (auto key = read_network_key(from_here(*file)))
      made_.exchange.network_key = std::move(*key);
    else
      in.wrong("network_key_file", key.error().what, key.error().remedy);
  }
  backups_ = in.texts("backups");
  if (const auto lease = in.integer("lease_s", 5, 600))
    made_.exchange.lease = std::chrono::seconds{*lease};
  in.refuse_the_rest();
}

/// Which peers vote on logins of this gateway's users, and grant them when it is lost. With one
/// peer alone none is of use: two votes of two would be a majority.
void configuration_file::backups() {
  const auto& peers = made_.exchange.peers;
  auto& chosen = made_.exchange.backups;
  if (!backups_) {
    for (std::size_t n = 0; n < default_backups && peers.size() >= default_backups; ++n)
      chosen.push_back(peers[n].name);
    return;
  }
  const toml::table* table = root_.table("scn");
  auto in = section(*table, "[scn]");
  for (const auto& name : *backups_) {
    const bool peer =
        std::any_of(peers.begin(), peers.end(), [&](const auto& one) { return one.name == name; });
    if (!peer)
      in.wrong("backups", "backup \"" + name + "\" is not one of the peers",
               "name gateways that have a [[peer]]");
    else if (std::find(chosen.begin(), chosen.end(), name) != chosen.end())
      in.wrong("backups", "backup \"" + name + "\" is there twice", "remove one of them");
    else
      chosen.push_back(name);
  }
}

void configuration_file::add_peer(const toml::table& table) {
  auto in = section(table, "[[peer]]");
  transport::peer_address peer{name_of(in, "a gateway"), in.text("endpoint", true).value_or(""),
                               in.text("public_key", true).value_or("")};
  const std::string number = number_of(in);
  in.refuse_the_rest();
  if (!peer.endpoint.empty() && !is_endpoint(peer.endpoint))
    in.wrong("endpoint", "\"" + peer.endpoint + "\" is no endpoint", "write tcp://HOST:PORT");
  if (!peer.public_key.empty() && !transport::is_key(peer.public_key))
    in.wrong("public_key", "public_key is no key: it is 40 characters of Z85",
             "copy it from `switchroom keys show` at that gateway");
  if (peer.name == made_.exchange.gateway && !peer.name.empty())
    in.wrong("name", "peer \"" + peer.name + "\" has this gateway's own name",
             "list the other gateways alone");
  if (peer.public_key == made_.network.public_key && !peer.public_key.empty())
    in.wrong("public_key", "peer \"" + peer.name + "\" has this gateway's own key",
             "copy the peer's key from `switchroom keys show` at that gateway");
  for (const auto& other : made_.network.peers) {
    if (other.name == peer.name)
      in.wrong("name", "peer \"" + peer.name + "\" is there twice", "remove one of them");
    else if (other.public_key == peer.public_key)
      in.wrong("public_key",
               "peers \"" + other.name + "\" and \"" + peer.name + "\" have the same key",
               "each gateway needs a key pair of its own");
  }
  if (made_.network.peers.size() + 1 == most_gateways)
    in.wrong("name", "more than 31 peers", "a mesh holds up to 32 gateways (rule S5)");
  made_.exchange.peers.push_back({peer.name, number});
  made_.network.peers.push_back(std::move(peer));
}

} // namespace switchroom::app
