// SPDX-License-Identifier: MIT
/// The configuration of one gateway, from its TOML file (switchroomd.toml(5)).
#pragma once
#include "app/clock_settings.hpp"
#include "app/line_gain.hpp"
#include "app/span_settings.hpp"
#include "exchange/exchange.hpp"
#include "media/voice.hpp"
#include "scn/transport/mesh.hpp"
#include "types/refusal.hpp"

#include "edge.pb.h"

#include <filesystem>
#include <map>
#include <string_view>
#include <variant>
#include <vector>

namespace switchroom::app {

struct configuration {
  exchange::settings exchange;
  media::voice_settings voice;
  clock_settings clock; ///< of the board's frames
  transport::settings network;
  std::filesystem::path run_directory; ///< of this gateway: sockets and database are in it
  std::filesystem::path database;
  struct sip {
    std::string listen = {};                ///< SIP URI of the edge of IP phones
    std::string tls_listen = {};            ///< SIPS URI; empty: no TLS
    std::string digest = "md5";             ///< "md5", "sha-256" or "both"
    unsigned session_s = 1800;              ///< a call not refreshed for so long ends; 0: never
    unsigned shortest_session_s = 90;       ///< that a phone may ask for
    std::filesystem::path certificate = {}; ///< PEM: private key, certificate, those that sign it
  } sip = {};
  edge::v1::Ports phones = {};        ///< who may register there; none: there is no edge
  isdn::v1::Channels d_channels = {}; ///< of trunks, then stations; none: there is no isdn-edge
  std::filesystem::path d_channel_capture; ///< pcap of all that they say; empty: none
  std::vector<unsigned> stations;     ///< digital ones, in this order: place at the bus, from 1
  std::vector<span_settings> spans;   ///< of trunks, in the order of exchange.trunks
  std::map<line_id, line_gain> gains; ///< of lines that are not at 0 dB
  std::map<line_id, double> speech_levels; ///< in dBm0, that who speaks there is brought to
  std::filesystem::path prompts = "/usr/share/asterisk/sounds/en_US_f_Allison"; ///< of voicemail
};

/// Everything that is wrong with the file, in the order of its lines; never empty.
/// `what` begins with file:line:column.
using config_problems = std::vector<refusal>;

/// Relative paths in the file are taken from the file's own directory. With `run`, the gateway's
/// own directory is gateway_directory(run, name) instead of [run] directory. Reads the key files
/// that the file names.
std::variant<configuration, config_problems>
read_configuration(const std::filesystem::path& file,
                   const std::optional<std::filesystem::path>& run = std::nullopt);

/// The same from text; `file` is for names in problems and for relative paths.
std::variant<configuration, config_problems>
parse_configuration(std::string_view text, const std::filesystem::path& file,
                    const std::optional<std::filesystem::path>& run = std::nullopt);

/// Where `switchroom --run RUN -g NAME` looks for a gateway's sockets.
std::filesystem::path gateway_directory(const std::filesystem::path& run, std::string_view gateway);
inline constexpr const char* control_socket = "control.sock";
inline constexpr const char* phone_socket = "phones.sock";

} // namespace switchroom::app
