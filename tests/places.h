// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

/// Where tests find what they need. Functions instead of macros, so that compiled tests do not depend on the
/// folder that they were compiled in.
namespace weir::test {

std::string sourceDirectory();   ///< the project's top folder
std::string programDirectory();  ///< where weir-cli is

}  // namespace weir::test
