// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

namespace weir::flow {
namespace {

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxMembers = 2'000;

/// Builds the tree from the parser's events, and knows at any time at which place of the file it is.
/// Returning false ends the parser.
class TreeBuilder {
  public:
    TreeBuilder(std::string_view text, std::vector<Problem>& problems) : text_(text), problems_(problems) {}

    [[nodiscard]] Json take() { return std::move(root_); }

    bool null() { return value(nullptr); }
    bool boolean(bool v) { return value(v); }
    bool number_integer(std::int64_t v) { return value(v); }
    bool number_unsigned(std::uint64_t v) { return value(v); }
    bool number_float(double v, const std::string& /*as written*/) { return value(v); }
    bool string(std::string& v) { return value(std::move(v)); }
    bool binary(Json::binary_t& v) { return value(std::move(v)); }
    bool start_object(std::size_t /*members*/) { return open(Json::object()); }
    bool start_array(std::size_t /*elements*/) { return open(Json::array()); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }

    bool key(std::string& name) {
        Level& level = levels_.back();
        level.key = name;
        level.skip = !level.keys.insert(name).second;
        if (level.skip)
            problems_.push_back({memberPlace(level.place, name), "stands here twice", "keep one of them"});
        return level.keys.size() <= kMaxMembers ||
               refuse(level.place, fmt::format("more than {} members", kMaxMembers));
    }

    bool parse_error(std::size_t position, const std::string& /*token*/,
                     const nlohmann::detail::exception& error) {
        const auto before = text_.substr(0, std::min(position > 0 ? position - 1 : 0, text_.size()));
        const auto line = 1 + std::count(before.begin(), before.end(), '\n');
        const auto last_end = before.rfind('\n');
        const auto column = before.size() - (last_end == std::string_view::npos ? 0 : last_end + 1) + 1;
        problems_.push_back(
            {fmt::format("line {}, column {}", line, column), "not valid JSON: " + reason(error.what())});
        return false;
    }

  private:
    struct Level {
        Json* container = nullptr;  // null inside of a value that is left out
        std::string place;
        std::set<std::string> keys;
        std::string key;
        bool skip = false;
    };

    // The parser's words without its prefix and without what it read last, which may be half a password.
    static std::string reason(std::string_view what) {
        if (const auto start = what.find(" - "); start != std::string_view::npos)
            what.remove_prefix(start + 3);
        if (const auto last = what.find("; last read: "); last != std::string_view::npos) {
            const auto rest = what.substr(last + 13);
            const auto expected = rest.rfind("; expected ");
            return std::string(what.substr(0, last)) +
                   (expected == std::string_view::npos ? std::string() : std::string(rest.substr(expected)));
        }
        return std::string(what);
    }

    bool refuse(const std::string& place, std::string message) {
        problems_.push_back({place, std::move(message)});
        return false;
    }

    [[nodiscard]] std::string placeOfNext() const {
        if (levels_.empty()) return {};
        const Level& level = levels_.back();
        if (level.container == nullptr) return level.place;
        return level.container->is_array() ? elementPlace(level.place, level.container->size())
                                           : memberPlace(level.place, level.key);
    }

    // Where the value went, or null when it is left out.
    Json* put(Json&& v) {
        if (levels_.empty()) {
            root_ = std::move(v);
            return &root_;
        }
        Level& level = levels_.back();
        if (level.container == nullptr) return nullptr;
        if (level.container->is_array()) {
            level.container->push_back(std::move(v));
            return &level.container->back();
        }
        if (level.skip) return nullptr;
        Json& slot = (*level.container)[level.key];
        slot = std::move(v);
        return &slot;
    }

    template <typename T>
    bool value(T&& v) {
        put(Json(std::forward<T>(v)));
        return true;
    }

    bool open(Json&& container) {
        std::string place = placeOfNext();
        if (levels_.size() >= kMaxDepth)
            return refuse(place, fmt::format("more than {} levels deep", kMaxDepth));
        Json* where = put(std::move(container));
        levels_.push_back({where, std::move(place), {}, {}, false});
        return true;
    }

    bool close() {
        levels_.pop_back();
        return true;
    }

    std::string_view text_;
    std::vector<Problem>& problems_;
    Json root_;
    std::vector<Level> levels_;
};

}  // namespace

std::optional<Json> parseJson(std::string_view text, std::vector<Problem>& problems) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        problems.push_back({"", "the file is empty", "a flow is a JSON object with \"weir\": 1"});
        return std::nullopt;
    }
    TreeBuilder builder(text, problems);
    if (!Json::sax_parse(text, &builder)) return std::nullopt;
    return builder.take();
}

}  // namespace weir::flow
