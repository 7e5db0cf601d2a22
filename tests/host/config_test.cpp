// SPDX-License-Identifier: MIT
#include "config_fixture.hpp"

#include <sys/stat.h>

namespace switchroom::app {
namespace {

TEST_F(Config, RelativePathsAreTakenFromTheFilesOwnFolder) {
  const auto before = fs::current_path();
  fs::current_path(folder_);
  const auto read = parse_configuration(good(), "gateway.toml");
  fs::current_path(before);
  const auto& made = std::get<configuration>(read);
  EXPECT_EQ(made.voice.link, "unix:" + (folder_ / "link.sock").string());
}

TEST_F(Config, C1_WhatAShortCodeAsksForArrives) {
  const auto read = parse(good() + "force_account_code = true\nforce_authorisation_code = true\n"
                                   "[[account]]\ncode = \"12\"\nname = \"House\"\n"
                                   "[[authorisation]]\ncode = \"4711\"\nname = \"Anna\"\n");
  const auto& made = std::get<configuration>(read).exchange;
  ASSERT_EQ(made.system_codes.size(), 1u);
  EXPECT_TRUE(made.system_codes[0].force_account_code);
  EXPECT_TRUE(made.system_codes[0].force_authorisation_code);
  EXPECT_EQ(made.accounts.at(0).name, "House");
  EXPECT_EQ(made.authorisations.at(0).code, "4711");
}

TEST_F(Config, GainsOfLines) {
  const auto read = parse(good() + "[[line]]\nnumber = 7\ngain_in_db = -3\ngain_out_db = 1.5\n"
                                   "[[line]]\nnumber = 8\ngain_in_db = 0.0\n");
  const auto& gains = std::get<configuration>(read).gains;
  ASSERT_EQ(gains.size(), 2u);
  EXPECT_EQ(gains.at(line_id{7}).in_db, -3);
  EXPECT_EQ(gains.at(line_id{7}).out_db, 1.5);
  EXPECT_EQ(gains.at(line_id{8}).out_db, 0);
  for (const char* wrong : {"gain_in_db = -24.5", "gain_out_db = 13", "gain_in_db = \"loud\"",
                            "gain_out_db = nan", "gain_in_db = true"}) {
    const auto refused = parse(good() + "[[line]]\nnumber = 7\n" + wrong + "\n");
    const auto* why = std::get_if<config_problems>(&refused);
    ASSERT_NE(why, nullptr) << wrong;
    EXPECT_NE(why->front().what.find("gain_"), std::string::npos) << why->front().what;
    EXPECT_NE(why->front().remedy.find("-24 to 12"), std::string::npos) << why->front().remedy;
  }
}

TEST_F(Config, LevelsOfSpeech) {
  const auto read = parse(good() + "[[line]]\nnumber = 7\nspeech_level_dbm0 = -19\n");
  EXPECT_EQ(std::get<configuration>(read).speech_levels,
            (std::map<line_id, double>{{line_id{7}, -19.0}}));
  const auto first = [&](const std::string& lines) {
    const auto refused = parse(good() + "[[line]]\nnumber = 7\n" + lines);
    const auto* why = std::get_if<config_problems>(&refused);
    return why == nullptr ? "" : why->front().what + "; " + why->front().remedy;
  };
  EXPECT_EQ(first("speech_level_dbm0 = -31\n"),
            "gateway.toml:27:21: speech_level_dbm0 is -31; give a number from -30 to -10");
  EXPECT_EQ(first("speech_level_dbm0 = -19\nstation = 2\n"),
            "gateway.toml:27:21: the line is no analog phone's; leave it out");
  EXPECT_EQ(first("speech_level_dbm0 = -19\necho_tail_ms = 0\n"),
            "gateway.toml:27:21: voices would be made louder, and their echoes with them: "
            "echo_tail_ms is 0; give the line an echo canceller, or leave speech_level_dbm0 out");
}

TEST_F(Config, AStationHasNothingOfAnAnalogPhone) {
  for (const auto* key : {"gain_in_db = 3", "gain_out_db = 3", "echo_tail_ms = 32",
                          "echo_tail_ms = 0", "caller_id = \"v23\""}) {
    const auto refused =
        parse(good() + "[[line]]\nnumber = 7\n" + std::string(key) + "\nstation = 2\n");
    const auto* why = std::get_if<config_problems>(&refused);
    ASSERT_NE(why, nullptr) << key;
    EXPECT_TRUE(why->front().what.starts_with("gateway.toml:27:")) << why->front().what;
  }
}

TEST_F(Config, EveryKeyArrives) {
  auto text = good() +
              "[rtp]\naddress = \"127.0.0.2\"\npublic_address = \"203.0.113.7\"\nbase_port = "
              "30000\nptime_ms = 20\n"
              "jitter_ms = 60\nlaw = \"mu\"\n[timers]\nno_answer_s = 20\npark_s = 60\n"
              "call_back_min = 5\ndial_delay_count = 3\ndial_delay_s = 2\noff_hook_s = "
              "45\n[emergency]\ncall_back_numbers = [\"2091\"]\n"
              "call_back_min = 20\n[conference]\nparties = 9\n"
              "entry_tone = false\n"
              "[voicemail]\nprompts = \".\"\nmessages = 9\nlongest_s = 30\nsilence_s = 4\n"
              "[[line]]\nnumber = 2\n[[group]]\nnumber = \"600\"\n"
              "name = \"Sales\"\nmode = \"rotary\"\nmembers = [\"201\", \"301\"]\nring_s = 20\n"
              "queue = 3\noverflow = \"401\"\noverflow_s = 90\nnight = \"302\"\n"
              "night_service = true\n";
  text.insert(text.find("[run]"), "licence.voice_networking = false\n");
  text.insert(text.find("[scn]"), "lead_frames = 2\n");
  const auto read = parse(text);
  if (const auto* wrong = std::get_if<config_problems>(&read))
    FAIL() << wrong->front().what;
  const auto& made = std::get<configuration>(read);
  EXPECT_EQ(made.exchange.gateway, "amsterdam");
  EXPECT_EQ(made.exchange.number, "7");
  EXPECT_EQ(made.exchange.locale, "NL");
  EXPECT_FALSE(made.exchange.voice_networking);
  EXPECT_EQ(made.run_directory, folder_ / "run");
  EXPECT_EQ(made.database, folder_ / "run" / "gateway.db");
  EXPECT_EQ(made.voice.link, "unix:" + (folder_ / "link.sock").string());
  EXPECT_EQ(made.voice.lead_frames, 2);
  EXPECT_EQ(made.network.bind, "tcp://127.0.0.1:7501");
  EXPECT_EQ(made.network.secret_key.size(), 40u);
  EXPECT_EQ(*transport::public_key_of(made.network.secret_key), made.network.public_key);
  EXPECT_EQ(made.exchange.network_key.size(), 32u);
  ASSERT_EQ(made.network.peers.size(), 1u);
  EXPECT_EQ(made.network.peers[0].public_key, berlin_);
  ASSERT_EQ(made.exchange.peers.size(), 1u);
  EXPECT_EQ(made.exchange.peers[0].name, "berlin");
  EXPECT_EQ(made.exchange.peers[0].number, "8");
  ASSERT_EQ(made.exchange.lines.size(), 2u);
  EXPECT_EQ(made.exchange.lines[0].base_user, "201");
  EXPECT_EQ(made.exchange.lines[1].base_user, "");
  ASSERT_EQ(made.exchange.system_codes.size(), 1u);
  EXPECT_EQ(made.exchange.system_codes[0].code, "9N");
  EXPECT_EQ(made.exchange.no_answer, std::chrono::seconds{20});
  EXPECT_EQ(made.exchange.dial_delay_count, 3u);
  EXPECT_EQ(made.exchange.dial_delay, std::chrono::seconds{2});
  EXPECT_EQ(made.exchange.off_hook_timeout, std::chrono::seconds{45});
  for (const auto& [a, b] : {std::pair{made.exchange.rtp_base_port, made.voice.rtp_base_port},
                             {made.exchange.rtp_payload_type, made.voice.rtp_payload_type}})
    EXPECT_EQ(a, b);
  EXPECT_EQ(made.voice.rtp_address, "127.0.0.2");
  EXPECT_EQ(made.exchange.rtp_address, "203.0.113.7");
  EXPECT_EQ(made.voice.rtp_base_port, 30000);
  EXPECT_EQ(made.voice.rtp_payload_type, 0);
  EXPECT_EQ(made.voice.rtp_ptime_ms, 20);
  EXPECT_EQ(made.voice.jitter_target_ms, 60);
  EXPECT_EQ(made.exchange.park_time, std::chrono::seconds{60});
  EXPECT_EQ(made.exchange.call_back_time, std::chrono::minutes{5});
  EXPECT_EQ(made.exchange.conference_parties, 9u);
  EXPECT_FALSE(made.exchange.conference_tone);
  EXPECT_EQ(made.exchange.call_back_numbers, std::vector<std::string>{"2091"});
  EXPECT_EQ(made.exchange.emergency_call_back, std::chrono::minutes{20});
  EXPECT_EQ(made.prompts, folder_ / ".");
  EXPECT_EQ(made.exchange.mailboxes.most_messages, 9u);
  EXPECT_EQ(made.exchange.mailboxes.longest, std::chrono::seconds{30});
  EXPECT_EQ(made.exchange.mailboxes.silence, std::chrono::seconds{4});
  ASSERT_EQ(made.exchange.groups.size(), 1u);
  const auto& group = made.exchange.groups[0];
  EXPECT_EQ(group.number + " " + group.name + " " + group.overflow + " " + group.night,
            "600 Sales 401 302");
  EXPECT_EQ(group.members, (std::vector<std::string>{"201", "301"}));
  EXPECT_EQ(group.mode, hunting::mode::rotary);
  EXPECT_EQ(group.ring, std::chrono::seconds{20});
  EXPECT_EQ(group.overflow_after, std::chrono::seconds{90});
  EXPECT_EQ(group.queue, 3u);
  EXPECT_TRUE(group.night_service);
}

TEST_F(Config, TheDelayOfVoiceFollowsTheNetworkUnlessItIsGiven) {
  const auto with = [&](const std::string& rtp) {
    return std::get<configuration>(parse(good() + "[rtp]\n" + rtp)).voice;
  };
  EXPECT_EQ(with("").jitter_target_ms, 0);
  EXPECT_EQ(with("").jitter_most_ms, 120);
  EXPECT_EQ(with("jitter_most_ms = 50\n").jitter_target_ms, 0);
  EXPECT_EQ(with("jitter_most_ms = 50\n").jitter_most_ms, 50);
  const auto both = parse(good() + "[rtp]\njitter_ms = 60\njitter_most_ms = 50\n");
  const auto* wrong = std::get_if<config_problems>(&both);
  ASSERT_NE(wrong, nullptr);
  EXPECT_NE(wrong->front().what.find("jitter_most_ms is of no use"), std::string::npos);
}

TEST_F(Config, S12_TheFirstTwoPeersAreTheBackupsUnlessOthersAreNamed) {
  const auto backups = [](const std::string& text) {
    const auto read = parse(text);
    if (const auto* wrong = std::get_if<config_problems>(&read))
      throw std::runtime_error(wrong->front().what);
    return std::get<configuration>(read).exchange.backups;
  };
  const auto peer = [](const std::string& name, int port) {
    return "[[peer]]\nname = \"" + name + "\"\nnumber = \"" + std::to_string(port % 10) +
           "\"\nendpoint = \"tcp://127.0.0.1:" + std::to_string(port) + "\"\npublic_key = '" +
           transport::make_key_pair().public_key + "'\n";
  };
  using names = std::vector<std::string>;
  EXPECT_EQ(backups(good()), names{}) << "of two gateways none can outvote the other";
  const auto four = good() + peer("cologne", 7503) + peer("dresden", 7504);
  EXPECT_EQ(backups(four), (names{"berlin", "cologne"}));
  auto named = four;
  named.insert(named.find("[[peer]]"), "backups = [\"dresden\"]\nlease_s = 20\n");
  EXPECT_EQ(backups(named), names{"dresden"});
}

struct wrong_file {
  std::string from, to;     ///< a change of the good file
  std::string what, remedy; ///< what is said, all of it
};

TEST_F(Config, EveryErrorNamesFileLineColumnWhatAndRemedy) {
  const std::string keys = (folder_ / "").string();
  const std::vector<wrong_file> table{
      {"name = \"amsterdam\"", "name = \"amsterdam",
       "gateway.toml:2:18: Error while parsing string", "this is not TOML"},
      {"name = \"amsterdam\"", "name = 7", "gateway.toml:2:8: name is integer, not a text",
       "write name = \"…\""},
      {"name = \"amsterdam\"", "name = \"Old Town\"",
       "gateway.toml:2:8: \"Old Town\" is no name of a gateway",
       "use 1 to 32 small letters, digits and -"},
      {"name = \"amsterdam\"\n", "", "gateway.toml:1:1: [gateway] has no name", "add name"},
      {"number = \"7\"", "number = \"7*\"", "gateway.toml:3:10: \"7*\" cannot be dialled",
       "use 1 to 31 digits"},
      {"locale = \"NL\"", "lokale = \"NL\"", "gateway.toml:4:1: [gateway] has no key \"lokale\"",
       "did you mean \"locale\"?"},
      {"locale = \"NL\"", "colour = 1", "gateway.toml:4:1: [gateway] has no key \"colour\"",
       "remove it; known here are: agent_roaming, directory_file, licence, locale, name, "
       "number, portable_profiles, portable_time_zone, time_zone"},
      {"locale = \"NL\"", "locale = \"XX\"", "gateway.toml:4:10: locale is \"XX\"",
       "choose one of: "},
      {"[[line]]", "[timer]\n[[line]]", "gateway.toml:18:2: the file has no key \"timer\"",
       "did you mean \"timers\"?"},
      {"link = \"unix:link.sock\"", "link = \"usb\"",
       "gateway.toml:8:8: \"usb\" is no link to a board",
       "write unix:PATH for a simulated board or serial:/dev/… for a real one"},
      {"[scn]", "lead_frames = 1\n[scn]", "gateway.toml:9:15: lead_frames is 1",
       "give a number from 2 to 128"},
      {"[scn]", "lead_frames = \"2\"\n[scn]",
       "gateway.toml:9:15: lead_frames is string, not a whole number",
       "give a number from 2 to 128"},
      {"[[peer]]", "backups = [\"bonn\"]\n[[peer]]",
       "gateway.toml:13:11: backup \"bonn\" is not one of the peers",
       "name gateways that have a [[peer]]"},
      {"[[peer]]", "backups = [\"berlin\", \"berlin\"]\n[[peer]]",
       "gateway.toml:13:11: backup \"berlin\" is there twice", "remove one of them"},
      {"[[peer]]", "backups = \"berlin\"\n[[peer]]",
       "gateway.toml:13:11: backups is string, not a list of texts",
       "write backups = [\"…\", \"…\"]"},
      {"[[peer]]", "lease_s = 1\n[[peer]]", "gateway.toml:13:11: lease_s is 1",
       "give a number from 5 to 600"},
      {"bind = \"tcp://127.0.0.1:7501\"", "bind = \"127.0.0.1:7501\"",
       "gateway.toml:10:8: \"127.0.0.1:7501\" is no address to bind to",
       "write tcp://ADDRESS:PORT"},
      {"keys/secret.key", "keys/none.key",
       "gateway.toml:11:19: cannot read key file " + keys +
           "keys/none.key: No such file or directory",
       "make keys with `switchroom keys new DIR` and name the file here"},
      {"keys/secret.key", "open.key",
       "gateway.toml:11:19: key file " + keys + "open.key can be read or changed by others",
       "chmod 600 " + keys + "open.key, and make new keys if others had access"},
      {"keys/secret.key", "short.key",
       "gateway.toml:11:19: this is no secret key: a key is 40 characters of Z85",
       "make a pair with `switchroom keys new DIR`"},
      {"keys/secret.key", "keys",
       "gateway.toml:11:19: " + keys + "keys is a directory, not a key file",
       "name the file in it: secret.key or network.key"},
      {"keys/network.key", "short.key",
       "gateway.toml:12:20: key file " + keys + "short.key does not hold 64 hexadecimal digits",
       "copy network.key from another gateway of this network"},
      {"[[peer]]", "[peer]", "gateway.toml:13:1: peer is table, not a list of sections",
       "write each as [[peer]]"},
      {"name = \"berlin\"", "name = \"amsterdam\"",
       "gateway.toml:14:8: peer \"amsterdam\" has this gateway's own name",
       "list the other gateways alone"},
      {"tcp://127.0.0.1:7502", "127.0.0.1", "gateway.toml:16:12: \"127.0.0.1\" is no endpoint",
       "write tcp://HOST:PORT"},
      {"public_key = '" + berlin_, "public_key = 'short",
       "gateway.toml:17:14: public_key is no key: it is 40 characters of Z85",
       "copy it from `switchroom keys show` at that gateway"},
      {"number = 1\n", "number = 0\n", "gateway.toml:19:10: number is 0",
       "give a number from 1 to 1024"},
      {"base_user = \"201\"", "base_user = \"2o1\"", "gateway.toml:20:13: \"2o1\" is no extension",
       "use 1 to 31 digits"},
      {"[[short_code]]", "[[line]]\nnumber = 3\necho_tail_ms = 48\n[[short_code]]",
       "gateway.toml:23:16: there is no echo canceller of 48 ms",
       "use 16, 32, 64 or 128, or 0 for none"},
      {"[[short_code]]", "[[line]]\nnumber = 1\n[[short_code]]",
       "gateway.toml:22:10: line 1 is there twice", "remove one of them"},
      {"[[short_code]]", "[[line]]\nnumber = 2\nbase_user = \"201\"\n[[short_code]]",
       "gateway.toml:23:13: user 201 is base user of line 1 already", "a user has one base line"},
      {"feature = \"dial\"", "feature = \"fly\"", "gateway.toml:23:11: \"fly\" is no feature",
       "see switchroomd.toml(5) for those there are"},
      {"[[line]]", "[[group]]\nnumber = \"600\"\nmembers = [\"201\", \"201\"]\n[[line]]",
       "gateway.toml:20:11: user 201 is there twice", "name each member once"},
      {"[[line]]", "[[group]]\nnumber = \"600\"\nmembers = \"201\"\n[[line]]",
       "gateway.toml:20:11: members is string, not a list of texts",
       "write members = [\"…\", \"…\"]"},
      {"[[line]]", "[[group]]\nnumber = \"600\"\nmembers = [\"600\"]\n[[line]]",
       "gateway.toml:20:11: group 600 is a member of itself",
       "name users; a group cannot be a member"},
      {"[[line]]", "[[group]]\nnumber = \"600\"\nmembers = []\n[[line]]",
       "gateway.toml:20:11: the group has 0 members", "name 1 to 200 users"},
      {"[[line]]", "[[group]]\nnumber = \"600\"\nmembers = [\"201\"]\nmode = \"all\"\n[[line]]",
       "gateway.toml:21:8: mode is \"all\"",
       "choose one of: sequential, rotary, longest_idle, collective"},
      {"[[line]]", "[[group]]\nnumber = \"600\"\nmembers = [\"201\"]\nnight = \"x\"\n[[line]]",
       "gateway.toml:21:9: \"x\" cannot be where calls go on",
       "give the number of a user or of another group, 1 to 15 digits"},
      {"[[line]]", "[rtp]\nbase_port = 30001\n[[line]]", "gateway.toml:19:13: base_port is odd",
       "RTP takes even ports (RFC 3550, section 11)"},
      {"[[line]]", "[rtp]\nptime_ms = 15\n[[line]]", "gateway.toml:19:12: ptime_ms is 15",
       "use 10, 20, 30, 40, 50 or 60"},
      {"[[line]]", "[rtp]\nlaw = \"x\"\n[[line]]", "gateway.toml:19:7: law is \"x\"",
       "choose one of: a, mu"},
      {"[[line]]", "[rtp]\naddress = \"localhost\"\n[[line]]",
       "gateway.toml:19:11: \"localhost\" is no IP address",
       "give this computer's own address, in numbers"},
      {"locale = \"NL\"", "licence.voice_networking = \"yes\"",
       "gateway.toml:4:28: voice_networking is string, not true or false",
       "write true or false, without quotes"},
      {"[[line]]", "[timers]\nno_answer_s = 1\n[[line]]", "gateway.toml:19:15: no_answer_s is 1",
       "give a number from 5 to 3600"},
      {"[[line]]", "[voicemail]\nlongest_s = 601\n[[line]]", "gateway.toml:19:13: longest_s is 601",
       "give a number from 5 to 600"},
      {"[[line]]",
       "[[short_code]]\ncode = \"7\"\nfeature = \"dial\"\nnumber = \"1\"\n"
       "force_account_code = true\n[[line]]",
       "gateway.toml:22:22: no account could be dialled: there is no [[account]]",
       "add the accounts, or take force_account_code away"},
      {"[[line]]",
       "[[short_code]]\ncode = \"7\"\nfeature = \"dial\"\nnumber = \"1\"\n"
       "force_authorisation_code = true\n[[line]]",
       "gateway.toml:22:28: no authorisation could be dialled: there is no [[authorisation]]",
       "add the authorisations, or take force_authorisation_code away"},
      {"[[line]]", "[[authorisation]]\ncode = \"77\"\n[[authorisation]]\ncode = \"77\"\n[[line]]",
       "gateway.toml:21:8: this code is there twice", "remove one of them"},
      {"[[line]]", "[[account]]\ncode = \"1x\"\n[[line]]",
       "gateway.toml:19:8: \"1x\" cannot be dialled", "use 1 to 31 digits"},
      {"[[line]]", "[[short_code]]\ncode = \"112\"\nfeature = \"barred\"\nnumber = \"1\"\n[[line]]",
       "gateway.toml:18:1: 112 is an emergency number here, and cannot be anything else (rule S10)",
       "write feature = \"emergency\", and as number who takes the call"},
      {"[[line]]",
       "[[short_code]]\ncode = \"7\"\nfeature = \"dial\"\nnumber = \"1\"\n"
       "[[short_code]]\ncode = \"7\"\nfeature = \"dial\"\nnumber = \"2\"\n[[line]]",
       "gateway.toml:18:1: short code 7 is there twice", "remove one of them"},
      {"[[line]]", "[sip]\nlisten = \"127.0.0.1:99999\"\n[[line]]",
       "gateway.toml:19:10: \"127.0.0.1:99999\" is no address and port",
       "give them in numbers, \"192.0.2.1:5060\" or \"[2001:db8::1]:5060\""},
      {"bind = \"tcp://127.0.0.1:7501\"", "bind = \"tcp://127.0.0.1:99999\"",
       "gateway.toml:10:8: \"tcp://127.0.0.1:99999\" is no address to bind to",
       "write tcp://ADDRESS:PORT"},
      {"[[line]]", "[sip]\ndigest = \"sha1\"\n[[line]]", "gateway.toml:19:10: digest is \"sha1\"",
       "choose one of: md5, sha-256, both"},
      {"[[line]]", "[sip]\nsession_s = 60\n[[line]]",
       "gateway.toml:19:13: session_s is shorter than shortest_session_s, 90",
       "give at least that, or 0: calls are not watched"},
      {"[[line]]", "[sip]\nshortest_session_s = 5\n[[line]]",
       "gateway.toml:19:22: shortest_session_s is 5", "give a number from 10 to 3600"},
      {"[[line]]", "[rtp]\naddress = \"127.0.0.1\"\n[sip]\nlisten = \"192.0.2.1:5060\"\n[[line]]",
       "gateway.toml:21:10: phones elsewhere would be told to speak to 127.0.0.1",
       "give this computer's own address in [rtp] address"},
      {"[[line]]", "[sip]\nlisten = \"localhost:5060\"\n[[line]]",
       "gateway.toml:19:10: \"localhost:5060\" is no address and port",
       "give them in numbers, \"192.0.2.1:5060\" or \"[2001:db8::1]:5060\""},
      {"[[line]]", "[conference]\nparties = 2\n[[line]]", "gateway.toml:19:11: parties is 2",
       "give a number from 3 to 64"},
      {"[[line]]", "[emergency]\ncall_back_numbers = [\"x\"]\n[[line]]",
       "gateway.toml:19:21: \"x\" is no number", "use 1 to 15 digits"},
      {"[[line]]", "[voicemail]\nprompts = \"/no/where\"\n[[line]]",
       "gateway.toml:19:11: there is no directory /no/where",
       "install asterisk-core-sounds-en-wav, or name a directory of WAV files (8000 Hz, 16 bit, "
       "mono) with the same names"},
  };
  for (const auto& row : table) {
    const auto read = parse(replaced(row.from, row.to));
    const auto* wrong = std::get_if<config_problems>(&read);
    ASSERT_NE(wrong, nullptr) << "accepted: " << row.to;
    ASSERT_EQ(wrong->size(), 1u) << row.to << "\nsecond: " << (*wrong)[1].what;
    EXPECT_EQ(wrong->front().what.substr(0, row.what.size()), row.what) << wrong->front().what;
    EXPECT_EQ(wrong->front().remedy.substr(0, row.remedy.size()), row.remedy)
        << wrong->front().remedy;
    if (row.remedy != "this is not TOML" && row.remedy != "choose one of: ") {
      EXPECT_EQ(wrong->front().what, row.what);
      EXPECT_EQ(wrong->front().remedy, row.remedy);
    }
  }
}

TEST_F(Config, MalformedShortCodeIsNamedWithItsPlace) {
  const auto read = parse(replaced("code = \"9N\"", "code = \"9Q\""));
  const auto* wrong = std::get_if<config_problems>(&read);
  ASSERT_NE(wrong, nullptr);
  EXPECT_EQ(wrong->front().what.rfind("gateway.toml:22:8: ", 0), 0u) << wrong->front().what;
  EXPECT_NE(wrong->front().what.find("9Q"), std::string::npos) << wrong->front().what;
}

TEST_F(Config, AllProblemsAreToldInTheOrderOfTheirLines) {
  auto text = replaced("number = 1\n", "number = 0\n");
  text.replace(text.find("\"7\""), 3, "\"x\"");
  text += "[bord]\n";
  const auto read = parse(text);
  const auto& wrong = std::get<config_problems>(read);
  ASSERT_EQ(wrong.size(), 3u);
  EXPECT_EQ(wrong[0].what.rfind("gateway.toml:3:", 0), 0u);
  EXPECT_EQ(wrong[1].what.rfind("gateway.toml:19:", 0), 0u);
  EXPECT_EQ(wrong[2].remedy, "did you mean \"board\"?");
}

TEST_F(Config, SectionsThatMustBeThereAreMissed) {
  const auto read = parse("");
  const auto& wrong = std::get<config_problems>(read);
  std::string all;
  for (const auto& one : wrong)
    all += one.what + '\n';
  for (const char* section : {"gateway", "run", "board", "scn"})
    EXPECT_NE(all.find(std::string("the file has no ") + section), std::string::npos) << all;
}

TEST_F(Config, RunDirectoryOfTheCommandLineWins) {
  const auto read = parse_configuration(replaced("[run]\ndirectory = \"run\"\n", ""),
                                        folder_ / "gateway.toml", "/somewhere");
  EXPECT_EQ(std::get<configuration>(read).run_directory, "/somewhere/amsterdam");
}

TEST_F(Config, FileThatIsNotThereIsNamed) {
  const auto read = read_configuration(folder_ / "absent.toml");
  EXPECT_EQ(std::get<config_problems>(read).front().what,
            "cannot read " + (folder_ / "absent.toml").string());
}

TEST_F(Config, NearestNameIsOfferedOnlyWhenItIsNear) {
  const auto unknown = [&](const std::string& key) {
    const auto read = parse(replaced("locale = \"NL\"", key + " = 1"));
    return std::get<config_problems>(read).front().remedy;
  };
  EXPECT_EQ(unknown("lcale"), "did you mean \"locale\"?");
  EXPECT_EQ(unknown("locales"), "did you mean \"locale\"?");
  EXPECT_NE(unknown("language").find("known here are"), std::string::npos);
}

TEST(KeyFiles, AreMadeOnceAndForTheirOwnerAlone) {
  std::string pattern = (fs::temp_directory_path() / "switchroom-keys-XXXXXX").string();
  const fs::path folder = mkdtemp(pattern.data());
  const auto first = make_key_files(folder / "a", std::nullopt);
  ASSERT_TRUE(first);
  for (const char* name : {key_file::secret_key, key_file::network_key}) {
    struct stat about {};
    ASSERT_EQ(stat((folder / "a" / name).c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600u) << name;
  }
  EXPECT_EQ(*transport::public_key_of(*read_secret(folder / "a" / key_file::secret_key)), *first);
  const auto again = make_key_files(folder / "a", std::nullopt);
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().remedy.find("never overwritten"), std::string::npos);
  // A second gateway of the same network: other keys, the same network key.
  const auto second = make_key_files(folder / "b", folder / "a" / key_file::network_key);
  ASSERT_TRUE(second);
  EXPECT_NE(*second, *first);
  EXPECT_EQ(*read_network_key(folder / "a" / key_file::network_key),
            *read_network_key(folder / "b" / key_file::network_key));
  fs::remove_all(folder);
}

} // namespace
} // namespace switchroom::app
