// SPDX-License-Identifier: MIT
// switchroom mailbox: what is in mailboxes (S17).
#include "cli/commands.hpp"
#include "cli/views.hpp"
#include "switchroom/dsp/g711.hpp"
#include "switchroom/dsp/wav.hpp"

#include <fmt/format.h>
#include <iostream>
#include <memory>

namespace switchroom::cli {
namespace {

struct mailbox_options {
  std::string extension, file;
  std::uint64_t message = 0;
};

int export_message(console& to, const mailbox_options& given) {
  control::v1::Request ask;
  ask.mutable_voice()->set_extension(given.extension);
  ask.mutable_voice()->set_message(given.message);
  control::v1::Reply reply;
  if (const int code = to.fetch(ask, reply))
    return code;
  auto file = dsp::wav_writer::create(given.file);
  if (const auto* wrong = std::get_if<dsp::wav_error>(&file))
    return to.complain({wrong->what, wrong->remedy}, refused);
  auto& voice = std::get<dsp::wav_writer>(file);
  for (const char octet : reply.voice().a_law())
    voice.write(dsp::g711::decode_a(static_cast<std::uint8_t>(octet)));
  if (const auto wrong = voice.flush())
    return to.complain({wrong->what, wrong->remedy}, refused);
  const auto text =
      fmt::format("{:.1f} s written to {}.",
                  static_cast<double>(reply.voice().a_law().size()) / 8000, given.file);
  control::v1::Done done_so;
  done_so.set_text(text);
  if (to.json)
    to.print_json(done_so);
  else
    std::cout << text << '\n';
  return done;
}

} // namespace

void add_mailbox_commands(command_line line) {
  auto* mailbox = line.add(line.app, "mailbox", "Messages that callers have left",
                           "switchroom -g amsterdam mailbox list", nullptr);
  mailbox->require_subcommand(1);
  line.add(*mailbox, "list", "Mailboxes of the network: new messages, and those that were heard",
           "switchroom -g berlin mailbox list", [&to = line.to] {
             control::v1::Request ask;
             ask.mutable_mailboxes();
             return to.ask(ask, [&](const control::v1::Reply& r) { show(to, r.mailboxes()); });
           });
  const auto given = std::make_shared<mailbox_options>();
  auto* shown =
      line.add(*mailbox, "show", "Messages in a mailbox; asked of the user's home",
               "switchroom -g amsterdam mailbox show 204", [given, &to = line.to] {
                 control::v1::Request ask;
                 ask.mutable_mailbox()->set_extension(given->extension);
                 return to.ask(ask, [&](const control::v1::Reply& r) { show(to, r.mailbox()); });
               });
  auto* exported = line.add(*mailbox, "export", "Write a message to a WAV file; it stays as it is",
                            "switchroom -g amsterdam mailbox export 204 17 message.wav",
                            [given, &to = line.to] { return export_message(to, *given); });
  auto* deleted = line.add(*mailbox, "delete", "Delete a message, or without MESSAGE all",
                           "switchroom -g amsterdam mailbox delete 204 17", [given, &to = line.to] {
                             control::v1::Request ask;
                             ask.mutable_delete_messages()->set_extension(given->extension);
                             ask.mutable_delete_messages()->set_message(given->message);
                             return to.ask(ask, [](const control::v1::Reply& r) {
                               std::cout << r.done().text() << '\n';
                             });
                           });
  for (auto* command : {shown, exported, deleted})
    command->add_option("EXTENSION", given->extension, "Whose mailbox")->required();
  exported->add_option("MESSAGE", given->message, "Number, as `mailbox show` lists it")->required();
  exported->add_option("FILE", given->file, "WAV file; is overwritten")->required();
  deleted->add_option("MESSAGE", given->message, "Number, as `mailbox show` lists it")
      ->check(from_one);
}

} // namespace switchroom::cli
