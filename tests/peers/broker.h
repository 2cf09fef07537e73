// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir::peers {

struct BrokerOptions {
    std::string peer = "kafka";                          ///< or "kafka-3", an older one
    std::map<std::string, std::string> properties = {};  ///< win over those that the test set-up chooses
    /// Listeners beside the plain one, as name and protocol: {{"SECURE", "SASL_SSL"}}.
    std::vector<std::pair<std::string, std::string>> listeners = {};
    std::string advertised_host = "127.0.0.1";
    std::vector<std::string> jvm_arguments = {};
    std::vector<std::string> format_arguments = {};  ///< for the storage formatter, as --add-scram=…
};

/// A real Kafka broker on free loopback ports, in a directory of its own that goes with it. Its process ends
/// with this object and with the test program, however that ends. Everything throws std::runtime_error with
/// the end of the broker's log when it fails: in a test that is a failure with a reason.
///
/// Threads: one at a time.
class Broker {
  public:
    explicit Broker(BrokerOptions options = {});
    ~Broker();
    Broker(const Broker&) = delete;
    Broker& operator=(const Broker&) = delete;

    /// Starts it and waits until it answers. After stop() or kill() on the same ports with the same topics.
    void start();
    /// Ends it in order; takes about two seconds.
    void stop();
    /// Ends it at once, as a power cut would. The next start() takes some seconds more.
    void kill();
    void restart();

    /// `host:port` of a listener. Known after the first start().
    [[nodiscard]] const std::string& bootstrap(const std::string& listener = "PLAINTEXT") const;
    /// Where the broker lives: server.properties, broker.log, data.
    [[nodiscard]] const std::string& directory() const;

    /// Makes a topic and waits until its partitions can be used.
    void createTopic(const std::string& name, int partitions,
                     const std::map<std::string, std::string>& configs = {});

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// One broker for the whole test program, started at its first use: give each test topics of its own
/// (uniqueName()). A test that stops its broker starts one for itself.
Broker& sharedBroker();

/// A name that no other test of this run has used: `PREFIX-17`.
std::string uniqueName(const std::string& prefix);

/// Why there is no Kafka or no awslambdaric here; nothing when there is.
std::optional<std::string> kafkaMissing(const std::string& peer = "kafka");
std::optional<std::string> awslambdaricMissing();

/// Why that peer of tests/peers/setup is not here; nothing when it is.
std::optional<std::string> peerMissing(const std::string& peer);
/// Where it is.
std::string peerDirectory(const std::string& peer);

/// The Python that has awslambdaric.
std::string awslambdaricPython();

/// True where a missing peer is a failure: in CI (`CI`) or on request (`WEIR_REQUIRE_PEERS`).
bool peersAreRequired();

}  // namespace weir::peers

/// First line of a test, or of SetUp() of its fixture, that needs a peer: skips it with the reason, or fails.
#define WEIR_REQUIRE_PEER(missing_reason)                                \
    do {                                                                 \
        if (const auto weir_reason = (missing_reason)) {                 \
            if (weir::peers::peersAreRequired()) FAIL() << *weir_reason; \
            GTEST_SKIP() << *weir_reason;                                \
        }                                                                \
    } while (false)
#define WEIR_REQUIRE_BROKER() WEIR_REQUIRE_PEER(weir::peers::kafkaMissing())
#define WEIR_REQUIRE_AWSLAMBDARIC() WEIR_REQUIRE_PEER(weir::peers::awslambdaricMissing())
