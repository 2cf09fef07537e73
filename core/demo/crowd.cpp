// SPDX-License-Identifier: GPL-3.0-or-later
#include "demo/crowd.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace weir::demo {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kOpenLots = 8;
constexpr std::array kThings{"Teapot",    "Atlas",      "Violin bow",   "Desk lamp", "Chess set",
                             "Barometer", "Typewriter", "Pocket watch", "Globe",     "Music box"};
constexpr std::array kEras{"1870s", "1890s", "1910s", "1920s", "1930s", "1950s"};

}  // namespace

kafka::OutgoingRecord Crowd::event(const std::string& topic, const std::string& type, const std::string& id,
                                   const std::string& key, std::int64_t at_ms, std::string value) const {
    kafka::OutgoingRecord record;
    record.topic = topic;
    record.key = key;
    record.value = std::move(value);
    record.timestamp_ms = at_ms;
    record.headers = {{"ce_specversion", "1.0"},
                      {"ce_id", id},
                      {"ce_source", "/auction/web"},
                      {"ce_type", type},
                      {"ce_subject", key},
                      {"ce_time", formatTimeUtc(at_ms * kMillisecond)},
                      {"content-type", "application/json"}};
    return record;
}

kafka::OutgoingRecord Crowd::list(std::int64_t at_ms) {
    Lot lot;
    lot.name = fmt::format("item-{}", ++items_);
    lot.seller = fmt::format("s-{}", pick(100, 999));
    lot.price = pick(10, 200);
    lot.closes_ms = at_ms + pick(3'000, 9'000);
    const std::string title = fmt::format("{}, {}", kThings.at(static_cast<std::size_t>(pick(0, 9))),
                                          kEras.at(static_cast<std::size_t>(pick(0, 5))));
    const Json value = {{"item", lot.name},
                        {"title", title},
                        {"seller", lot.seller},
                        {"reserve", lot.price * 1.5},
                        {"closes_ms", lot.closes_ms}};
    lots_.push_back(lot);
    return event("items", "item.listed", "listed-" + lot.name, lot.name, at_ms, value.dump());
}

kafka::OutgoingRecord Crowd::bid(std::int64_t at_ms) {
    Lot& lot = lots_[static_cast<std::size_t>(pick(0, static_cast<int>(lots_.size()) - 1))];
    const std::string id = fmt::format("bid-{:07}", ++bids_);
    lot.price = std::round((lot.price + pick(1, 25)) * 100) / 100;
    Json value = {
        {"bid", id},
        {"item", lot.name},
        {"bidder", fmt::format("b-{}", pick(40'000, 40'400))},
        {"amount", lot.price},
        {"currency", "EUR"},
        {"placed",
         {{"at", formatTimeUtc(at_ms * kMillisecond)}, {"channel", pick(0, 2) == 0 ? "app" : "web"}}}};
    switch (pick(0, 39)) {  // about one in thirteen is not acceptable
        case 0:
            value["amount"] = -lot.price;
            break;
        case 1:
            value["currency"] = "XXX";
            break;
        case 2:
            value["bidder"] = lot.seller;
            break;
        default:
            break;
    }
    return event("bids", "bid.placed", id, lot.name, at_ms, value.dump());
}

std::vector<kafka::OutgoingRecord> Crowd::until(std::int64_t now_ms, double bids_per_second) {
    std::vector<kafka::OutgoingRecord> events;
    if (due_ms_ < 0) due_ms_ = static_cast<double>(now_ms);
    while (due_ms_ <= static_cast<double>(now_ms)) {
        const auto at = static_cast<std::int64_t>(due_ms_);
        std::erase_if(lots_, [&](const Lot& lot) { return lot.closes_ms <= at; });
        while (lots_.size() < kOpenLots) events.push_back(list(at));
        events.push_back(bid(at));
        const double gap = std::exponential_distribution(bids_per_second / 1000.0)(random_);
        due_ms_ += std::min(gap, 5'000.0);
    }
    return events;
}

}  // namespace weir::demo
