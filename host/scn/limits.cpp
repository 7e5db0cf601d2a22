// SPDX-License-Identifier: MIT
#include "scn/limits.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace switchroom::scn {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::size_t longest_text = 256;
constexpr std::size_t longest_octets = 65'536; ///< a sealed profile; the message is no larger
constexpr int most_repeated = 4096;
/// A login a microsecond for nine years.
constexpr auto highest_epoch = std::uint64_t{1} << 48;

struct text_limit {
  std::string_view field;
  std::size_t longest;
  std::string_view made_of; ///< empty: anything
};
/// By name, whatever message they are in.
constexpr std::array text_limits{
    text_limit{"extension", 15, "0123456789"}, // ITU-T E.164
    text_limit{"by", 15, "0123456789"},
    text_limit{"page", 15, "0123456789"},
    text_limit{"conference", 8, "0123456789"},
    text_limit{"leave_message", 15, "0123456789"},
    text_limit{"fetch_messages", 15, "0123456789"},
    text_limit{"home", 32, ""},
    text_limit{"gateway", 32, ""},
    text_limit{"grantors", 32, ""},
    text_limit{"digits", 64, "0123456789*#"},
    text_limit{"code", 31, ""}, // rule C1
    text_limit{"slot", 8, "0123456789"},
};

bool good_text(const FieldDescriptor& field, const std::string& text) {
  if (field.type() == FieldDescriptor::TYPE_BYTES)
    return text.size() <= longest_octets;
  const auto limit = std::find_if(text_limits.begin(), text_limits.end(),
                                  [&](const auto& one) { return one.field == field.name(); });
  if (limit == text_limits.end())
    return text.size() <= longest_text;
  return text.size() <= limit->longest &&
         (limit->made_of.empty() || text.find_first_not_of(limit->made_of) == std::string::npos);
}

bool good_field(const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  const int size = field.is_repeated() ? reflection.FieldSize(message, &field) : 1;
  if (size > most_repeated)
    return false;
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT64 && !field.is_repeated() &&
      (field.name() == "epoch" || field.name() == "promised"))
    return reflection.GetUInt64(message, &field) <= highest_epoch;
  const bool is_message = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  if (!is_message && field.cpp_type() != FieldDescriptor::CPPTYPE_STRING)
    return true;
  std::string scratch;
  for (int n = 0; n < size; ++n) {
    if (is_message) {
      if (!within_limits(field.is_repeated() ? reflection.GetRepeatedMessage(message, &field, n)
                                             : reflection.GetMessage(message, &field)))
        return false;
    } else if (!good_text(field,
                          field.is_repeated()
                              ? reflection.GetRepeatedStringReference(message, &field, n, &scratch)
                              : reflection.GetStringReference(message, &field, &scratch))) {
      return false;
    }
  }
  return true;
}

} // namespace

bool within_limits(const Message& message) {
  std::vector<const FieldDescriptor*> set;
  message.GetReflection()->ListFields(message, &set);
  return std::all_of(set.begin(), set.end(),
                     [&](const auto* field) { return good_field(message, *field); });
}

} // namespace switchroom::scn
