// SPDX-License-Identifier: MIT
#include "scn/transport/mesh.hpp"

#include "scn/transport/authenticator.hpp"
#include "scn/transport/curve_keys.hpp"
#include "scn/transport/peer_link.hpp"

#include <boost/asio/post.hpp>

#include <atomic>
#include <bit>
#include <mutex>
#include <set>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>

namespace switchroom::transport {
namespace {

/// Wakes the thread out of zmq::poll.
class doorbell {
public:
  doorbell() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~doorbell() { close(fd_); }
  doorbell(const doorbell&) = delete;
  doorbell& operator=(const doorbell&) = delete;
  int fd() const { return fd_; }
  void ring() {
    const std::uint64_t one = 1;
    (void)!write(fd_, &one, sizeof one);
  }
  void silence() {
    std::uint64_t count = 0;
    (void)!read(fd_, &count, sizeof count);
  }

private:
  int fd_;
};

/// False: a signal came in between.
bool wait_for_any(std::vector<zmq::pollitem_t>& items) {
  if (zmq_poll(items.data(), static_cast<int>(items.size()), -1) >= 0)
    return true;
  if (zmq_errno() == EINTR)
    return false;
  throw zmq::error_t();
}

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
        callbacks_(std::make_shared<callbacks>(std::move(to))) {
    for (const auto& peer : own_.peers) {
      pinned_.emplace(peer.public_key, peer.name);
      figures_.peers[peer.name];
    }
    open();
    thread_ = std::thread([this] { run(); });
  }

  ~sockets() {
    stopping_ = true;
    bell_.ring();
    thread_.join();
  }
  sockets(const sockets&) = delete;
  sockets& operator=(const sockets&) = delete;

  void send(const gateway_name& to, std::string octets) {
    const std::lock_guard lock(outbox_mutex_);
    outbox_.emplace_back(to, std::move(octets));
    if (outbox_.size() == 1)
      bell_.ring();
  }
  figures counters() const {
    const std::lock_guard lock(figures_mutex_);
    return figures_;
  }
  const std::string& endpoint() const { return endpoint_; }

private:
  void open();
  void run();
  void answer_zap();
  void watch_server();
  void watch_peer(peer_link&);
  void receive();
  void flush();
  void count_stranger(const std::string& who);
  std::optional<delivery> open_envelope(zmq::message_t&, bool is_single);
  template <typename F>
  void tell(F f) { // a callback that has not begun when the mesh dies does not run
    boost::asio::post(executor_, [held = std::weak_ptr(callbacks_), f = std::move(f)]() mutable {
      if (const auto to = held.lock())
        f(*to);
    });
  }

  settings own_;
  boost::asio::any_io_executor executor_;
  std::shared_ptr<callbacks> callbacks_;
  pinned_keys pinned_;
  std::string endpoint_;

  zmq::context_t context_{1};
  zmq::socket_t zap_, router_, router_monitor_;
  std::map<gateway_name, peer_link> links_;
  unsigned denied_ = 0; ///< refused by ZAP, and the monitor has not told of it yet

  doorbell bell_;
  std::atomic<bool> stopping_ = false;
  std::mutex outbox_mutex_;
  std::vector<std::pair<gateway_name, std::string>> outbox_;
  mutable std::mutex figures_mutex_;
  figures figures_;
  std::thread thread_;
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

void mesh::sockets::run() {
  std::vector<zmq::pollitem_t> items{{zap_.handle(), 0, ZMQ_POLLIN, 0},
                                     {router_.handle(), 0, ZMQ_POLLIN, 0},
                                     {router_monitor_.handle(), 0, ZMQ_POLLIN, 0},
                                     {nullptr, bell_.fd(), ZMQ_POLLIN, 0}};
  std::vector<peer_link*> watched;
  for (auto& [name, link] : links_) {
    items.push_back({link.monitor().handle(), 0, ZMQ_POLLIN, 0});
    watched.push_back(&link);
  }
  const std::size_t first_peer = items.size() - watched.size();
  while (!stopping_) {
    if (!wait_for_any(items))
      continue;
    if (items[0].revents)
      answer_zap();
    if (items[2].revents)
      watch_server();
    for (std::size_t n = 0; n < watched.size(); ++n)
      if (items[first_peer + n].revents)
        watch_peer(*watched[n]);
    if (items[3].revents)
      flush();
    if (items[1].revents)
      receive();
  }
}

void mesh::sockets::answer_zap() {
  const auto verdict = authenticate(all_parts(zap_), pinned_);
  for (std::size_t n = 0; n < verdict.reply.size(); ++n)
    zap_.send(zmq::buffer(verdict.reply[n]),
              n + 1 < verdict.reply.size() ? zmq::send_flags::sndmore : zmq::send_flags::none);
  if (!verdict.stranger_key)
    return;
  ++denied_;
  count_stranger(verdict.address + " with key " +
                 (verdict.stranger_key->empty() ? "none" : *verdict.stranger_key));
}

void mesh::sockets::watch_server() {
  while (const auto event = next_event(router_monitor_))
    if (*event == connection_event::handshake_failed && denied_ > 0)
      --denied_; // the end of a connection that answer_zap() counted
    else if (*event == connection_event::handshake_failed)
      count_stranger("somebody who could not complete the handshake with this gateway's key");
}

void mesh::sockets::count_stranger(const std::string& who) {
  std::uint64_t count = 0;
  {
    const std::lock_guard lock(figures_mutex_);
    count = ++figures_.strangers;
  }
  if (!std::has_single_bit(count)) // a stranger who tries again and again must not fill the log
    return;
  tell([raised = alarm{"scn-stranger",
                       "A stranger tried to connect",
                       {std::to_string(count) + " connections turned away, the last from " + who,
                        "if it is a gateway of this network, put its public key into its [[peer]] "
                        "section here; else close the port to it"}}](callbacks& to) {
    to.raise(raised);
  });
}

void mesh::sockets::watch_peer(peer_link& link) {
  const auto change = link.read_monitor();
  const std::string id = "scn-handshake-" + link.address().name;
  const bool is_new = change.connected == true;
  {
    const std::lock_guard lock(figures_mutex_);
    auto& peer = figures_.peers[link.address().name];
    peer.failed_handshakes += change.failed_handshakes;
    peer.connected = change.connected.value_or(peer.connected);
  }
  if (is_new)
    tell([id, name = link.address().name](callbacks& to) {
      to.clear(id);
      to.connected(name);
    });
  else if (change.is_refused)
    tell([raised = alarm{id,
                         "Gateway " + link.address().name + " and this one do not know each other",
                         {"the handshake with " + link.address().name + " at " +
                              link.address().endpoint +
                              " fails: either its key is not the one pinned here, or ours is not "
                              "pinned there",
                          "compare `switchroom keys show` of each gateway with public_key in the "
                          "[[peer]] section of the other"}}](callbacks& to) { to.raise(raised); });
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

  const std::lock_guard lock(figures_mutex_);
  auto& peer = figures_.peers[owner->second];
  if (fault.empty()) {
    ++peer.received;
    return message;
  }
  if (std::has_single_bit(++peer.malformed))
    tell([text = "dropped a message from " + owner->second + ' ' + fault + " (" +
                 std::to_string(peer.malformed) + " so far)"](callbacks& to) { to.note(text); });
  return std::nullopt;
}

void mesh::sockets::receive() {
  std::vector<delivery> batch;
  zmq::message_t part;
  while (batch.size() < 256) { // then look after the other sockets
    if (!router_.recv(part, zmq::recv_flags::dontwait))
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
    tell([batch = std::move(batch)](callbacks& to) mutable { to.received(std::move(batch)); });
}

void mesh::sockets::flush() {
  std::vector<std::pair<gateway_name, std::string>> waiting;
  bell_.silence();
  {
    const std::lock_guard lock(outbox_mutex_);
    waiting.swap(outbox_);
  }
  for (const auto& [to, octets] : waiting) {
    const auto link = links_.find(to);
    if (link == links_.end())
      continue;
    const bool is_sent = octets.size() <= largest_message && link->second.send(octets);
    if (octets.size() > largest_message)
      tell([text = "a message of " + std::to_string(octets.size()) + " octets for " + to +
                   " is too large and was not sent"](callbacks& c) { c.note(text); });
    const std::lock_guard lock(figures_mutex_);
    ++(is_sent ? figures_.peers[to].sent : figures_.peers[to].unsent);
  }
}

mesh::mesh(std::unique_ptr<sockets> s) : sockets_(std::move(s)) {}
mesh::~mesh() = default;

void mesh::send(const gateway_name& to, const scn::v1::Envelope& message) {
  sockets_->send(to, message.SerializeAsString());
}
figures mesh::counters() const {
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
  try {
    return std::unique_ptr<mesh>(
        new mesh(std::make_unique<sockets>(std::move(own), std::move(executor), std::move(to))));
  } catch (const zmq::error_t& error) {
    return refusal{std::string("the network between gateways cannot start: ") + error.what(),
                   "check bind in [scn] (is the port free?) and the endpoints in [[peer]]"};
  }
}

} // namespace switchroom::transport
