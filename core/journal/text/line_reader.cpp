// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/line_reader.h"

#include "journal/text/fact_parser.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace weir::journal {
namespace {

constexpr std::size_t kBufferBytes = 1 << 20;

}  // namespace

Result<FactInput> FactInput::open(const std::string& path, const std::string& temp_directory) {
    const bool standard = path == "-";
    const int fd = standard ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        if (errno == ENOENT) return fail(ErrorCode::FileNotFound, fmt::format("There is no file {}", path));
        return fail(ErrorCode::FileUnreadable, fmt::format("Cannot open {}: {}", path, std::strerror(errno)),
                    "Check the permissions of the file.");
    }
    FactInput input(fd, standard ? "standard input" : path);
    struct stat info {};
    if (::fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        return fail(ErrorCode::FileUnreadable, fmt::format("{} is a directory", input.name_),
                    "Name a file of text facts, or - for standard input.");
    }
    if (S_ISREG(info.st_mode)) {
        const off_t start = ::lseek(fd, 0, SEEK_CUR);
        if (start >= 0) {
            input.start_ = start;
            input.size_ = std::max<std::int64_t>(info.st_size - start, 0);
            return input;
        }
    }
    auto copy = TempFile::create(temp_directory);
    if (!copy) return passOn(copy);
    input.copy_ = std::move(*copy);
    return input;
}

FactInput::FactInput(FactInput&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      name_(std::move(other.name_)),
      start_(other.start_),
      size_(other.size_),
      copy_(std::move(other.copy_)),
      again_(other.again_),
      position_(other.position_) {}

FactInput::~FactInput() {
    if (fd_ >= 0) ::close(fd_);
}

Result<std::size_t> FactInput::read(char* to, std::size_t size) {
    if (again_ && copy_ && position_ < copy_->size()) {
        auto n = copy_->read(position_, to, size);
        if (n) position_ += static_cast<std::int64_t>(*n);
        return n;
    }
    ssize_t n = 0;
    do {
        n = copy_ ? ::read(fd_, to, size) : ::pread(fd_, to, size, start_ + position_);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        return fail(ErrorCode::FileUnreadable,
                    fmt::format("Reading {} failed: {}", name_, std::strerror(errno)));
    }
    if (copy_ && !again_) {
        if (Status s = copy_->append({to, static_cast<std::size_t>(n)}); !s) return passOn(s);
    }
    position_ += n;
    return static_cast<std::size_t>(n);
}

Status FactInput::restart() {
    position_ = 0;
    again_ = true;
    return copy_ ? copy_->flush() : Status{};
}

LineReader::LineReader(FactInput& input, std::size_t longest)
    : input_(input), longest_(longest), buffer_(kBufferBytes + FactParser::kPadding) {}

/// Reads more behind what is there; false at the end or after a failure.
bool LineReader::fill() {
    const std::size_t kept = to_ - from_;
    if (from_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + from_, kept);
        from_ = 0;
        to_ = kept;
    }
    std::size_t room = buffer_.size() - FactParser::kPadding;
    if (room > 16 * kBufferBytes && kept < kBufferBytes) {
        std::vector<char> smaller(kBufferBytes + FactParser::kPadding);
        std::memcpy(smaller.data(), buffer_.data(), kept);
        buffer_.swap(smaller);
        room = kBufferBytes;
    }
    if (kept == room) {
        room = std::min(2 * room, longest_ + kBufferBytes);
        buffer_.resize(room + FactParser::kPadding);
    }
    const auto n = input_.read(buffer_.data() + kept, room - kept);
    if (!n) {
        status_ = tl::unexpected(n.error());
        return false;
    }
    to_ += *n;
    return *n > 0;
}

bool LineReader::next(Line& line) {
    if (!status_) return false;
    for (;;) {
        const char* const begin = buffer_.data() + from_;
        const auto* end =
            static_cast<const char*>(std::memchr(begin + searched_, '\n', to_ - from_ - searched_));
        const bool last = end == nullptr && ended_;
        std::size_t length = end != nullptr ? static_cast<std::size_t>(end - begin) : to_ - from_;
        if (end == nullptr && !ended_) {
            searched_ = length;
            if (length > longest_) {
                skipping_ = true;
                from_ = to_;
                searched_ = 0;
            }
            if (!fill()) {
                if (!status_) return false;
                ended_ = true;
            }
            continue;
        }
        if (last && length == 0 && !skipping_) return false;
        from_ += length + (end != nullptr ? 1 : 0);
        searched_ = 0;
        ++number_;
        line.number = number_;
        line.too_long = std::exchange(skipping_, false) || length > longest_;
        if (length > 0 && begin[length - 1] == '\r') --length;
        line.text = line.too_long ? std::string_view{} : std::string_view{begin, length};
        if (number_ == 1 && line.text.substr(0, 3) == "\xEF\xBB\xBF") line.text.remove_prefix(3);
        return true;
    }
}

}  // namespace weir::journal
