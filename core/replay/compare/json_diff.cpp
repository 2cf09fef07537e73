// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/compare/json_diff.h"

#include "base/text.h"
#include "replay/compare/json_same.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>

namespace weir::compare {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostChanges = 1'000;  // of one output
constexpr std::size_t kLongest = 200;        // bytes of a value that is shown
constexpr int kDeepest = 200;                // what is nested deeper is compared as text

std::string shortened(std::string text) {
    if (text.size() <= kLongest) return text;
    std::size_t end = kLongest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end) + "…";
}

std::string shown(const Json& value) {
    return shortened(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string member(const std::string& path, const std::string& name) {
    std::string at = path;
    at += '.';
    return at += name;
}

class Differ {
  public:
    explicit Differ(const std::vector<std::string>& ignore) : ignore_(ignore) {}

    void compare(const std::string& path, const Json& a, const Json& b, int depth) {
        if (changes_.size() >= kMostChanges || ignored(path)) return;
        if (depth < kDeepest && a.is_object() && b.is_object()) {
            for (const auto& [name, value] : a.items()) {
                const std::string at = member(path, name);
                const auto other = b.find(name);
                if (other == b.end()) {
                    add(at, shown(value), {});
                } else {
                    compare(at, value, *other, depth + 1);
                }
            }
            for (const auto& [name, value] : b.items()) {
                if (!a.contains(name)) add(member(path, name), {}, shown(value));
            }
            return;
        }
        if (depth < kDeepest && a.is_array() && b.is_array()) {
            const std::string at = path + "[]";
            for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
                if (i >= a.size()) {
                    add(at, {}, shown(b[i]));
                } else if (i >= b.size()) {
                    add(at, shown(a[i]), {});
                } else {
                    compare(at, a[i], b[i], depth + 1);
                }
            }
            return;
        }
        if (a != b) add(path, shown(a), shown(b));
    }
    [[nodiscard]] std::vector<FieldChange> take() { return std::move(changes_); }

  private:
    [[nodiscard]] bool ignored(const std::string& path) const {
        return std::find(ignore_.begin(), ignore_.end(), path) != ignore_.end();
    }
    void add(const std::string& path, std::string a, std::string b) {
        if (changes_.size() < kMostChanges && !ignored(path))
            changes_.push_back({path, std::move(a), std::move(b)});
    }

    const std::vector<std::string>& ignore_;
    std::vector<FieldChange> changes_;
};

/// Discarded when it is no JSON, or nested too deep to be walked.
Json parsed(std::string_view text) {
    bool too_deep = false;
    Json value = Json::parse(
        text,
        [&](int depth, Json::parse_event_t /*event*/, Json& /*part*/) {
            too_deep = too_deep || depth > kDeepest;
            return !too_deep;
        },
        false);
    return too_deep ? Json(Json::value_t::discarded) : value;
}

std::string plain(std::string_view bytes) {
    return shortened(isUtf8(bytes) ? std::string(bytes) : terminalSafe(bytes));
}

}  // namespace

std::vector<FieldChange> changesOf(std::string_view a, std::string_view b,
                                   const std::vector<std::string>& ignore) {
    if (a == b || sameJson(a, b, ignore)) return {};
    const Json left = parsed(a);
    const Json right = parsed(b);
    if (left.is_discarded() || right.is_discarded()) return {{"", plain(a), plain(b)}};
    Differ differ(ignore);
    differ.compare("", left, right, 0);
    return differ.take();
}

}  // namespace weir::compare
