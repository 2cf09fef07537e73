// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/replacing_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace weir::report {

Result<ReplacingFile> ReplacingFile::create(const std::string& path) {
    struct stat there {};
    if (::stat(path.c_str(), &there) == 0 && S_ISDIR(there.st_mode)) {
        return fail(ErrorCode::FileNotWritable, "The report " + path + " is a folder.",
                    "Give the name of a file with -o.");
    }
    std::string partial = path + ".XXXXXX";
    const int descriptor = ::mkostemp(partial.data(), O_CLOEXEC);
    if (descriptor < 0) {
        return fail(errno == ENOSPC ? ErrorCode::DiskFull : ErrorCode::FileNotWritable,
                    "The report " + path + " cannot be written: " + std::strerror(errno) + ".",
                    "Choose another place with -o.");
    }
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::fchmod(descriptor, 0666 & ~mask);  // as any new file
    return ReplacingFile(path, std::move(partial), descriptor);
}

ReplacingFile::ReplacingFile(ReplacingFile&& other) noexcept
    : path_(std::move(other.path_)),
      partial_(std::move(other.partial_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

ReplacingFile::~ReplacingFile() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    ::unlink(partial_.c_str());
}

tl::unexpected<Error> ReplacingFile::failed(int reason) const {
    return fail(reason == ENOSPC || reason == EDQUOT || reason == EFBIG ? ErrorCode::DiskFull
                                                                        : ErrorCode::FileNotWritable,
                "The report " + path_ + " could not be written: " + std::strerror(reason) + ".",
                "Nothing was left behind. Make room, or choose another place with -o.");
}

Status ReplacingFile::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return failed(errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Status ReplacingFile::finish() {
    if (::fsync(descriptor_) != 0 && errno != EINVAL) return failed(errno);
    if (::rename(partial_.c_str(), path_.c_str()) != 0) return failed(errno);
    ::close(std::exchange(descriptor_, -1));
    return {};
}

}  // namespace weir::report
