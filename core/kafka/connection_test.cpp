// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/connection_test.h"

#include "kafka/client.h"
#include "kafka/config.h"
#include "kafka/enquiry.h"
#include "kafka/net_probe.h"
#include "kafka/tls_probe.h"
#include "kafka/token_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace weir::kafka {
namespace {

std::string lowerCase(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Walks through the steps; the first that fails ends it.
class Test {
  public:
    Test(const ClusterSettings& cluster, int timeout_ms,
         const std::function<void(const StepResult&)>& progress, const std::atomic<bool>* cancel)
        : cluster_(cluster),
          progress_(progress),
          cancel_(cancel),
          patience_(std::chrono::milliseconds(timeout_ms), cancel) {
        const std::string protocol = lowerCase(propertyOr(cluster, "security.protocol", "plaintext"));
        steps_ = {ConnectionStep::NameFound, ConnectionStep::Connected};
        uses_tls_ = protocol.find("ssl") != std::string::npos;
        const bool shows_certificate =
            uses_tls_ && (cluster.properties.contains("ssl.certificate.location") ||
                          cluster.properties.contains("ssl.certificate.pem") ||
                          cluster.properties.contains("ssl.keystore.location"));
        if (uses_tls_) steps_.push_back(ConnectionStep::Tls);
        if (protocol.starts_with("sasl") || shows_certificate) steps_.push_back(ConnectionStep::SignedIn);
        steps_.push_back(ConnectionStep::TopicsListed);
    }

    ConnectionReport run() {
        const TimeNs began = now();
        Status status = walk();
        if (!status) status = blame(std::move(status.error()));
        if (!status && report_.original.empty()) report_.original = status.error().message;
        for (const ConnectionStep step : steps_) {
            if (!has(step)) report_.steps.push_back({step, StepResult::State::NotReached, ""});
        }
        report_.status = std::move(status);
        report_.took = now() - began;
        return std::move(report_);
    }

  private:
    Status walk();
    Status findNames();
    Status connect();
    Status getToken();
    Status askCluster();
    Status reachBrokers(const ClusterInfo& info);
    Status blame(Error error);

    void add(ConnectionStep step, StepResult::State state, std::string detail) {
        report_.steps.push_back({step, state, std::move(detail)});
        if (progress_) progress_(report_.steps.back());
    }
    void pass(ConnectionStep step, std::string detail) {
        add(step, StepResult::State::Passed, std::move(detail));
    }
    [[nodiscard]] bool has(ConnectionStep step) const {
        return std::any_of(report_.steps.begin(), report_.steps.end(),
                           [step](const auto& s) { return s.step == step; });
    }
    [[nodiscard]] bool applies(ConnectionStep step) const {
        return std::find(steps_.begin(), steps_.end(), step) != steps_.end();
    }

    const ClusterSettings& cluster_;
    const std::function<void(const StepResult&)>& progress_;
    const std::atomic<bool>* cancel_;
    Patience patience_;
    std::vector<ConnectionStep> steps_;  ///< those that apply, in order
    bool uses_tls_ = false;
    bool began_ = false;        ///< the settings are fit to be tried
    bool lacks_token_ = false;  ///< the token endpoint gave none
    std::string signed_in_as_;  ///< whom the token names
    std::vector<Address> addresses_;
    ConnectionReport report_;
};

Status Test::walk() {
    if (const auto usable = makeClient(RD_KAFKA_CONSUMER, cluster_, {}, {}); !usable)
        return tl::unexpected(usable.error());
    began_ = true;
    if (Status found = findNames(); !found) return found;
    if (Status connected = connect(); !connected) return connected;
    if (Status got = getToken(); !got) return got;
    return askCluster();
}

/// Notes the step that failed: the next one, unless the error tells a better one.
Status Test::blame(Error error) {
    if (patience_.isCancelled()) error = {ErrorCode::Cancelled, "The test was stopped", ""};
    if (began_ && error.code != ErrorCode::Cancelled) {
        ConnectionStep step = ConnectionStep::TopicsListed;
        for (const ConnectionStep one : steps_) {
            if (!has(one)) {
                step = one;
                break;
            }
        }
        if (lacks_token_ || error.code == ErrorCode::CredentialsRefused) {
            step = ConnectionStep::SignedIn;
        } else if (step == ConnectionStep::SignedIn) {
            step = ConnectionStep::TopicsListed;
        }
        add(step, StepResult::State::Failed, error.message);
    }
    return tl::unexpected(std::move(error));
}

Status Test::findNames() {
    const auto brokers = splitBrokers(cluster_.brokers);
    Lookup lookup = lookUp(brokers, patience_);
    if (lookup.addresses.empty()) {
        const HostPort broker = brokers.empty() ? HostPort{cluster_.brokers, ""} : brokers.front();
        return tl::unexpected(
            translate({RD_KAFKA_RESP_ERR__RESOLVE, fmt::format("{}: {}", broker.text(), lookup.reason)}));
    }
    std::string detail = fmt::format("{} of {} names, {}", brokers.size() - lookup.not_found.size(),
                                     brokers.size(), lookup.addresses.front().text);
    for (const HostPort& broker : lookup.not_found) detail += fmt::format("; {} not found", broker.host);
    pass(ConnectionStep::NameFound, std::move(detail));
    addresses_ = std::move(lookup.addresses);
    return {};
}

Status Test::connect() {
    std::optional<Error> first_error;
    for (const Address& address : addresses_) {
        const auto socket = connectTo(address, patience_);
        if (!socket) {
            if (!first_error) first_error = socket.error();
            continue;
        }
        pass(ConnectionStep::Connected, fmt::format("{} ({})", address.broker.text(), address.text));
        if (!uses_tls_) return {};
        auto detail = probeTls(*socket, address.broker, cluster_, patience_);
        if (!detail) return passOn(detail);
        pass(ConnectionStep::Tls, std::move(*detail));
        return {};
    }
    return tl::unexpected(std::move(*first_error));
}

/// The client would get one by itself, but only this way the report can say how that went.
Status Test::getToken() {
    auto settings = tokenSettingsOf(cluster_.properties);
    if (!settings) return passOn(settings);
    if (!*settings) return {};
    TokenSource source(std::move(**settings));
    const Result<Token> token = source.fetch(cancel_);
    lacks_token_ = !token;
    if (!token) return tl::unexpected(token.error());
    signed_in_as_ = token->principal;
    return {};
}

Status Test::askCluster() {
    constexpr int kLeastMs = 1000;  // a handshake that took long must not make the rest look broken
    const int timeout_ms = std::max(patience_.leftMs(), kLeastMs);
    const auto info = describeCluster(cluster_, {}, false, timeout_ms, cancel_, report_.original);
    if (!info) return tl::unexpected(info.error());
    if (applies(ConnectionStep::SignedIn)) {
        const bool sasl = lowerCase(propertyOr(cluster_, "security.protocol", "")).starts_with("sasl");
        const std::string user =
            signed_in_as_.empty() ? propertyOr(cluster_, "sasl.username", "") : signed_in_as_;
        pass(ConnectionStep::SignedIn,
             !sasl ? "client certificate accepted"
                   : fmt::format("{}{}{}", propertyOr(cluster_, "sasl.mechanism", "GSSAPI"),
                                 user.empty() ? "" : " as ", user));
    }
    return reachBrokers(*info);
}

/// Brokers announce their own addresses, and those are what a consumer talks to. A wrong one
/// (advertised.listeners) is the most common fault of a new cluster.
Status Test::reachBrokers(const ClusterInfo& info) {
    std::optional<Error> unreachable;
    for (const std::string& broker : info.brokers) {
        const Lookup lookup = lookUp(splitBrokers(broker), patience_);
        std::string reason = lookup.reason;
        bool reached = false;
        for (const Address& address : lookup.addresses) {
            const auto socket = connectTo(address, patience_);
            reached = socket.has_value();
            if (reached) break;
            reason = socket.error().message;
        }
        if (reached) continue;
        unreachable =
            Error{ErrorCode::Unreachable,
                  fmt::format("The cluster answers, but names its broker as {}, which cannot be reached "
                              "from here: {}",
                              broker, reason),
                  "advertised.listeners of the broker must name an address that this machine can reach."};
    }
    if (unreachable) return tl::unexpected(std::move(*unreachable));
    const auto count = [](std::size_t n, const char* what) {
        return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
    };
    pass(ConnectionStep::TopicsListed,
         fmt::format("{} on {}", count(info.topics.size(), "topic"), count(info.brokers.size(), "broker")));
    return {};
}

}  // namespace

ConnectionReport testConnection(const ClusterSettings& cluster, int timeout_ms,
                                const std::function<void(const StepResult&)>& progress,
                                const std::atomic<bool>* cancel) {
    return Test(cluster, timeout_ms, progress, cancel).run();
}

}  // namespace weir::kafka
