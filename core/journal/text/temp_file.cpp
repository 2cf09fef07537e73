// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/temp_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace weir::journal {
namespace {

constexpr std::size_t kBufferBytes = 256 * 1024;

tl::unexpected<Error> failed(const std::string& directory, int error) {
    if (error == ENOSPC || error == EDQUOT) {
        return fail(ErrorCode::DiskFull, fmt::format("No room left for temporary files in {}", directory),
                    "Free some space or write the session to another disk.");
    }
    return fail(ErrorCode::FileNotWritable,
                fmt::format("Temporary files in {} cannot be used: {}", directory, std::strerror(error)),
                "Choose a place where you may create files.");
}

}  // namespace

Result<TempFile> TempFile::create(const std::string& directory) {
    std::string name = directory + "/.weir-XXXXXX";
    const int fd = ::mkostemp(name.data(), O_CLOEXEC);
    if (fd < 0) return failed(directory, errno);
    ::unlink(name.c_str());
    return TempFile(fd, directory);
}

TempFile::TempFile(TempFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      directory_(std::move(other.directory_)),
      buffer_(std::move(other.buffer_)),
      written_(other.written_) {}

TempFile& TempFile::operator=(TempFile&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(directory_, other.directory_);
    std::swap(buffer_, other.buffer_);
    std::swap(written_, other.written_);
    return *this;
}

TempFile::~TempFile() {
    if (fd_ >= 0) ::close(fd_);
}

Status TempFile::append(std::string_view bytes) {
    buffer_ += bytes;
    return buffer_.size() < kBufferBytes ? Status{} : flush();
}

Status TempFile::flush() {
    if (Status s = write(written_, buffer_.data(), buffer_.size()); !s) return s;
    written_ += static_cast<std::int64_t>(buffer_.size());
    if (buffer_.capacity() > 4 * kBufferBytes) buffer_.shrink_to_fit();
    buffer_.clear();
    return {};
}

Status TempFile::write(std::int64_t at, const void* data, std::size_t size) {
    const char* from = static_cast<const char*>(data);
    while (size > 0) {
        const ssize_t n = ::pwrite(fd_, from, size, at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return failed(directory_, n < 0 ? errno : ENOSPC);
        from += n;
        at += n;
        size -= static_cast<std::size_t>(n);
    }
    return {};
}

Result<std::size_t> TempFile::read(std::int64_t at, void* data, std::size_t size) const {
    char* to = static_cast<char*>(data);
    std::size_t done = 0;
    while (done < size) {
        const ssize_t n = ::pread(fd_, to + done, size - done, at + static_cast<std::int64_t>(done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed(directory_, errno);
        if (n == 0) break;
        done += static_cast<std::size_t>(n);
    }
    return done;
}

}  // namespace weir::journal
