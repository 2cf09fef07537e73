// SPDX-License-Identifier: GPL-3.0-or-later
#include "demo/auction_join.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace weir::demo {
namespace {

using Json = nlohmann::json;

std::string text(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

double number(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number() ? found->get<double>() : 0.0;
}

}  // namespace

/// An event with an `amount` is a bid, one with `closes_ms` an item; anything else is not ours.
void AuctionJoin::take(std::string_view value) {
    const Json event = Json::parse(value, nullptr, false);
    if (!event.is_object()) return;
    const std::string name = text(event, "item");
    if (name.empty()) return;
    if (event.contains("amount")) {
        Item& item = items_[name];
        const double amount = number(event, "amount");
        const std::string bidder = text(event, "bidder");
        ++item.bids;
        double& highest = item.bidders[bidder];
        highest = std::max(highest, amount);
        if (amount > item.best) {
            item.best = amount;
            item.best_bid = text(event, "bid");
            item.best_bidder = bidder;
        }
    } else if (event.contains("closes_ms")) {
        Item& item = items_[name];
        item.listed = true;
        item.title = text(event, "title");
        item.seller = text(event, "seller");
        item.reserve = number(event, "reserve");
        item.closes_ms = static_cast<std::int64_t>(number(event, "closes_ms"));
    }
}

std::string AuctionJoin::completed(const std::string& name, const Item& item) const {
    Json event = {{"item", name},
                  {"title", item.title},
                  {"seller", item.seller},
                  {"reserve", item.reserve},
                  {"bids", item.bids},
                  {"sold", item.bids > 0 && item.best >= item.reserve},
                  {"closed_ms", item.closes_ms}};
    if (item.bids > 0) {
        event["winner"] = item.best_bidder;
        event["amount"] = item.best;
        event["bid"] = item.best_bid;
        std::vector<std::string> bidders;
        for (const auto& [bidder, highest] : item.bidders) bidders.push_back(bidder);
        std::sort(bidders.begin(), bidders.end());
        event["bidders"] = bidders;
    }
    return event.dump();
}

invoke::Answer AuctionJoin::operator()(const invoke::Batch& batch) {
    for (const invoke::Slice& slice : batch.slices) {
        for (std::uint32_t i = slice.from; i < slice.from + slice.count; ++i) {
            take(slice.chunk->value(i).view());
            event_time_ms_ = std::max(event_time_ms_, timestampToMs((*slice.chunk)[i].timestamp));
        }
    }
    std::vector<std::string> over;
    for (const auto& [name, item] : items_) {
        if (item.listed && item.closes_ms + grace_ms_ <= event_time_ms_) over.push_back(name);
    }
    std::sort(over.begin(), over.end());

    invoke::Answer answer;
    for (const std::string& name : over) {
        invoke::AnsweredRecord record;
        record.key = name;
        record.value = completed(name, items_.at(name));
        record.headers = {{"ce_specversion", "1.0"},      {"ce_id", "completed-" + name},
                          {"ce_source", "/auction/join"}, {"ce_type", "item.completed"},
                          {"ce_subject", name},           {"content-type", "application/json"}};
        record.cause = batch.count - 1;  // the event whose time closed the auction
        answer.records.push_back(std::move(record));
        items_.erase(name);
    }
    return answer;
}

}  // namespace weir::demo
