// SPDX-License-Identifier: MIT
#include "isdn_line.hpp"

#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace switchroom::isdn {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr auto patience = 20s;

std::pair<int, int> pair_of(int type) {
  int ends[2] = {-1, -1};
  EXPECT_EQ(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends), 0);
  return {ends[0], ends[1]};
}

} // namespace

child::child(std::vector<std::string> command, std::vector<std::pair<int, int>> descriptors) {
  std::vector<char*> arguments;
  for (auto& one : command)
    arguments.push_back(one.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const auto& [ours, its] : descriptors)
    posix_spawn_file_actions_adddup2(&actions, ours, its);
  EXPECT_EQ(posix_spawn(&process_, arguments.front(), &actions, nullptr, arguments.data(), environ),
            0)
      << command.front();
  posix_spawn_file_actions_destroy(&actions);
  for (const auto& [ours, its] : descriptors)
    ::close(ours);
}

child::~child() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
}

int child::ended() {
  int status = 0;
  ::waitpid(std::exchange(process_, 0), &status, 0);
  return status;
}

// ---- peers -------------------------------------------------------------------------------------

real_peer::real_peer(std::vector<std::string> options) {
  const auto [frames, its_frames] = pair_of(SOCK_SEQPACKET);
  const auto [commands, its_commands] = pair_of(SOCK_STREAM);
  const auto [events_in, its_events] = pair_of(SOCK_STREAM);
  frames_ = frames;
  commands_ = commands;
  events_ = events_in;
  std::vector<std::string> command{SWITCHROOM_ISDN_PEER, "--frames-fd", "3"};
  command.insert(command.end(), options.begin(), options.end());
  process_ = std::make_unique<child>(
      std::move(command),
      std::vector<std::pair<int, int>>{{its_frames, 3}, {its_commands, 0}, {its_events, 1}});
}

real_peer::~real_peer() {
  for (const int one : {frames_, commands_, events_})
    ::close(one);
}

void real_peer::tell(json::object command) {
  const auto line = json::serialize(command) + '\n';
  EXPECT_EQ(::write(commands_, line.data(), line.size()), static_cast<ssize_t>(line.size()));
}

void real_peer::read_events() {
  char some[4096];
  const auto size = ::recv(events_, some, sizeof some, MSG_DONTWAIT);
  if (size > 0)
    unread_.append(some, static_cast<std::size_t>(size));
  for (auto end = unread_.find('\n'); end != std::string::npos; end = unread_.find('\n')) {
    events.push_back(json::parse(unread_.substr(0, end)).as_object());
    unread_.erase(0, end + 1);
  }
}

const json::object* real_peer::heard(std::string_view event, std::string_view id) const {
  for (auto one = events.rbegin(); one != events.rend(); ++one)
    if (one->at("event").as_string() == event && (id.empty() || one->at("id").as_string() == id))
      return &*one;
  return nullptr;
}

unsigned real_peer::count(std::string_view event) const {
  unsigned found = 0;
  for (const auto& one : events)
    found += one.at("event").as_string() == event ? 1 : 0;
  return found;
}

// ---- the edge ----------------------------------------------------------------------------------

real_line::real_line(v1::Channel channel, std::vector<std::string> options) {
  const auto [ours, its] = pair_of(SOCK_STREAM);
  std::vector<std::string> command{SWITCHROOM_ISDN_EDGE};
  command.insert(command.end(), options.begin(), options.end());
  connection_ = std::make_unique<process::gateway_connection>(ours);
  process_ =
      std::make_unique<child>(std::move(command), std::vector<std::pair<int, int>>{{its, 3}});
  v1::ToEdge first;
  channel.set_channel(1);
  channel.set_name("span");
  *first.mutable_channels()->add_channels() = channel;
  tell(first);
}

real_peer& real_line::add_peer(std::vector<std::string> options) {
  return *peers.emplace_back(std::make_unique<real_peer>(std::move(options)));
}

void real_line::tell(const v1::ToEdge& message) {
  EXPECT_TRUE(connection_->say(message));
}

void real_line::line(bool up) {
  v1::ToEdge message;
  message.mutable_line()->set_channel(1);
  message.mutable_line()->set_up(up);
  tell(message);
}

v1::Setup real_line::setup(std::uint64_t call, unsigned b, const std::string& to, bool complete) {
  v1::Setup made;
  made.set_channel(1);
  made.set_call(call);
  made.set_b_channel(b);
  made.mutable_called()->set_digits(to);
  made.set_complete(complete);
  return made;
}

void real_line::place(const v1::Setup& wanted) {
  v1::ToEdge message;
  *message.mutable_setup() = wanted;
  tell(message);
}

void real_line::progress(std::uint64_t call, v1::Progress::Stage stage, bool in_band) {
  v1::ToEdge message;
  auto& one = *message.mutable_progress();
  one.set_channel(1);
  one.set_call(call);
  one.set_stage(stage);
  one.set_in_band(in_band);
  tell(message);
}

void real_line::digits(std::uint64_t call, const std::string& more) {
  v1::ToEdge message;
  message.mutable_digits()->set_channel(1);
  message.mutable_digits()->set_call(call);
  message.mutable_digits()->set_digits(more);
  tell(message);
}

void real_line::connect(std::uint64_t call) {
  v1::ToEdge message;
  message.mutable_connect()->set_channel(1);
  message.mutable_connect()->set_call(call);
  tell(message);
}

void real_line::release(std::uint64_t call, scn::v1::Cause cause, unsigned q850) {
  v1::ToEdge message;
  auto& one = *message.mutable_release();
  one.set_channel(1);
  one.set_call(call);
  one.set_cause(cause);
  one.set_q850(q850);
  tell(message);
}

void real_line::take(const v1::FromEdge& message) {
  if (!message.has_frame())
    return said.push_back(message);
  const auto& octets = message.frame().octets();
  for (const auto& one : peers) {
    if (!cut) {
      EXPECT_EQ(::send(one->frames_, octets.data(), octets.size(), MSG_NOSIGNAL),
                static_cast<ssize_t>(octets.size()));
    }
  }
}

void real_line::carry_from(real_peer& from) {
  char frame[2048];
  const auto size = ::recv(from.frames_, frame, sizeof frame, MSG_DONTWAIT);
  if (size <= 0 || cut)
    return;
  v1::ToEdge message;
  message.mutable_frame()->set_channel(1);
  message.mutable_frame()->set_octets(frame, static_cast<std::size_t>(size));
  tell(message);
}

void real_line::until(const std::function<bool()>& so, const char* what) {
  const auto last = std::chrono::steady_clock::now() + patience;
  while (!so()) {
    ASSERT_LT(std::chrono::steady_clock::now(), last) << "waited in vain for " << what;
    std::vector<pollfd> there{{connection_->descriptor(), POLLIN, 0}};
    for (const auto& one : peers) {
      there.push_back({one->frames_, POLLIN, 0});
      there.push_back({one->events_, POLLIN, 0});
    }
    ::poll(there.data(), there.size(), 1000);
    const auto hand_in = [this](std::string_view body) {
      v1::FromEdge message;
      EXPECT_TRUE(message.ParseFromArray(body.data(), static_cast<int>(body.size())));
      take(message);
      return true;
    };
    const bool there_still = there[0].revents == 0 || connection_->read(hand_in);
    ASSERT_TRUE(there_still) << "isdn-edge has ended";
    for (std::size_t n = 0; n < peers.size(); ++n) {
      if (there[2 * n + 1].revents != 0)
        carry_from(*peers[n]);
      if (there[2 * n + 2].revents != 0)
        peers[n]->read_events();
    }
  }
}

const v1::FromEdge* real_line::heard(v1::FromEdge::BodyCase kind) const {
  for (auto one = said.rbegin(); one != said.rend(); ++one)
    if (one->body_case() == kind)
      return &*one;
  return nullptr;
}

unsigned real_line::count(v1::FromEdge::BodyCase kind) const {
  unsigned found = 0;
  for (const auto& one : said)
    found += one.body_case() == kind ? 1 : 0;
  return found;
}

const v1::FromEdge& real_line::wait_for(v1::FromEdge::BodyCase kind, unsigned times) {
  until([&] { return count(kind) >= times; }, "the edge's word");
  static const v1::FromEdge none;
  const auto* found = heard(kind);
  return found ? *found : none;
}

void real_line::wait_for(real_peer& from, const char* event, const char* id) {
  until([&] { return from.heard(event, id) != nullptr; }, event);
}

bool real_line::is_up() const {
  const auto* last = heard(v1::FromEdge::kChannel);
  return last && last->channel().up();
}

} // namespace switchroom::isdn
