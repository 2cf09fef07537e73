// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

namespace weir::peers {

/// Makes a topic on a broker and waits until every partition has a leader. Throws std::runtime_error.
void createTopic(const std::string& bootstrap, const std::string& name, int partitions,
                 const std::map<std::string, std::string>& configs);

/// Waits until the broker answers and every partition that it has can be used. Throws std::runtime_error.
void awaitLeaders(const std::string& bootstrap);

}  // namespace weir::peers
