// SPDX-License-Identifier: GPL-3.0-or-later
#include "peers/broker.h"

#include "peers/admin.h"
#include "peers/child.h"
#include "peers/temporary_directory.h"
#include "places.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace weir::peers {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kStartTime{100};

std::string environmentOr(const char* name, const std::string& otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : otherwise;
}

// The same place as in tests/peers/setup.
fs::path peersDirectory() {
    const fs::path cache = environmentOr("XDG_CACHE_HOME", environmentOr("HOME", "/root") + "/.cache");
    return environmentOr("WEIR_PEERS_DIR", cache / "weir" / "peers");
}

std::string endOfFile(const fs::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    const auto all = text.str();
    constexpr std::size_t kShown = 3000;
    return all.size() <= kShown ? all : all.substr(all.size() - kShown);
}

}  // namespace

struct Broker::Impl {
    BrokerOptions options;
    TemporaryDirectory directory{"weir-broker"};
    std::map<std::string, std::string> addresses;
    std::unique_ptr<Child> process;  // after the directory: ends before that goes

    [[nodiscard]] std::vector<std::string> command() const;
};

std::vector<std::string> Broker::Impl::command() const {
    std::vector<std::string> words{test::sourceDirectory() + "/tests/peers/broker",
                                   "run",
                                   "--dir",
                                   directory.path(),
                                   "--host",
                                   options.advertised_host};
    const auto add = [&words](const char* option, const std::string& value) {
        words.emplace_back(option);
        words.push_back(value);
    };
    add("--peer", options.peer);
    for (const auto& [name, protocol] : options.listeners) add("--listener", name + "=" + protocol);
    for (const auto& [name, value] : options.properties) add("--property", name + "=" + value);
    for (const auto& argument : options.jvm_arguments) add("--jvm", argument);
    for (const auto& argument : options.format_arguments) add("--format", argument);
    return words;
}

Broker::Broker(BrokerOptions options) : impl_(std::make_unique<Impl>()) {
    impl_->options = std::move(options);
    start();
}

Broker::~Broker() = default;

void Broker::start() {
    if (impl_->process) return;
    impl_->process = std::make_unique<Child>(impl_->command());
    const auto deadline = std::chrono::steady_clock::now() + kStartTime;
    while (const auto line = impl_->process->readLine(deadline)) {
        if (*line == "ready") return awaitLeaders(bootstrap());
        const auto space = line->find(' ');
        if (space != std::string::npos) impl_->addresses[line->substr(0, space)] = line->substr(space + 1);
    }
    impl_->process.reset();
    throw std::runtime_error("Kafka did not start:\n" +
                             endOfFile(fs::path(impl_->directory.path()) / "broker.log"));
}

void Broker::stop() {
    if (!impl_->process) return;
    impl_->process->signal(SIGTERM);
    impl_->process->wait();
    impl_->process.reset();
}

void Broker::kill() {
    impl_->process.reset();
}

void Broker::restart() {
    stop();
    start();
}

const std::string& Broker::bootstrap(const std::string& listener) const {
    return impl_->addresses.at(listener);
}

const std::string& Broker::directory() const {
    return impl_->directory.path();
}

void Broker::createTopic(const std::string& name, int partitions,
                         const std::map<std::string, std::string>& configs) {
    peers::createTopic(bootstrap(), name, partitions, configs);
}

Broker& sharedBroker() {
    static Broker broker;
    return broker;
}

std::string uniqueName(const std::string& prefix) {
    static std::atomic<int> last{0};
    return prefix + "-" + std::to_string(++last);
}

std::optional<std::string> peerMissing(const std::string& peer) {
    if (fs::exists(peersDirectory() / peer / "pin")) return std::nullopt;
    return peer + " is not installed for the tests; run: tests/peers/setup " + peer;
}

std::optional<std::string> kafkaMissing(const std::string& peer) {
    return peerMissing(peer);
}

std::optional<std::string> awslambdaricMissing() {
    return peerMissing("awslambdaric");
}

std::string awslambdaricPython() {
    return peerDirectory("awslambdaric") + "/bin/python";
}

std::string peerDirectory(const std::string& peer) {
    return (peersDirectory() / peer).string();
}

bool peersAreRequired() {
    return !environmentOr("CI", "").empty() || !environmentOr("WEIR_REQUIRE_PEERS", "").empty();
}

}  // namespace weir::peers
