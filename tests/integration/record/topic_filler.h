// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace weir::test {

/// Produces `count` records round robin over the partitions; record i has key `key-(i mod 97)` and the value
/// that `value(i)` gives. Throws when one is not acknowledged.
void fillTopic(const std::string& bootstrap, const std::string& topic, int partitions, std::int64_t count,
               const std::function<std::string(std::int64_t)>& value);

}  // namespace weir::test
