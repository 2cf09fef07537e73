// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"
#include "journal/facts_export.h"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <string>

namespace weir::cli {
namespace {

struct ExportArguments {
    std::string file;
    std::string out = "-";
    journal::ExportTimes times = journal::ExportTimes::Int;
};

}  // namespace
}  // namespace weir::cli
