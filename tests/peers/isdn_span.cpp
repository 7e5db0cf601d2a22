// SPDX-License-Identifier: MIT
#include "isdn_span.hpp"

#include <cmath>
#include <numbers>

namespace isdn_peer {
namespace {

constexpr std::uint8_t silence = 0xd5; // A-law
constexpr float full_scale_dbm0 = 3.14F;

} // namespace

span::span(bool bri, std::function<void(std::string_view)> frame_in)
    : bri_(bri), frame_in_(std::move(frame_in)), in_(hdlc_rx_init(nullptr, 0, 0, 2, &heard, this)),
      out_(hdlc_tx_init(
          nullptr, 0, 2, 0, [](void*) {}, nullptr)) {}

span::~span() {
  for (auto& [channel, file] : records_)
    std::fclose(file);
  hdlc_rx_free(in_);
  hdlc_tx_free(out_);
}

void span::heard(void* self, const std::uint8_t* octets, int length, int ok) {
  if (ok && length > 0)
    static_cast<span*>(self)->frame_in_(
        {reinterpret_cast<const char*>(octets), static_cast<std::size_t>(length)});
}

void span::send(std::string_view frame) {
  waiting_.emplace_back(frame);
}

void span::exchange(const std::uint8_t* in, std::uint8_t* out) {
  for (unsigned bit = d_bits(); bit-- > 0;)
    hdlc_rx_put_bit(in_, in[slot_of_d()] >> bit & 1);
  for (const auto& [channel, file] : records_)
    std::fputc(in[channel - first_channel()], file);
  if (!waiting_.empty() &&
      hdlc_tx_frame(out_, reinterpret_cast<const std::uint8_t*>(waiting_.front().data()),
                    waiting_.front().size()) == 0)
    waiting_.pop_front();
  for (std::size_t slot = 0; slot < slots(); ++slot)
    out[slot] = slot == slot_of_d() ? std::uint8_t{0}
                                    : voice(static_cast<unsigned>(slot) + first_channel());
  for (unsigned bit = d_bits(); bit-- > 0;)
    out[slot_of_d()] = static_cast<std::uint8_t>(out[slot_of_d()] | hdlc_tx_get_bit(out_) << bit);
}

std::uint8_t span::voice(unsigned channel) {
  const auto found = sources_.find(channel);
  if (found == sources_.end())
    return silence;
  auto& [octets, at] = found->second;
  const auto octet = octets[at];
  at = (at + 1) % octets.size();
  return octet;
}

void span::tone(unsigned channel, float hz, float dbm0) {
  sources_.erase(channel);
  if (hz <= 0)
    return;
  std::vector<std::uint8_t> second;
  const float peak = 32767.F * std::pow(10.F, (dbm0 - full_scale_dbm0) / 20);
  for (int n = 0; n < 8000; ++n)
    second.push_back(linear_to_alaw(static_cast<int>(std::lround(
        peak * std::sin(2 * std::numbers::pi_v<float> * hz * static_cast<float>(n) / 8000)))));
  play(channel, std::move(second));
}

void span::play(unsigned channel, std::vector<std::uint8_t> alaw) {
  if (!alaw.empty() && channel < most_slots)
    sources_[channel] = {std::move(alaw)};
}

bool span::record(unsigned channel, const std::string& path) {
  if (const auto found = records_.find(channel); found != records_.end()) {
    std::fclose(found->second);
    records_.erase(found);
  }
  if (path.empty() || channel >= most_slots)
    return channel < most_slots;
  auto* file = std::fopen(path.c_str(), "wb");
  if (file)
    records_[channel] = file;
  return file != nullptr;
}

} // namespace isdn_peer
