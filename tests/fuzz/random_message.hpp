// SPDX-License-Identifier: MIT
/// Messages that a fuzzer can steer: the input decides which fields are set and to what, with the
/// values that lead somewhere among the likely ones. Bytes alone would rarely be a message at all.
#pragma once
#include <google/protobuf/message.h>

#include <cstdint>
#include <span>
#include <string>

namespace switchroom::fuzz {

/// The input, from the front; zeros when it is used up.
class source {
public:
  source(const std::uint8_t* data, std::size_t size) : left_(data, size) {}
  bool empty() const { return left_.empty(); }
  std::uint8_t octet() {
    if (left_.empty())
      return 0;
    const auto first = left_.front();
    left_ = left_.subspan(1);
    return first;
  }
  std::uint32_t below(std::uint32_t n) { return octet() % n; }
  std::uint64_t number() {
    static constexpr std::uint64_t likely[] = {
        0, 1, 2, 3, 4, 16, 64, 255, 65'535, 65'536, 0x7fff'ffff, 0xffff'ffff, ~std::uint64_t{0}};
    const auto which = octet();
    if (which < std::size(likely))
      return likely[which];
    return which < 128 ? which - std::size(likely) : std::uint64_t{octet()} << (which % 57);
  }
  std::string text() {
    static constexpr const char* likely[] = {"",
                                             "201",
                                             "202",
                                             "301",
                                             "302",
                                             "401",
                                             "20",
                                             "*",
                                             "204",
                                             "berlin",
                                             "amsterdam",
                                             "127.0.0.1",
                                             "5",
                                             "#",
                                             "*35*201*1201#",
                                             "112",
                                             "on",
                                             "forward_unconditional",
                                             "do_not_disturb",
                                             "follow_me",
                                             "cologne",
                                             "::1"};
    const auto which = octet();
    if (which < 200)
      return likely[which % std::size(likely)];
    return octets(which < 250 ? octet() % 40 : octet() * 32u);
  }
  std::string octets(std::size_t n) {
    std::string some;
    while (some.size() < n)
      some += static_cast<char>(octet() & 0x7f);
    return some;
  }

private:
  std::span<const std::uint8_t> left_;
};

inline void fill(google::protobuf::Message& message, source& by, int depth = 0);

inline void fill_field(google::protobuf::Message& message,
                       const google::protobuf::FieldDescriptor& field, source& by, int depth) {
  using kind = google::protobuf::FieldDescriptor;
  const auto& reflection = *message.GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
  case kind::CPPTYPE_MESSAGE:
    return fill(many ? *reflection.AddMessage(&message, &field)
                     : *reflection.MutableMessage(&message, &field),
                by, depth + 1);
  case kind::CPPTYPE_STRING:
    return many ? reflection.AddString(&message, &field, by.text())
                : reflection.SetString(&message, &field, by.text());
  case kind::CPPTYPE_UINT64:
    return many ? reflection.AddUInt64(&message, &field, by.number())
                : reflection.SetUInt64(&message, &field, by.number());
  case kind::CPPTYPE_UINT32:
    return many ? reflection.AddUInt32(&message, &field, static_cast<std::uint32_t>(by.number()))
                : reflection.SetUInt32(&message, &field, static_cast<std::uint32_t>(by.number()));
  case kind::CPPTYPE_BOOL:
    return reflection.SetBool(&message, &field, by.below(2) != 0);
  case kind::CPPTYPE_ENUM:
    return reflection.SetEnumValue(&message, &field, static_cast<int>(by.below(40)));
  default:
    return; // no other type is in these messages
  }
}

/// Each field is set or not as the input says; of a oneof at most one.
inline void fill(google::protobuf::Message& message, source& by, int depth) {
  const auto& all = *message.GetDescriptor();
  for (int n = 0; n < all.field_count() && depth < 5; ++n) {
    const auto& field = *all.field(n);
    if (field.real_containing_oneof() != nullptr)
      continue;
    for (auto times = by.below(4); times > 0; times = field.is_repeated() ? times - 1 : 0)
      fill_field(message, field, by, depth);
  }
  for (int n = 0; n < all.real_oneof_decl_count(); ++n) {
    const auto& one = *all.oneof_decl(n);
    const auto chosen = by.below(static_cast<std::uint32_t>(one.field_count()) + 1);
    if (chosen > 0)
      fill_field(message, *one.field(static_cast<int>(chosen) - 1), by, depth);
  }
}

} // namespace switchroom::fuzz
