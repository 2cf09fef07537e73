// SPDX-License-Identifier: GPL-3.0-or-later
#include "edit_text.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace weir::cli {
namespace {

/// A file that only the user may read, gone with this object: values may be secret.
class PrivateFile {
  public:
    PrivateFile() {
        std::error_code error;
        const auto folder = std::filesystem::temp_directory_path(error);
        path_ = (error ? std::filesystem::path("/tmp") : folder) / "weir-value-XXXXXX";
        const int fd = mkstemp(path_.data());
        made_ = fd >= 0;
        if (made_) close(fd);
    }
    ~PrivateFile() {
        if (made_) unlink(path_.c_str());
    }
    PrivateFile(const PrivateFile&) = delete;
    PrivateFile& operator=(const PrivateFile&) = delete;

    [[nodiscard]] bool made() const { return made_; }
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_;
    bool made_ = false;
};

/// Runs the editor on a file; true when it ended well.
bool edit(const std::string& path) {
    const pid_t pid = fork();
    if (pid < 0) return false;
    if (pid == 0) {
        // As git does it: the variable may hold arguments.
        execl("/bin/sh", "sh", "-c", "exec ${VISUAL:-${EDITOR:-vi}} \"$1\"", "sh", path.c_str(),
              static_cast<char*>(nullptr));
        _exit(127);
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

Result<std::string> editText(const std::string& text) {
    if (isatty(STDIN_FILENO) == 0)
        return fail(ErrorCode::Usage, "An editor needs a terminal.", "Write the value behind the number.");
    const PrivateFile file;
    if (!file.made()) return fail(ErrorCode::FileNotWritable, "There is no place for a temporary file.");
    std::ofstream(file.path(), std::ios::binary) << text;
    if (!edit(file.path()))
        return fail(ErrorCode::Usage, "The editor did not end well, so nothing was changed.",
                    "EDITOR says which one it is.");
    std::ifstream in(file.path(), std::ios::binary);
    std::string changed{std::istreambuf_iterator<char>(in), {}};
    if (!in) return fail(ErrorCode::FileUnreadable, "The edited text cannot be read.");
    const bool had_end = !text.empty() && text.back() == '\n';
    if (!had_end && !changed.empty() && changed.back() == '\n') changed.pop_back();
    return changed;
}

}  // namespace weir::cli
