// SPDX-License-Identifier: MIT
/// National tone plans as $SWITCHROOM_VECTORS/tones has them (XML of libspandsp), which the project
/// does not carry, and what is to be heard of them.
#pragma once
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace switchroom::test {

/// A stretch of sound or silence.
struct plan_beat {
  std::vector<double> hertz; ///< none: silence
  double dbm0 = -12;         ///< of all of them together
  double ms = 0;             ///< 0: for ever
  bool operator==(const plan_beat&) const = default;
};

struct plan_tone {
  std::string country, name;
  std::vector<plan_beat> beats;
  std::optional<std::size_t> again; ///< the beat that follows the last, if one does
  bool spoken = false;              ///< an announcement is part of it
};

namespace detail {

/// Just as much XML as these files have: elements with attributes, comments, no text.
class plan_parser {
public:
  explicit plan_parser(std::string_view text) : text_(text) {}

  std::vector<plan_tone> all() {
    std::vector<plan_tone> tones;
    std::string country;
    while (next()) {
      if (name_ == "tone-set") {
        country = closes_ ? "" : attribute("country");
      } else if (!country.empty() && !closes_ && name_ != "step") {
        plan_tone tone{country, name_, {}, {}, false};
        if (const auto type = attribute("type"); !type.empty())
          tone.name += " (" + type + ")";
        if (!alone_)
          steps(tone, name_);
        tones.push_back(tone);
      }
    }
    return tones;
  }

private:
  /// The steps up to the end of `element`.
  void steps(plan_tone& tone, const std::string& element) {
    while (next() && !(closes_ && name_ == element)) {
      const auto cycles = attribute("cycles");
      if (!attribute("recorded-announcement").empty())
        tone.spoken = true;
      if (alone_) {
        add(tone);
        continue;
      }
      const auto first = tone.beats.size();
      steps(tone, "step");
      const std::vector<plan_beat> once(tone.beats.begin() + static_cast<std::ptrdiff_t>(first),
                                        tone.beats.end());
      if (cycles == "endless")
        tone.again = first;
      for (int n = 1; n < std::atoi(cycles.c_str()); ++n)
        tone.beats.insert(tone.beats.end(), once.begin(), once.end());
    }
  }

  /// "a+b || c" are a and b, or c elsewhere in the country; "[…]" tolerances; "x~y" from to.
  void add(plan_tone& tone) {
    plan_beat beat;
    const auto frequencies = attribute("freq");
    std::string_view rest =
        std::string_view(frequencies).substr(0, frequencies.find_first_of("|["));
    for (; !rest.empty(); rest = rest.substr(std::min(rest.size(), rest.find('+') + 1))) {
      beat.hertz.push_back(std::atof(std::string(rest).c_str()));
      if (rest.find('+') == std::string_view::npos)
        break;
    }
    if (const auto level = attribute("level"); !level.empty())
      beat.dbm0 = std::atof(level.c_str());
    const auto length = attribute("length");
    if (const auto at = length.find("interrupted at "); at == 0) { // so often a minute
      beat.ms = 30000 / std::atof(length.c_str() + 15);
      tone.beats.push_back(beat);
      beat.hertz.clear();
    } else {
      beat.ms = 1000 * std::atof(length.c_str());
      if (!length.empty() && beat.ms == 0)
        return; // "0.0~4.0"
      if (length.empty() && beat.hertz.empty())
        return; // an announcement
    }
    tone.beats.push_back(beat);
  }

  bool next() {
    while ((at_ = text_.find('<', at_)) != std::string_view::npos) {
      if (text_.substr(at_, 4) == "<!--") {
        at_ = text_.find("-->", at_);
        continue;
      }
      const auto end = text_.find('>', at_);
      element_ = text_.substr(at_ + 1, end - at_ - 1);
      at_ = end;
      if (element_[0] == '?' || element_[0] == '!')
        continue;
      closes_ = element_[0] == '/';
      alone_ = element_.back() == '/';
      if (closes_)
        element_.remove_prefix(1);
      name_ = element_.substr(0, element_.find_first_of(" /\n"));
      return true;
    }
    return false;
  }
  std::string attribute(const std::string& key) const {
    const auto found = element_.find(" " + key + "=\"");
    if (found == std::string_view::npos)
      return {};
    const auto from = found + key.size() + 3;
    return std::string(element_.substr(from, element_.find('"', from) - from));
  }

  std::string_view text_, element_;
  std::size_t at_ = 0;
  std::string name_;
  bool closes_ = false, alone_ = false;
};
} // namespace detail

/// Nothing if the file is not there.
inline std::vector<plan_tone> tone_plans(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  return detail::plan_parser(text).all();
}

} // namespace switchroom::test
