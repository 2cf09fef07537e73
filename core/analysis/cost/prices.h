// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/time.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::analysis {

/// What a plan asks for calls: list prices, with the day on which they held.
struct PriceTable {
    std::string name;   ///< by which it is asked for
    std::string plan;   ///< for people
    std::string as_of;  ///< ISO date
    std::vector<std::string> sources;
    std::string currency;
    double per_gb_second = 0;  ///< GB is 1024 MB
    double per_ghz_second = 0;
    double per_million_requests = 0;
    DurationNs round = kMillisecond;              ///< each call's time is rounded up to a multiple of this
    DurationNs least = 0;                         ///< and is at least this
    int memory_step_mb = 1;                       ///< memory is rounded up to a multiple; not used with sizes
    int least_memory_mb = 0, most_memory_mb = 0;  ///< 0: no limit
    std::vector<int> memory_sizes_mb;             ///< rising; the next one is taken
    std::vector<double> ghz;                      ///< of each size, or empty
    bool init_billed = false;  ///< the start of an instance counts as time of its first call

    /// The memory that a function of this size is billed for.
    [[nodiscard]] int billedMemoryMb(int memory_mb) const;
    /// The processor that comes with it, 0 when it is not billed.
    [[nodiscard]] double ghzOf(int billed_memory_mb) const;
    /// The plan has functions of this size.
    [[nodiscard]] bool offers(int memory_mb) const;
};

/// Reads a table as in resources/prices/. Fails with Usage and names the key that is wrong.
Result<PriceTable> parsePrices(std::string_view json, const std::string& where);

/// The tables of resources/prices/, which are built in, by name.
[[nodiscard]] const std::vector<PriceTable>& builtInPrices();

/// A built-in table by name, else the file of that path.
Result<PriceTable> loadPrices(const std::string& name_or_file);

}  // namespace weir::analysis
