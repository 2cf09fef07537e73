// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/parts.h"

#include <array>

namespace weir::flow {
namespace {

constexpr std::array<std::string_view, 3> kCaptureKeys{"values", "max_size", "max_age"};
constexpr std::array<std::string_view, 1> kPrefixKeys{"first"};

constexpr std::int64_t kLargest = std::int64_t{1} << 50;
constexpr std::int64_t kSmallestSession = std::int64_t{1} << 20;
constexpr std::int64_t kLargestPrefix = std::int64_t{1} << 30;
constexpr DurationNs kLongest = 3650 * 24 * 3600 * kSecond;

void readValues(const ObjectReader& reader, CaptureSpec& capture) {
    using Values = CaptureSpec::Values;
    const auto node = reader.find("values");
    if (!node) return;
    if (!node->json->is_object()) {
        static constexpr std::pair<std::string_view, Values> kValues[] = {{"whole", Values::Whole},
                                                                          {"none", Values::None}};
        reader.choice("values", kValues, capture.values);
        return;
    }
    const ObjectReader prefix(reader.context(), *node, kPrefixKeys);
    if (prefix.require("first", "expected a size such as \"1KiB\"") &&
        prefix.size("first", 1, kLargestPrefix, capture.prefix_bytes)) {
        capture.values = Values::Prefix;
    }
}

}  // namespace

void readCapture(const ReadContext& context, const Node& node, CaptureSpec& capture) {
    const ObjectReader reader(context, node, kCaptureKeys);
    readValues(reader, capture);
    if (std::int64_t size = 0; reader.size("max_size", kSmallestSession, kLargest, size))
        capture.max_size = size;
    if (DurationNs age = 0; reader.duration("max_age", kSecond, kLongest, age)) capture.max_age = age;
}

}  // namespace weir::flow
