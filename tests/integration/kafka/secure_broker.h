// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "certificates.h"
#include "kafka/settings.h"
#include "peers/broker.h"
#include "peers/temporary_directory.h"

#include <memory>
#include <string>

namespace weir::peers {

/// A broker with a listener for each way to sign in. ACLs are on: `weir` may do everything, `guest` nothing.
///
///   SECURE      SASL_SSL with PLAIN
///   PLAINTEXT   nobody signs in          TLS     TLS, nobody signs in
///   SASL        SASL PLAIN, no TLS       SCRAM   SASL_SSL with SCRAM-SHA-512
///   MTLS        client certificate       OAUTH   OAUTHBEARER with unsecured tokens
///   OLD         TLS with a certificate that has expired
///   OTHER       TLS with a certificate for kafka.example
class SecureBroker {
  public:
    static SecureBroker& shared();

    /// How to reach a listener as user `weir` with the password kPassword.
    [[nodiscard]] kafka::ClusterSettings settings(const std::string& listener) const;
    [[nodiscard]] Broker& broker() { return *broker_; }
    [[nodiscard]] const Authority& authority() const { return *authority_; }
    [[nodiscard]] const Authority& stranger() const { return *stranger_; }

    static constexpr const char* kPassword = "wei5-pa55word";

  private:
    SecureBroker();

    TemporaryDirectory directory_{"weir-tls"};
    std::unique_ptr<Authority> authority_;
    std::unique_ptr<Authority> stranger_;  ///< signs too, but the broker does not trust it
    Authority::Signed client_;
    std::unique_ptr<Broker> broker_;
};

}  // namespace weir::peers
