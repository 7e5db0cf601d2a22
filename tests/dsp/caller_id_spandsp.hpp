// SPDX-License-Identifier: MIT
/// libspandsp's caller ID (ADSI), as an implementation that is not ours.
#pragma once
#include "signals.hpp"
#include "switchroom/dsp/caller_id.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <spandsp.h>

namespace switchroom::dsp::testing {

inline int adsi_of(fsk_standard standard) {
  return standard == fsk_standard::bell202 ? ADSI_STANDARD_CLASS : ADSI_STANDARD_CLIP;
}

inline void add_field(adsi_tx_state_t* tx, std::vector<std::uint8_t>& message, std::uint8_t type,
                      std::optional<std::string_view> text) {
  int length = static_cast<int>(message.size());
  message.resize(256);
  length = adsi_add_field(tx, message.data(), length == 0 ? -1 : length, type,
                          text ? reinterpret_cast<const std::uint8_t*>(text->data()) : nullptr,
                          text ? static_cast<int>(text->size()) : 0);
  message.resize(static_cast<std::size_t>(length));
}

/// `fields` are what adsi_add_field takes, the type of the message first.
struct adsi_field {
  std::uint8_t type;
  std::optional<std::string_view> text = {};
};
inline std::vector<std::int16_t> spandsp_says(fsk_standard standard,
                                              std::span<const adsi_field> fields,
                                              bool alert = false, int seizure = 300,
                                              int marks = 180) {
  std::unique_ptr<adsi_tx_state_t, int (*)(adsi_tx_state_t*)> tx(
      adsi_tx_init(nullptr, adsi_of(standard)), adsi_tx_free);
  adsi_tx_set_preamble(tx.get(), seizure, marks, 5, 1);
  if (alert)
    adsi_tx_send_alert_tone(tx.get());
  std::vector<std::uint8_t> message;
  for (const auto& one : fields)
    add_field(tx.get(), message, one.type, one.text);
  if (!message.empty())
    adsi_tx_put_message(tx.get(), message.data(), static_cast<int>(message.size()));
  std::vector<std::int16_t> out(16000);
  const int count = adsi_tx(tx.get(), out.data(), static_cast<int>(out.size()));
  out.resize(static_cast<std::size_t>(count));
  return out;
}

/// What its receiver understands: number and name of the first message.
struct spandsp_heard {
  bool any = false;
  std::uint8_t type = 0;
  std::string when = {}, number = {}, name = {}, no_number = {}, no_name = {};
};
class spandsp_display {
public:
  explicit spandsp_display(fsk_standard standard)
      : rx_(adsi_rx_init(nullptr, adsi_of(standard), take, this), adsi_rx_free) {}
  void feed(std::span<const std::int16_t> in) {
    adsi_rx(rx_.get(), in.data(), static_cast<int>(in.size()));
  }
  const spandsp_heard& heard() const { return heard_; }

private:
  static void take(void* me, const std::uint8_t* message, int length) {
    auto& self = *static_cast<spandsp_display*>(me);
    auto& to = self.heard_;
    to = {.any = true};
    const std::uint8_t* text = nullptr;
    std::uint8_t type = 0;
    int size = 0;
    int at = adsi_next_field(self.rx_.get(), message, length, -1, &type, &text, &size);
    to.type = type;
    while (at > 0) {
      at = adsi_next_field(self.rx_.get(), message, length, at, &type, &text, &size);
      if (at <= 0 || text == nullptr)
        break;
      const std::string said(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
      if (type == MCLASS_DATETIME)
        to.when = said;
      else if (type == MCLASS_CALLER_NUMBER)
        to.number = said;
      else if (type == MCLASS_CALLER_NAME)
        to.name = said;
      else if (type == MCLASS_ABSENCE1)
        to.no_number = said;
      else if (type == MCLASS_ABSENCE2)
        to.no_name = said;
      else if (type == 0) // of a single message
        to.number = said;
    }
  }
  std::unique_ptr<adsi_rx_state_t, int (*)(adsi_rx_state_t*)> rx_;
  spandsp_heard heard_;
};

} // namespace switchroom::dsp::testing
