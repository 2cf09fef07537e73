// SPDX-License-Identifier: GPL-3.0-or-later
#include "demo/resources.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

namespace weir::demo {

Result<std::string> findResources() {
    namespace fs = std::filesystem;
    std::vector<fs::path> places;
    if (const char* named = std::getenv("WEIR_RESOURCES")) places.emplace_back(named);
    std::error_code ignored;
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
    if (!program.empty()) {
        places.push_back(program.parent_path().parent_path() / "share" / "weir");
        // As built: bin/ stands in a build folder somewhere in the source tree.
        for (fs::path p = program.parent_path(); p.has_relative_path(); p = p.parent_path()) {
            places.push_back(p / "resources");
        }
    }
    for (const fs::path& place : places) {
        if (fs::is_regular_file(place / "flows" / "auction.flow.json", ignored)) return place.string();
    }
    return fail(ErrorCode::FileNotFound, "The demo's flow and functions were not found.",
                "Set WEIR_RESOURCES to the folder that holds flows/auction.flow.json.");
}

}  // namespace weir::demo
