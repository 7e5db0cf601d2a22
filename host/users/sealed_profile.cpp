// SPDX-License-Identifier: MIT
#include "users/sealed_profile.hpp"

#include <array>
#include <sodium.h>

namespace switchroom::users {
namespace {

using key = std::array<unsigned char, crypto_secretbox_xchacha20poly1305_KEYBYTES>;
using nonce = std::array<unsigned char, crypto_secretbox_xchacha20poly1305_NONCEBYTES>;

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// One key a purpose: a nonce's hash tells nothing about the box.
key derived(std::string_view purpose, std::span<const std::uint8_t> network_key) {
  key made{};
  crypto_generichash(made.data(), made.size(), octets(purpose), purpose.size(), network_key.data(),
                     network_key.size());
  return made;
}

} // namespace

std::string seal(const scn::v1::Profile& profile, std::span<const std::uint8_t> network_key) {
  const auto plain = profile.SerializeAsString();
  const auto nonce_key = derived("profile nonce", network_key);
  nonce once{};
  crypto_generichash(once.data(), once.size(), octets(plain), plain.size(), nonce_key.data(),
                     nonce_key.size());
  std::string sealed(once.size() + crypto_secretbox_xchacha20poly1305_MACBYTES + plain.size(), 0);
  std::copy(once.begin(), once.end(), sealed.begin());
  crypto_secretbox_xchacha20poly1305_easy(
      reinterpret_cast<unsigned char*>(sealed.data()) + once.size(), octets(plain), plain.size(),
      once.data(), derived("profile", network_key).data());
  return sealed;
}

std::optional<scn::v1::Profile> unseal(std::string_view sealed,
                                       std::span<const std::uint8_t> network_key) {
  constexpr auto extra = sizeof(nonce) + crypto_secretbox_xchacha20poly1305_MACBYTES;
  if (sealed.size() < extra)
    return std::nullopt;
  std::string plain(sealed.size() - extra, 0);
  const auto box = sealed.substr(sizeof(nonce));
  if (crypto_secretbox_xchacha20poly1305_open_easy(reinterpret_cast<unsigned char*>(plain.data()),
                                                   octets(box), box.size(), octets(sealed),
                                                   derived("profile", network_key).data()) != 0)
    return std::nullopt;
  scn::v1::Profile profile;
  if (!profile.ParseFromString(plain))
    return std::nullopt;
  return profile;
}

} // namespace switchroom::users
