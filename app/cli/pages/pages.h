// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/described.h"

#include <string>

namespace weir::cli {

/// The sections COMMANDS and OPTIONS of the manual, in the macros of man(7).
std::string manSections(const DescribedProgram& program);

std::string bashCompletion(const DescribedProgram& program);
std::string zshCompletion(const DescribedProgram& program);
std::string fishCompletion(const DescribedProgram& program);

}  // namespace weir::cli
