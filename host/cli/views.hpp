// SPDX-License-Identifier: MIT
/// Answers as people read them.
#pragma once
#include "cli/console.hpp"

namespace switchroom::cli {

void show(const console&, const control::v1::Status&);
void show(const console&, const control::v1::Lines&);
void show(const console&, const control::v1::Phones&);
void show(const console&, const control::v1::Trunks&);
void show(const console&, const control::v1::Users&);
void show(const console&, const control::v1::UserDetails&);
void show(const console&, const control::v1::Desks&);
void show(const console&, const control::v1::RoamingReport&);
void show(const console&, const control::v1::AgentEvents&);
void show(const console&, const control::v1::FoundEntries&);
void show(const console&, const control::v1::UserRecords&, bool log);
void show(const console&, const control::v1::Calls&);
void show(const console&, const control::v1::Parked&);
void show(const console&, const control::v1::Conferences&);
void show(const console&, const control::v1::Groups&);
void show(const console&, const control::v1::Mailboxes&);
void show(const console&, const control::v1::Mailbox&);
void show(const console&, const control::v1::Peers&);
void show(const console&, const control::v1::Board&);
void show(const console&, const control::v1::Levels&);
void show(const console&, const control::v1::EchoState&);
void show(const console&, const control::v1::Alarms&);
void show(const console&, const control::v1::Log&);
void show(const console&, const control::v1::Explanation&);
void show(const console&, const phone::v1::Reply&);

/// Whose a slot of the switch is: "line 3", "host slot 0"; "slot 900" of nobody's.
std::string name_of_slot(const control::v1::Board&, std::uint32_t slot);

/// "3 s", "12 min", "5 h 10 min", "2 d 3 h".
std::string age(double seconds);
/// Local date and time, to the minute.
std::string date_and_time(double seconds_since_1970);
/// Local time of day with milliseconds.
std::string time_of_day(double seconds_since_1970);

} // namespace switchroom::cli
