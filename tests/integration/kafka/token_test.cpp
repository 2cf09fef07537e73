// SPDX-License-Identifier: GPL-3.0-or-later
// OAUTHBEARER with tokens from an endpoint over TLS, against the real broker.
#include "carries_records.h"
#include "kafka/connection_test.h"
#include "kafka/metadata.h"
#include "peers/child.h"
#include "places.h"
#include "secure_broker.h"
#include "unit/kafka/kafka_fixture.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace weir::kafka {
namespace {

using peers::Authority;
using peers::SecureBroker;
using testing::HasSubstr;
using testing::Not;
using State = StepResult::State;

constexpr const char* kSecret = "tok3n-pa55word";

/// A token endpoint that shows a certificate of its own.
class Endpoint {
  public:
    explicit Endpoint(const Authority::Signed& certificate)
        : child_({"python3", weir::test::sourceDirectory() + "/tests/integration/kafka/token_endpoint.py",
                  certificate.certificate, certificate.key, kSecret}) {
        port_ = child_.readLine(std::chrono::steady_clock::now() + 20s).value_or("");
    }
    [[nodiscard]] std::string url() const { return fmt::format("https://127.0.0.1:{}/token", port_); }

  private:
    peers::Child child_;
    std::string port_;
};

class TokenTest : public testing::Test {
  protected:
    void SetUp() override {
        WEIR_REQUIRE_BROKER();
        broker = &SecureBroker::shared();
    }

    [[nodiscard]] ClusterSettings settingsFor(const std::string& url) const {
        return {broker->broker().bootstrap("OAUTH"),
                {{"security.protocol", "SASL_PLAINTEXT"},
                 {"sasl.mechanism", "OAUTHBEARER"},
                 {"sasl.oauthbearer.method", "oidc"},
                 {"sasl.oauthbearer.client.id", "weir"},
                 {"sasl.oauthbearer.client.secret", kSecret},
                 {"sasl.oauthbearer.scope", "kafka"},
                 {"sasl.oauthbearer.token.endpoint.url", url},
                 {"https.ca.location", broker->authority().certificate()}}};
    }
    [[nodiscard]] Authority::Signed certificate(
        Authority::Validity validity = Authority::Validity::Now) const {
        return broker->authority().sign(peers::uniqueName("login"), "IP:127.0.0.1", validity);
    }

    /// The failure of signing in, as a test of the connection and as a question to the cluster tell it.
    static Error failureOf(const ClusterSettings& settings) {
        const auto report = testConnection(settings, 15'000);
        EXPECT_FALSE(report.status);
        if (report.status) return {};
        for (const auto& step : report.steps) {
            if (step.state != State::Failed) continue;
            EXPECT_EQ(step.step, ConnectionStep::SignedIn) << step.detail;
        }
        const auto info = describeCluster(settings, {}, false, 15'000);
        EXPECT_FALSE(info);
        if (!info) {
            EXPECT_EQ(info.error().message, report.status.error().message);
        }
        EXPECT_THAT(report.original + report.status.error().message, Not(HasSubstr(kSecret)));
        EXPECT_FALSE(report.status.error().hint.empty());
        return report.status.error();
    }

    SecureBroker* broker = nullptr;
};

TEST_F(TokenTest, SignsInAndCarriesRecords) {
    const Endpoint endpoint(certificate());
    const ClusterSettings settings = settingsFor(endpoint.url());
    const auto report = testConnection(settings, 15'000);
    ASSERT_TRUE(report.status) << report.status.error().message << " / " << report.original;
    EXPECT_EQ(report.steps.at(2).detail, "OAUTHBEARER as weir");

    expectToCarryRecords(*broker, settings, "token");
}

TEST_F(TokenTest, AWrongSecretIsRefused) {
    const Endpoint endpoint(certificate());
    ClusterSettings settings = settingsFor(endpoint.url());
    settings.properties["sasl.oauthbearer.client.secret"] = "wrong-pa55word";
    const Error error = failureOf(settings);
    EXPECT_EQ(error.code, ErrorCode::CredentialsRefused);
    EXPECT_THAT(error.message, HasSubstr("(status 401: invalid_client)"));
}

TEST_F(TokenTest, ATokenThatTheBrokerDoesNotTakeIsTold) {
    const Endpoint endpoint(certificate());
    ClusterSettings settings = settingsFor(endpoint.url());
    settings.properties["sasl.oauthbearer.client.id"] = "late";
    const Error error = failureOf(settings);
    EXPECT_EQ(error.code, ErrorCode::CredentialsRefused);
    EXPECT_THAT(error.message, HasSubstr("refused the credentials"));
    EXPECT_THAT(error.hint, HasSubstr("what the broker expects of a token"));
}

TEST_F(TokenTest, ABadCertificateOfTheEndpointIsTold) {
    {
        const Endpoint endpoint(certificate());
        ClusterSettings settings = settingsFor(endpoint.url());
        settings.properties["https.ca.location"] = broker->stranger().certificate();
        const Error error = failureOf(settings);
        EXPECT_EQ(error.code, ErrorCode::TlsFailed) << error.message;
        EXPECT_THAT(error.message, HasSubstr("TLS certificate of the token endpoint " + endpoint.url()));
        EXPECT_THAT(error.hint, HasSubstr("https.ca.location"));
        settings.properties.erase("https.ca.location");  // then the system's authorities count
        EXPECT_EQ(failureOf(settings).code, ErrorCode::TlsFailed);
        settings.properties["https.ca.location"] = "/no/such/file";
        EXPECT_EQ(failureOf(settings).code, ErrorCode::TlsFailed);
    }
    const Endpoint old(certificate(Authority::Validity::Expired));
    EXPECT_THAT(failureOf(settingsFor(old.url())).message, HasSubstr("expired"));
    const Endpoint other(broker->authority().sign("elsewhere", "DNS:login.example"));
    EXPECT_EQ(failureOf(settingsFor(other.url())).code, ErrorCode::TlsFailed);
}

}  // namespace
}  // namespace weir::kafka
