// SPDX-License-Identifier: GPL-3.0-or-later
#include "places.h"

namespace weir::test {

std::string sourceDirectory() {
    return WEIR_SOURCE_DIR;
}

std::string programDirectory() {
    return WEIR_PROGRAM_DIR;
}

}  // namespace weir::test
