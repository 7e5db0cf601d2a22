// SPDX-License-Identifier: MIT
#include "app/config.hpp"
#include "app/key_files.hpp"
#include "cli/commands.hpp"
#include "cli/completions.hpp"
#include "cli/measure.hpp"
#include "scn/transport/curve_keys.hpp"

#include <boost/json.hpp>

#include <iostream>
#include <memory>

namespace switchroom::cli {
namespace {

namespace fs = std::filesystem;

void print(const boost::json::object& answer) {
  std::cout << boost::json::serialize(answer) << '\n';
}

int new_keys(const console& to, const std::string& directory, const std::string& network_key) {
  const auto made = app::make_key_files(
      directory, network_key.empty() ? std::nullopt : std::optional<fs::path>(network_key));
  if (!made)
    return to.complain(made.error(), refused);
  if (to.json)
    print({{"directory", directory}, {"publicKey", *made}});
  else
    std::cout << "made " << app::key_file::public_key << ", " << app::key_file::secret_key
              << " and " << app::key_file::network_key << " in " << directory
              << "\npublic key, for the other gateways: " << *made
              << "\nEvery gateway of a network needs the same " << app::key_file::network_key
              << ".\n";
  return done;
}

int show_keys(const console& to, const std::string& directory) {
  const auto secret = app::read_secret(fs::path(directory) / app::key_file::secret_key);
  if (!secret)
    return to.complain(secret.error(), refused);
  const auto key = transport::public_key_of(*secret);
  if (!key)
    return to.complain(key.error(), refused);
  if (to.json)
    print({{"publicKey", *key}});
  else
    std::cout << *key << '\n';
  return done;
}

int check_configuration(const console& to, const std::string& file) {
  const auto read = app::read_configuration(file);
  const auto* wrong = std::get_if<app::config_problems>(&read);
  if (to.json) {
    boost::json::array problems;
    for (const auto& one : wrong ? *wrong : app::config_problems{})
      problems.push_back({{"what", one.what}, {"remedy", one.remedy}});
    print({{"file", file}, {"problems", problems}});
  } else if (wrong) {
    for (const auto& one : *wrong)
      to.complain(one, refused);
  } else {
    const auto& found = std::get<app::configuration>(read);
    std::cout << file << ": gateway " << found.exchange.gateway << ", "
              << found.exchange.lines.size() << " lines, " << found.network.peers.size()
              << " peers: nothing wrong\n";
  }
  return wrong ? refused : done;
}

struct tool_options {
  std::string directory, network_key, file, recording, channel, shell;
};

void add_keys(command_line line, const std::shared_ptr<tool_options>& given) {
  auto* keys = line.add(line.app, "keys", "Keys of a gateway and of its network",
                        "switchroom keys new /etc/switchroom/berlin", nullptr);
  keys->require_subcommand(1);
  auto* fresh = line.add(
      *keys, "new", "Make a key pair and a network key; never overwrites",
      "switchroom keys new berlin-keys --network-key amsterdam-keys/network.key",
      [given, &to = line.to] { return new_keys(to, given->directory, given->network_key); });
  fresh->add_option("DIR", given->directory, "Directory for the files, mode 0700")->required();
  fresh->add_option("--network-key", given->network_key,
                    "network.key of the network to join, copied instead of a new one");
  auto* known = line.add(*keys, "show", "The public key that belongs to a secret one",
                         "switchroom keys show /etc/switchroom/berlin",
                         [given, &to = line.to] { return show_keys(to, given->directory); });
  known->add_option("DIR", given->directory, "Directory that `keys new` made")->required();
}

} // namespace

void add_tool_commands(command_line line) {
  const auto given = std::make_shared<tool_options>();
  add_keys(line, given);
  auto* config = line.add(line.app, "config", "Look at configuration files",
                          "switchroom config check berlin.toml", nullptr);
  config->require_subcommand(1);
  line.add(*config, "check", "Everything that is wrong with a configuration, by line",
           "switchroom config check berlin.toml",
           [given, &to = line.to] { return check_configuration(to, given->file); })
      ->add_option("FILE", given->file, "Configuration of switchroomd")
      ->required();
  auto* speech = line.add(line.app, "measure",
                          "What happened to speech on its way: delay, gain, SNR, gaps, slips",
                          "switchroom measure played.wav heard.wav", [given, &to = line.to] {
                            return measure(to, given->file, given->recording, given->channel);
                          });
  speech->add_option("REFERENCE", given->file, "What was played: WAV, mono, 16 bit, 8000 Hz")
      ->required();
  speech->add_option("RECORDING", given->recording, "What was heard, of the same format, or stereo")
      ->required();
  speech->add_option("--channel", given->channel, "Of a stereo one: says (left) or hears (right)")
      ->check(CLI::IsMember({"says", "hears"}));
  auto* completion =
      line.add(line.app, "completion", "Completion for a shell, on standard output",
               "switchroom completion bash > /etc/bash_completion.d/switchroom", [given] {
                 std::cout << (given->shell == "bash"  ? completion_bash
                               : given->shell == "zsh" ? completion_zsh
                                                       : completion_fish);
                 return static_cast<int>(done);
               });
  completion->add_option("SHELL", given->shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

} // namespace switchroom::cli
