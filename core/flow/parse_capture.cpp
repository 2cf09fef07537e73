// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json_mask.h"
#include "flow/parts.h"

#include <array>

namespace weir::flow {
namespace {

constexpr std::array<std::string_view, 4> kCaptureKeys{"values", "mask", "max_size", "max_age"};
constexpr std::array<std::string_view, 2> kMaskKeys{"paths", "headers"};
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

void readMask(const ObjectReader& reader, CaptureSpec& capture) {
    const auto node = reader.find("mask");
    if (!node) return;
    const ObjectReader mask(reader.context(), *node, kMaskKeys);
    mask.texts("paths", capture.mask_paths);
    mask.texts("headers", capture.mask_headers);
    for (std::size_t i = 0; i < capture.mask_paths.size(); ++i) {
        if (const auto path = weir::parseJsonPath(capture.mask_paths[i]); !path) {
            reader.context().add(elementPlace(mask.place("paths"), i), path.error().message,
                                 path.error().hint);
        }
    }
    for (std::size_t i = 0; i < capture.mask_headers.size(); ++i) {
        if (!capture.mask_headers[i].empty()) continue;
        reader.context().add(elementPlace(mask.place("headers"), i), "a header has a name",
                             "name the header whose value must not be kept");
    }
}

}  // namespace

void readCapture(const ReadContext& context, const Node& node, CaptureSpec& capture) {
    const ObjectReader reader(context, node, kCaptureKeys);
    readValues(reader, capture);
    readMask(reader, capture);
    if (std::int64_t size = 0; reader.size("max_size", kSmallestSession, kLargest, size))
        capture.max_size = size;
    if (DurationNs age = 0; reader.duration("max_age", kSecond, kLongest, age)) capture.max_age = age;
}

}  // namespace weir::flow
