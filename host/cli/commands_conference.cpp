// SPDX-License-Identifier: MIT
// switchroom conference: who takes part, and what is heard of them.
#include "cli/commands.hpp"
#include "cli/views.hpp"

#include <memory>
#include <optional>
#include <string>

namespace switchroom::cli {
namespace {

using control::v1::Reply;
using control::v1::Request;

struct conference_options {
  std::string conference, party;
  std::optional<double> says_db, hears_db;
};

} // namespace

void add_conference_commands(command_line line) {
  auto* group = line.add(line.app, "conference", "Who takes part in conferences; mute them",
                         "switchroom -g berlin conference list", nullptr);
  group->require_subcommand(1);
  const auto given = std::make_shared<conference_options>();
  const auto say = [&to = line.to](const Reply& r) { show(to, r.conferences()); };
  line.add(*group, "list", "Conferences at this gateway, and who takes part",
           "switchroom -g berlin conference list", [say, &to = line.to] {
             Request ask;
             ask.mutable_conferences();
             return to.ask(ask, say);
           });
  const auto of_party = [given] {
    Request ask;
    ask.mutable_conference_party()->set_conference(given->conference);
    ask.mutable_conference_party()->set_party(given->party);
    return ask;
  };
  const auto mutes = [of_party, say, &to = line.to](bool muted) {
    return [of_party, say, &to, muted] {
      Request ask = of_party();
      ask.mutable_conference_party()->set_muted(muted);
      return to.ask(ask, say);
    };
  };
  auto* mute = line.add(*group, "mute", "A party is not heard any more",
                        "switchroom -g berlin conference mute 7 301", mutes(true));
  auto* unmute = line.add(*group, "unmute", "A party is heard again",
                          "switchroom -g berlin conference unmute 7 301", mutes(false));
  auto* gain = line.add(
      *group, "gain", "A party louder or softer",
      "switchroom -g berlin conference gain 7 301 --says 6", [given, of_party, say, &to = line.to] {
        if (!given->says_db && !given->hears_db)
          return to.complain({"a gain of what?", "give --says or --hears, in dB"}, usage);
        Request ask = of_party();
        auto& what = *ask.mutable_conference_party();
        if (given->says_db)
          what.set_says_db(*given->says_db);
        if (given->hears_db)
          what.set_hears_db(*given->hears_db);
        return to.ask(ask, say);
      });
  for (auto* command : {mute, unmute, gain}) {
    command->add_option("CONFERENCE", given->conference, "Its number")->required();
    command->add_option("PARTY", given->party, "Number of who takes part")->required();
  }
  gain->add_option("--says", given->says_db, "dB, of what it says: -24 to 12");
  gain->add_option("--hears", given->hears_db, "dB, of what it hears: -24 to 0");
}

} // namespace switchroom::cli
