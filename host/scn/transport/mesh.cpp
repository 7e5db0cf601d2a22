// SPDX-License-Identifier: MIT
#include "scn/transport/mesh.hpp"

#include "scn/transport/authenticator.hpp"
#include "scn/transport/curve_keys.hpp"
#include "scn/transport/peer_link.hpp"
#include "scn/transport/watched_socket.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <bit>
#include <list>
#include <set>

namespace switchroom::transport {
namespace {

/// Then others have their turn.
constexpr std::size_t largest_batch = 256;
/// Without a stranger: then the alarm of the last one is over.
constexpr std::chrono::minutes long_quiet{10};

std::vector<std::string> all_parts(zmq::socket_t& socket) {
  std::vector<std::string> parts;
  zmq::message_t part;
  do {
    if (!socket.recv(part, zmq::recv_flags::dontwait))
      return parts;
    parts.push_back(part.to_string());
  } while (part.more());
  return parts;
}

} // namespace

class mesh::sockets {
public:
  sockets(settings own, boost::asio::any_io_executor executor, callbacks to)
      : own_(std::move(own)), executor_(std::move(executor)),
        callbacks_(std::make_shared<callbacks>(std::move(to))), quiet_(executor_) {
    for (const auto& peer : own_.peers) {
      pinned_.emplace(peer.public_key, peer.name);
      figures_.peers[peer.name];
    }
    open();
    read_from_now_on();
  }
  sockets(const sockets&) = delete;
  sockets& operator=(const sockets&) = delete;

  void send(const gateway_name& to, const std::string& octets);
  const figures& counters() const { return figures_; }
  const std::string& endpoint() const { return endpoint_; }

private:
  void open();
  void read_from_now_on();
  bool answer_zap();
  bool watch_server();
  bool watch_peer(peer_link&);
  bool receive();
  void count_stranger(const std::string& who);
  std::optional<delivery> open_envelope(zmq::message_t&, bool is_single);
  settings own_;
  boost::asio::any_io_executor executor_;
  std::shared_ptr<callbacks> callbacks_;
  pinned_keys pinned_;
  std::string endpoint_;
  figures figures_;
  unsigned denied_ = 0;             ///< refused by ZAP, and the monitor has not told of it yet
  bool is_alarmed_ = false;         ///< of a stranger
  boost::asio::steady_timer quiet_; ///< since the last one

  zmq::context_t context_{1};
  zmq::socket_t zap_, router_, router_monitor_;
  std::map<gateway_name, peer_link> links_;
  std::list<watched_socket> watched_; // last, so that they go first
};

void mesh::sockets::open() {
  // ZAP first: a server that binds before anybody answers would admit nobody, or everybody.
  zap_ = zmq::socket_t(context_, zmq::socket_type::rep);
  zap_.set(zmq::sockopt::linger, 0);
  zap_.bind("inproc://zeromq.zap.01");

  router_ = zmq::socket_t(context_, zmq::socket_type::router);
  router_monitor_ = watch(context_, router_, "server");
  apply_common(router_, own_);
  router_.set(zmq::sockopt::curve_server, true);
  router_.set(zmq::sockopt::zap_domain, zap_domain);
  // What exceeds this ends the connection inside libzmq; what exceeds largest_message is counted.
  router_.set(zmq::sockopt::maxmsgsize, std::int64_t{1} << 20);
  router_.bind(own_.bind);
  endpoint_ = router_.get(zmq::sockopt::last_endpoint);

  for (const auto& peer : own_.peers)
    links_.try_emplace(peer.name, context_, own_, peer);
}

void mesh::sockets::read_from_now_on() {
  watched_.emplace_back(executor_, zap_, [this] { return answer_zap(); });
  watched_.emplace_back(executor_, router_monitor_, [this] { return watch_server(); });
  for (auto& entry : links_) {
    peer_link& link = entry.second;
    watched_.emplace_back(executor_, link.monitor(), [this, &link] { return watch_peer(link); });
  }
  watched_.emplace_back(executor_, router_, [this] { return receive(); });
}

bool mesh::sockets::answer_zap() {
  const auto request = all_parts(zap_);
  if (request.empty())
    return false;
  const auto verdict = authenticate(request, pinned_);
  for (std::size_t n = 0; n < verdict.reply.size(); ++n)
    zap_.send(zmq::buffer(verdict.reply[n]),
              n + 1 < verdict.reply.size() ? zmq::send_flags::sndmore : zmq::send_flags::none);
  if (!verdict.stranger_key)
    return true;
  ++denied_;
  count_stranger(verdict.address + " with key " +
                 (verdict.stranger_key->empty() ? "none" : *verdict.stranger_key));
  return true;
}

bool mesh::sockets::watch_server() {
  // One that ends without a word is counted and is no alarm: as a rule it is a probe of the port,
  // or a network that joins two ends late.
  while (const auto event = next_event(router_monitor_))
    if ((*event == connection_event::handshake_failed ||
         *event == connection_event::handshake_cut) &&
        denied_ > 0)
      --denied_; // the end of a connection that answer_zap() counted
    else if (*event == connection_event::handshake_cut)
      ++figures_.strangers;
    else if (*event == connection_event::handshake_failed)
      count_stranger("somebody who could not complete the handshake with this gateway's key");
  return false;
}

void mesh::sockets::count_stranger(const std::string& who) {
  const std::uint64_t count = ++figures_.strangers;
  quiet_.expires_after(long_quiet);
  quiet_.async_wait([this, alive = std::weak_ptr(callbacks_)](boost::system::error_code cancelled) {
    if (!cancelled && !alive.expired() && std::exchange(is_alarmed_, false))
      callbacks_->clear("scn-stranger");
  });
  // A stranger who tries again and again must not fill the log.
  if (std::exchange(is_alarmed_, true) && !std::has_single_bit(count))
    return;
  callbacks_->raise({"scn-stranger",
                     "A stranger tried to connect",
                     {std::to_string(count) + " connections turned away, the last from " + who,
                      "if it is a gateway of this network, put its public key into its [[peer]] "
                      "section here; else close the port to it"}});
}

bool mesh::sockets::watch_peer(peer_link& link) {
  const auto change = link.read_monitor();
  const std::string id = "scn-handshake-" + link.address().name;
  auto& peer = figures_.peers[link.address().name];
  peer.failed_handshakes += change.failed_handshakes;
  peer.connected = change.connected.value_or(peer.connected);
  if (change.connected == true) {
    callbacks_->clear(id);
    callbacks_->connected(link.address().name);
  } else if (change.is_refused) {
    callbacks_->raise(
        {id,
         "Gateway " + link.address().name + " and this one do not know each other",
         {"the handshake with " + link.address().name + " at " + link.address().endpoint +
              " fails: its key is not the one pinned here, or ours is not pinned there, or it is "
              "not there and something else takes its connections",
          "is it up? If so, compare `switchroom keys show` of each gateway with public_key in the "
          "[[peer]] section "
          "of the other"}});
  }
  return false;
}

std::optional<delivery> mesh::sockets::open_envelope(zmq::message_t& part, bool is_single) {
  const char* key = part.gets("User-Id");
  const auto owner = key ? pinned_.find(std::string_view(key)) : pinned_.end();
  if (owner == pinned_.end())
    return std::nullopt; // not reached: libzmq admits nobody whom authenticate() refused
  std::optional<delivery> message{{owner->second, {}}};
  std::string fault;
  if (!is_single)
    fault = "in several parts";
  else if (part.size() > largest_message)
    fault = "of " + std::to_string(part.size()) + " octets, the limit is " +
            std::to_string(largest_message);
  else if (!message->message.ParseFromArray(part.data(), static_cast<int>(part.size())) ||
           message->message.body_case() == scn::v1::Envelope::BODY_NOT_SET)
    fault = "that is no envelope this version can read";

  auto& peer = figures_.peers[owner->second];
  if (fault.empty()) {
    ++peer.received;
    return message;
  }
  if (std::has_single_bit(++peer.malformed))
    callbacks_->note("dropped a message from " + owner->second + ' ' + fault + " (" +
                     std::to_string(peer.malformed) + " so far)");
  return std::nullopt;
}

bool mesh::sockets::receive() {
  std::vector<delivery> batch;
  zmq::message_t part;
  bool more = true;
  while (batch.size() < largest_batch) {
    more = router_.recv(part, zmq::recv_flags::dontwait).has_value();
    if (!more)
      break;
    bool is_single = true;
    if (!part.more() || !router_.recv(part, zmq::recv_flags::dontwait))
      continue; // a routing id with nothing behind it
    while (part.more()) {
      is_single = false;
      (void)router_.recv(part, zmq::recv_flags::dontwait);
    }
    if (auto message = open_envelope(part, is_single))
      batch.push_back(std::move(*message));
  }
  if (!batch.empty())
    callbacks_->received(std::move(batch));
  return more;
}

void mesh::sockets::send(const gateway_name& to, const std::string& octets) {
  const auto link = links_.find(to);
  if (link == links_.end())
    return;
  const bool is_sent = octets.size() <= largest_message && link->second.send(octets);
  if (octets.size() > largest_message)
    boost::asio::post(executor_, // not now: whoever called us is at work
                      [held = std::weak_ptr(callbacks_),
                       text = "a message of " + std::to_string(octets.size()) + " octets for " +
                              to + " is too large and was not sent"] {
                        if (const auto told = held.lock())
                          told->note(text);
                      });
  ++(is_sent ? figures_.peers[to].sent : figures_.peers[to].unsent);
}

mesh::mesh(std::unique_ptr<sockets> s) : sockets_(std::move(s)) {}
mesh::~mesh() = default;

void mesh::send(const gateway_name& to, const scn::v1::Envelope& message) {
  sockets_->send(to, message.SerializeAsString());
}
const figures& mesh::counters() const {
  return sockets_->counters();
}
const std::string& mesh::endpoint() const {
  return sockets_->endpoint();
}

result<std::unique_ptr<mesh>> mesh::start(settings own, boost::asio::any_io_executor executor,
                                          callbacks to) {
  const auto derived = public_key_of(own.secret_key);
  if (!derived)
    return derived.error();
  if (*derived != own.public_key)
    return refusal{"this gateway's public key does not belong to its secret key",
                   "make a pair with `switchroom keys new DIR` and use both of its files"};
  std::set<std::string> names, keys{own.public_key};
  for (const auto& peer : own.peers) {
    if (!is_key(peer.public_key))
      return refusal{"public_key of peer " + peer.name +
                         " is no key: a key is 40 characters of Z85",
                     "copy it from `switchroom keys show` at that gateway"};
    if (!names.insert(peer.name).second || !keys.insert(peer.public_key).second)
      return refusal{"peer " + peer.name + " has a name or key that is used already",
                     "give each gateway a name and a key pair of its own"};
  }
  const std::string where = own.bind; // what libzmq says names no port
  try {
    return std::unique_ptr<mesh>(
        new mesh(std::make_unique<sockets>(std::move(own), std::move(executor), std::move(to))));
  } catch (const zmq::error_t& error) {
    return refusal{"the network between gateways cannot start, bind is " + where + ": " +
                       error.what(),
                   "check bind in [scn] (is the port free?) and the endpoints in [[peer]]"};
  }
}

} // namespace switchroom::transport
