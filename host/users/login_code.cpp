// SPDX-License-Identifier: MIT
#include "users/login_code.hpp"

#include <algorithm>
#include <array>
#include <sodium.h>

namespace switchroom::users {

namespace {
constexpr std::size_t proof_octets = 32;
constexpr std::size_t longest_code = 31; // rule H3
} // namespace

result<user::v1::CodeVerifier> make_verifier(std::string_view code,
                                             std::span<const std::uint8_t> network_key,
                                             std::span<const std::uint8_t, 16> salt,
                                             std::size_t least) {
  if (network_key.size() != network_key_octets)
    return refusal{"The network key has " + std::to_string(network_key.size()) +
                       " octets; it must have 32.",
                   "Configure the key that all gateways of the network share."};
  const bool digits =
      std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
  // The sentence tells the length, never the code.
  if (!digits || code.size() < std::max<std::size_t>(least, 1) || code.size() > longest_code)
    return refusal{"A login code of " + std::to_string(code.size()) + " characters" +
                       (digits ? "" : ", not all of them digits,") + " was given.",
                   "Give " + std::to_string(std::max<std::size_t>(least, 1)) + " to 31 digits."};
  user::v1::CodeVerifier made;
  made.set_salt(salt.data(), salt.size());
  made.set_verifier(proof_of(code, made.salt(), network_key));
  return made;
}

std::string proof_of(std::string_view code, std::string_view salt,
                     std::span<const std::uint8_t> network_key) {
  std::string input;
  input.reserve(salt.size() + code.size());
  input.append(salt).append(code);
  std::string proof(proof_octets, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(proof.data()), proof.size(),
                     reinterpret_cast<const unsigned char*>(input.data()), input.size(),
                     network_key.data(), network_key.size());
  sodium_memzero(input.data(), input.size());
  return proof;
}

bool proves(const user::v1::CodeVerifier& verifier, std::string_view proof) {
  return verifier.verifier().size() == proof_octets && proof.size() == proof_octets &&
         sodium_memcmp(verifier.verifier().data(), proof.data(), proof_octets) == 0;
}

} // namespace switchroom::users
