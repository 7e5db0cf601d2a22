// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "cli/ladder.hpp"
#include "cli/views.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>

namespace switchroom::cli {
namespace {

using control::v1::Reply;
using control::v1::Request;

/// The last `most` entries; 0: all.
control::v1::Log last_of(const control::v1::Log& log, std::size_t most) {
  control::v1::Log some;
  const auto size = static_cast<std::size_t>(log.entries_size());
  for (std::size_t n = most == 0 || size <= most ? 0 : size - most; n < size; ++n)
    *some.add_entries() = log.entries(static_cast<int>(n));
  return some;
}

int draw_ladder(console& to, std::size_t most, const std::string& svg) {
  Request ask;
  ask.mutable_log();
  Reply reply;
  if (const int code = to.fetch(ask, reply))
    return code;
  const auto log = last_of(reply.log(), most);
  if (!svg.empty()) {
    std::ofstream file(svg);
    if (!(file << ladder_svg(log, "Call ladder")))
      return to.complain({"cannot write " + svg, "name a file in a directory you may write to"},
                         refused);
  }
  if (to.json)
    to.print_json(log);
  else if (svg.empty())
    std::cout << ladder_text(log, to.width());
  return done;
}

struct ladder_options {
  std::size_t last = 60;
  std::string svg;
};
struct explain_options {
  std::string user, digits;
};

void add_explain(command_line line) {
  auto* dialplan = line.add(line.app, "dialplan", "What dialled digits mean",
                            "switchroom -g berlin dialplan explain 204 '*80*20#'", nullptr);
  dialplan->require_subcommand(1);
  const auto options = std::make_shared<explain_options>();
  auto* explain = line.add(*dialplan, "explain",
                           "Every short code considered, which wins and why; places no call",
                           "switchroom -g berlin dialplan explain 204 11", [=, &to = line.to] {
                             Request ask;
                             ask.mutable_explain()->set_user(options->user);
                             ask.mutable_explain()->set_digits(options->digits);
                             return to.ask(ask, [&](const Reply& r) { show(to, r.explanation()); });
                           });
  explain->add_option("USER", options->user, "Extension of the user who dials")->required();
  explain->add_option("DIGITS", options->digits, "What is dialled: 0-9 * #")->required();
}

struct records_options {
  std::string extension, remove;
  std::vector<std::string> add;
};

void add_directory(command_line line) {
  auto* directory = line.add(line.app, "directory", "Numbers of people, inside and outside",
                             "switchroom -g berlin directory search anna", nullptr);
  directory->require_subcommand(1);
  const auto text = std::make_shared<std::string>();
  line.add(*directory, "search", "In the directories of all gateways, users and groups",
           "switchroom -g berlin directory search anna",
           [text, &to = line.to] {
             Request ask;
             ask.mutable_directory()->set_text(*text);
             return to.ask(ask, [&](const Reply& r) { show(to, r.directory()); });
           })
      ->add_option("TEXT", *text, "Part of a name, or the beginning of a number")
      ->required();
  const auto one = std::make_shared<records_options>();
  const auto ask_for = [one, &to = line.to](bool log) {
    Request ask;
    auto& records = *ask.mutable_records();
    records.set_extension(one->extension);
    records.set_remove(one->remove);
    if (one->add.size() == 2) {
      records.mutable_add()->set_name(one->add[0]);
      records.mutable_add()->set_number(one->add[1]);
    }
    return to.ask(ask, [&](const Reply& r) { show(to, r.records(), log); });
  };
  auto* personal = line.add(*directory, "personal", "A user's own, up to 250 entries",
                            "switchroom -g amsterdam directory personal 204 --add Florist 0301234",
                            [ask_for] { return ask_for(false); });
  personal->add_option("EXTENSION", one->extension, "The user's number")->required();
  personal->add_option("--add", one->add, "Name and number; in the place of one with the number")
      ->expected(2);
  personal->add_option("--remove", one->remove, "Number");
  line.add(*directory, "log", "A user's last calls: 30, and 10 of each group",
           "switchroom -g amsterdam directory log 204", [ask_for] { return ask_for(true); })
      ->add_option("EXTENSION", one->extension, "The user's number")
      ->required();
}

/// Alone it lists; with `report` it tells of one.
void add_desks(command_line line) {
  auto* desks = line.add(line.app, "desks", "Logins at lines of this gateway",
                         "switchroom -g berlin desks", nullptr);
  desks->callback([desks, &to = line.to, &chosen = line.chosen] {
    if (desks->get_subcommands().empty())
      chosen = [&to] {
        Request ask;
        ask.mutable_desks();
        return to.ask(ask, [&](const Reply& r) { show(to, r.desks()); });
      };
  });
  const auto extension = std::make_shared<std::string>();
  line.add(*desks, "report", "Which settings of a user are inert or differ here, and why",
           "switchroom -g berlin desks report 204",
           [extension, &to = line.to] {
             Request ask;
             ask.mutable_report()->set_extension(*extension);
             return to.ask(ask, [&](const Reply& r) { show(to, r.report()); });
           })
      ->add_option("EXTENSION", *extension, "User who is logged in at this gateway")
      ->required();
}

void add_ladder(command_line line) {
  const auto options = std::make_shared<ladder_options>();
  auto* ladder =
      line.add(line.app, "ladder", "Who said what to whom, drawn as a ladder",
               "switchroom -g amsterdam ladder --last 20 --svg calls.svg",
               [=, &to = line.to] { return draw_ladder(to, options->last, options->svg); });
  ladder->add_option("--last", options->last, "How many messages; 0 for all")
      ->check(from_zero)
      ->capture_default_str();
  ladder->add_option("--svg", options->svg, "Write a picture instead");
}

} // namespace

void add_gateway_commands(command_line line) {
  const auto report = [&](const std::string& name, const std::string& what, auto fill, auto take) {
    line.add(line.app, name, what, "switchroom -g berlin " + name, [fill, take, &to = line.to] {
      Request ask;
      fill(ask);
      return to.ask(ask, [&](const Reply& r) { show(to, take(r)); });
    });
  };
  report(
      "status", "Clock, board, lines, users, calls, peers and alarms at a glance",
      [](Request& r) { r.mutable_status(); }, [](const Reply& r) { return r.status(); });
  report(
      "lines", "State of every line, and who is logged in there",
      [](Request& r) { r.mutable_lines(); }, [](const Reply& r) { return r.lines(); });
  report(
      "phones", "IP phones: which are here, and who asks too much",
      [](Request& r) { r.mutable_phones(); }, [](const Reply& r) { return r.phones(); });
  report(
      "trunks", "Lines to exchanges outside, and their calls",
      [](Request& r) { r.mutable_trunks(); }, [](const Reply& r) { return r.trunks(); });
  add_desks(line);
  report(
      "calls", "Calls now, with figures of their voice", [](Request& r) { r.mutable_calls(); },
      [](const Reply& r) { return r.calls(); });
  report(
      "groups", "Hunt groups, their members and callers", [](Request& r) { r.mutable_groups(); },
      [](const Reply& r) { return r.groups(); });
  report(
      "parked", "Calls in park slots, of every gateway", [](Request& r) { r.mutable_parked(); },
      [](const Reply& r) { return r.parked(); });
  report(
      "peers", "The other gateways of the network", [](Request& r) { r.mutable_peers(); },
      [](const Reply& r) { return r.peers(); });
  report(
      "board", "Blocks, counters and connections of the board",
      [](Request& r) { r.mutable_board(); }, [](const Reply& r) { return r.board(); });
  report(
      "alarms", "What is or was wrong, and what to do about it",
      [](Request& r) { r.mutable_alarms(); }, [](const Reply& r) { return r.alarms(); });

  const auto after = std::make_shared<std::uint64_t>(0);
  auto* log = line.add(line.app, "log", "What happened, message by message (the last 10,000)",
                       "switchroom -g berlin log --after 120", [after, &to = line.to] {
                         Request ask;
                         ask.mutable_log()->set_after(*after);
                         return to.ask(ask, [&](const Reply& r) { show(to, r.log()); });
                       });
  log->add_option("--after", *after, "Only entries with a higher number")
      ->check(CLI::NonNegativeNumber);
  add_directory(line);
  const auto seen = std::make_shared<std::uint64_t>(0);
  line.add(line.app, "agents", "What agents of this gateway did, in order (the last 10,000)",
           "switchroom -g amsterdam agents --after 120 --json",
           [seen, &to = line.to] {
             Request ask;
             ask.mutable_agents()->set_after(*seen);
             return to.ask(ask, [&](const Reply& r) { show(to, r.agents()); });
           })
      ->add_option("--after", *seen, "Only events with a higher number");
  add_ladder(line);
  add_explain(line);
}

} // namespace switchroom::cli
