// SPDX-License-Identifier: MIT
#include "virtual_world.hpp"

#include "app/key_files.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace switchroom::system_test {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t wire_frames = 8; // 1 ms
constexpr unsigned frames_per_ms = 8;
constexpr std::uint16_t rtp_port = 20000;

fs::path make_folder() {
  std::string name = (fs::temp_directory_path() / "switchroom-system-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw std::runtime_error("cannot make " + name);
  return name;
}

std::string address_of(const std::string& number) {
  return "10.0.0." + number;
}

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

sim::board_options board_of(const site_plan& plan, std::uint64_t seed) {
  sim::board_options options;
  options.exchanges = plan.exchanges;
  options.lines = virtual_world::lines;
  options.seed = seed;
  options.keys.tone_ms = options.keys.pause_ms = 50; // people in a hurry, within Q.24's limits
  options.loop.noise_dbm0 = -68;                     // as scripts/demo's boards
  return options;
}

} // namespace

virtual_world::virtual_world(const std::vector<site_plan>& plans, std::uint64_t seed)
    : folder_(make_folder()) {
  spdlog::set_level(std::getenv("SWITCHROOM_TEST_LOG") ? spdlog::level::info : spdlog::level::off);
  std::map<std::string, std::string> keys;
  std::optional<fs::path> network_key;
  for (const auto& plan : plans) {
    const auto made = app::make_key_files(folder_ / plan.name, network_key);
    if (!made)
      throw std::runtime_error(made.error().what);
    keys[plan.name] = *made;
    network_key = folder_ / plan.name / app::key_file::network_key;
  }
  for (const auto& plan : plans) {
    const network_wires wires{
        [this, from = plan.name](const gateway_name& to, std::string envelope) {
          if (!network_cut_)
            letters_.push_back({frame_ + wire_frames, {from, to, std::move(envelope)}});
        },
        [this](const media::endpoint& from, const media::endpoint& to,
               std::vector<std::uint8_t> octets) {
          if (!network_cut_ && !is_lost(to))
            packets_.push_back({frame_ + wire_frames, {from, to, std::move(octets)}});
        }};
    sites_.emplace(plan.name, std::make_unique<virtual_site>(configure(plan, plans, keys),
                                                             board_of(plan, seed++), wires));
  }
  for (const auto& plan : plans)
    site(plan.name).start();
  if (!until(
          [&] { return std::ranges::all_of(sites_, [&](auto& s) { return is_ready(*s.second); }); },
          3000))
    throw std::runtime_error("the world does not begin");
  for (const auto& plan : plans)
    put_people(plan);
  run_ms(20);
}

virtual_world::~virtual_world() {
  sites_.clear();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

app::configuration virtual_world::configure(const site_plan& plan,
                                            const std::vector<site_plan>& all,
                                            const std::map<std::string, std::string>& keys) const {
  const std::string folder = (folder_ / plan.name).string();
  std::string text =
      "[gateway]\nname = " + quoted(plan.name) + "\nnumber = " + quoted(plan.number) +
      "\nlocale = " + quoted(plan.locale) + "\n[run]\ndirectory = " + quoted(folder) +
      "\n[board]\nlink = " + quoted("unix:" + folder + "/board.sock") +
      "\nlead_frames = 2\n[scn]\nbind = \"tcp://127.0.0.1:7000\"\nsecret_key_file = " +
      quoted(folder + "/secret.key") + "\nnetwork_key_file = " + quoted(folder + "/network.key") +
      "\n[rtp]\naddress = " + quoted(address_of(plan.number)) +
      "\nbase_port = " + std::to_string(rtp_port) + "\n" + plan.rtp;
  for (const auto& other : all)
    if (other.name != plan.name)
      text += "[[peer]]\nname = " + quoted(other.name) + "\nnumber = " + quoted(other.number) +
              "\nendpoint = \"tcp://127.0.0.1:7001\"\npublic_key = " + quoted(keys.at(other.name)) +
              "\n";
  for (unsigned line = 1; line <= lines; ++line) {
    text += "[[line]]\nnumber = " + std::to_string(line) + "\n";
    text += "caller_id = " + quoted(plan.caller_id) + "\n";
    if (const auto level = plan.speech_levels.find(line); level != plan.speech_levels.end())
      text += "speech_level_dbm0 = " + std::to_string(level->second) + "\n";
    for (const auto& person : plan.people)
      if (person.line == line)
        text += "base_user = " + quoted(person.extension) + "\n";
  }
  for (const auto& [code, number] : plan.short_codes)
    text += "[[short_code]]\ncode = " + quoted(code) +
            "\nfeature = \"dial\"\nnumber = " + quoted(number) + "\n";
  text += plan.more;
  auto read = app::parse_configuration(text, folder_ / plan.name / "switchroomd.toml");
  if (const auto* wrong = std::get_if<app::config_problems>(&read))
    throw std::runtime_error(wrong->front().what);
  return std::get<app::configuration>(std::move(read));
}

void virtual_world::put_people(const site_plan& plan) {
  for (const auto& person : plan.people) {
    control::v1::Request request;
    auto& put = *request.mutable_put_user();
    put.set_extension(person.extension);
    put.set_name("Person " + person.extension);
    put.set_base_line(person.line);
    put.set_login_code(person.code);
    if (!person.short_code.empty()) {
      auto& code = *put.add_short_codes();
      code.set_code(person.short_code);
      code.set_feature("dial");
      code.set_number(person.short_code_number);
    }
    const auto reply = ask(site(plan.name), request);
    if (!reply.has_done())
      throw std::runtime_error(reply.ShortDebugString());
  }
}

// ---- time ------------------------------------------------------------------------------------

void virtual_world::run_frame() {
  for (auto& [name, site] : sites_)
    site->begin_frame();
  sc_core::sc_start(sc_core::sc_time(125, sc_core::SC_US));
  ++frame_;
  deliver();
  for (auto& [name, site] : sites_)
    site->end_frame();
}

/// Of RTP; each direction of a call has bursts of its own.
bool virtual_world::is_lost(const media::endpoint& to) {
  if (lost_share_ == 0 || to.port % 2 != 0)
    return false;
  unsigned& left = still_lost_[to.port];
  if (left > 0) {
    --left;
    return true;
  }
  // A burst begins with every n-th packet that is not in one.
  const double begins = lost_share_ / (burst_ * (1 - lost_share_) + lost_share_);
  if (std::uniform_real_distribution<>(0, 1)(chance_) >= begins)
    return false;
  left = burst_ - 1;
  return true;
}

void virtual_world::deliver() {
  while (!letters_.empty() && letters_.front().due <= frame_) {
    const letter arrived = std::move(letters_.front().what);
    letters_.pop_front();
    site(arrived.to).receive(arrived.from, arrived.envelope);
  }
  while (!packets_.empty() && packets_.front().due <= frame_) {
    const packet arrived = std::move(packets_.front().what);
    packets_.pop_front();
    for (auto& [name, site] : sites_)
      if (media::parse_endpoint(site->config().voice.rtp_address, arrived.to.port) == arrived.to)
        site->receive_packet(arrived.from, arrived.to.port, arrived.octets);
  }
}

void virtual_world::run_ms(unsigned ms) {
  for (unsigned n = 0; n < ms * frames_per_ms; ++n)
    run_frame();
}

bool virtual_world::until(const std::function<bool()>& is_so, unsigned limit_ms) {
  const std::uint64_t end = frame_ + std::uint64_t{limit_ms} * frames_per_ms;
  for (;;) {
    if (is_so())
      return true;
    if (frame_ >= end)
      return false;
    run_ms(5);
  }
}

// ---- operators ---------------------------------------------------------------------------------

control::v1::Reply virtual_world::ask(virtual_site& whom, const control::v1::Request& request) {
  const auto answered = std::make_shared<std::optional<control::v1::Reply>>();
  whom.ask(request, [answered](const control::v1::Reply& reply) { *answered = reply; });
  for (unsigned n = 0; n < 8000 && !*answered; ++n)
    run_frame();
  if (!*answered)
    throw std::runtime_error(whom.name() + " does not answer its operator");
  return **answered;
}

control::v1::Line virtual_world::line(virtual_site& whom, unsigned number) {
  control::v1::Request request;
  request.mutable_lines();
  return ask(whom, request).lines().lines(static_cast<int>(number) - 1);
}

std::string virtual_world::alarm(const std::string& name, const std::string& id) {
  control::v1::Request request;
  request.mutable_alarms();
  const auto reply = ask(site(name), request);
  for (const auto& alarm : reply.alarms().alarms())
    if (alarm.id() == id)
      return alarm.what() + (alarm.standing() ? "" : " (over)");
  return {};
}

bool virtual_world::is_ready(virtual_site& whom) {
  control::v1::Request request;
  request.mutable_status();
  const auto status = ask(whom, request).status();
  return status.board_up() && status.peers_up() == sites_.size() - 1;
}

fs::path virtual_world::new_recording() {
  return folder_ / ("heard-" + std::to_string(++recordings_) + ".wav");
}

std::uint64_t virtual_world::fingerprint() {
  std::uint64_t hash = 0xcbf29ce484222325; // FNV-1a
  const auto add = [&hash](const std::string& octets) {
    for (const char octet : octets)
      hash = (hash ^ static_cast<unsigned char>(octet)) * 0x100000001b3;
  };
  control::v1::Request request;
  request.mutable_log();
  for (auto& [name, site] : sites_)
    add(ask(*site, request).SerializeAsString());
  for (unsigned n = 1; n <= recordings_; ++n) {
    std::ifstream in(folder_ / ("heard-" + std::to_string(n) + ".wav"), std::ios::binary);
    add({std::istreambuf_iterator<char>(in), {}});
  }
  return hash;
}

} // namespace switchroom::system_test
