// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace weir::peers {

/// A certificate authority of its own in a directory, and certificates that it signs, made with openssl(1).
/// Throws std::runtime_error when that fails.
class Authority {
  public:
    Authority(std::string directory, const std::string& name);

    struct Signed {
        std::string certificate;  ///< path, PEM
        std::string key;          ///< path, PEM, PKCS #8
        std::string both;         ///< path, PEM: key, certificate and authority, as Kafka wants its keystore
    };
    enum class Validity { Now, Expired };
    /// `alternative_names` as openssl writes them: `DNS:localhost,IP:127.0.0.1`.
    Signed sign(const std::string& common_name, const std::string& alternative_names,
                Validity validity = Validity::Now) const;

    [[nodiscard]] const std::string& certificate() const { return certificate_; }

  private:
    std::string directory_;
    std::string name_;
    std::string certificate_;
    std::string key_;
};

}  // namespace weir::peers
