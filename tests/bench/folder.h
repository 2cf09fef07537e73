// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace weir::bench {

/// A temporary folder of a benchmark, gone with it.
class Folder {
  public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "weir-bench-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path_ = name;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] std::string path() const { return path_.string(); }
    [[nodiscard]] std::string at(const char* name) const { return (path_ / name).string(); }
    [[nodiscard]] std::string session() const { return at("bench.weir"); }
    void clear() const { std::filesystem::remove(session()); }

  private:
    std::filesystem::path path_;
};

}  // namespace weir::bench
