// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret_source.h"
#include "flow/flow.h"
#include "flow/json_text.h"
#include "flow/problem.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::flow {

/// What reading a part of the file needs and leaves behind. `base` is the place of the part, to which the
/// places in `expressions` are relative.
struct ReadContext {
    std::vector<Problem>& problems;
    const SecretSource& secrets;
    Expressions& expressions;
    std::string base;

    void add(std::string place, std::string message, std::string hint = {}) const {
        problems.push_back({std::move(place), std::move(message), std::move(hint)});
    }
};

/// A value of the file and where it stands.
struct Node {
    const Json* json = nullptr;
    std::string place;
};

/// `"a", "b" or "c"`.
[[nodiscard]] std::string anyOf(std::span<const std::string_view> words);

/// Complains about a word that is not among the known ones, with the nearest.
void addUnknownWord(const ReadContext& context, const std::string& place, std::string_view word,
                    std::string_view what, std::span<const std::string_view> known);

/// The string with its references replaced; nothing (and a problem) when it is no string or a reference
/// fails.
std::optional<std::string> readText(const ReadContext& context, const Node& node,
                                    std::string_view expected = "text");

/// A name for people: not empty, no control characters, not endless.
bool checkName(const ReadContext& context, const std::string& place, const std::string& name);
/// A Kafka topic's name.
bool checkTopic(const ReadContext& context, const std::string& place, const std::string& topic);

/// One JSON object whose keys are known. The readers leave their target as it is when the key is absent or
/// its value is wrong (which they report), and return true when they have set it.
class ObjectReader {
  public:
    ObjectReader(const ReadContext& context, const Node& node, std::span<const std::string_view> keys);

    /// False when the value is no object; then nothing is found in it.
    [[nodiscard]] bool isObject() const { return object_ != nullptr; }
    [[nodiscard]] bool has(std::string_view key) const { return find(key).has_value(); }
    [[nodiscard]] std::optional<Node> find(std::string_view key) const;
    /// find(), and a problem when it is absent.
    [[nodiscard]] std::optional<Node> require(std::string_view key, std::string_view hint) const;
    [[nodiscard]] std::string place(std::string_view key) const {
        return memberPlace(place_, std::string(key));
    }
    [[nodiscard]] const ReadContext& context() const { return context_; }

    bool text(std::string_view key, std::string& target) const;
    bool name(std::string_view key, std::string& target) const;
    bool topic(std::string_view key, std::string& target) const;
    bool boolean(std::string_view key, bool& target) const;
    bool integer(std::string_view key, std::int64_t least, std::int64_t most, int& target) const;
    bool duration(std::string_view key, DurationNs least, DurationNs most, DurationNs& target) const;
    bool size(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t& target) const;
    bool texts(std::string_view key, std::vector<std::string>& target) const;

    template <typename T, std::size_t N>
    bool choice(std::string_view key, const std::pair<std::string_view, T> (&choices)[N], T& target) const {
        return choiceOf(key, std::span<const std::pair<std::string_view, T>>(choices), target);
    }
    template <typename T>
    bool choiceOf(std::string_view key, std::span<const std::pair<std::string_view, T>> choices,
                  T& target) const {
        std::string word;
        if (!text(key, word)) return false;
        for (const auto& [name, value] : choices) {
            if (name != word) continue;
            target = value;
            return true;
        }
        std::vector<std::string_view> names;
        for (const auto& entry : choices) names.push_back(entry.first);
        addUnknownWord(context_, place(key), written(key), "", names);
        return false;
    }

    /// The string under a key as it stands in the file, for messages: never what a reference became.
    [[nodiscard]] std::string written(std::string_view key) const;

  private:
    const ReadContext& context_;
    std::string place_;
    const Json* object_ = nullptr;
};

/// An integer of the file, also when it is written `2.0`.
std::optional<std::int64_t> readInteger(const Json& json);

/// A size: `"2GiB"`, or a number of bytes.
std::optional<std::int64_t> readSize(const ReadContext& context, const Node& node, std::int64_t least,
                                     std::int64_t most);

}  // namespace weir::flow
