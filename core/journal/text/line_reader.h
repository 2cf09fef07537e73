// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/text/line_source.h"
#include "journal/text/temp_file.h"

#include <optional>
#include <string>
#include <vector>

namespace weir::journal {

/// The bytes of an input that can be read a second time. What is no plain file is copied to a temporary one
/// while it is read.
/// Threads: one.
class FactInput {
  public:
    /// `path` may be `-`, standard input. Temporary files go to `temp_directory`.
    static Result<FactInput> open(const std::string& path, const std::string& temp_directory);
    FactInput(FactInput&& other) noexcept;
    FactInput& operator=(FactInput&&) = delete;
    ~FactInput();

    /// At most `size` bytes; 0 is the end.
    Result<std::size_t> read(char* to, std::size_t size);
    /// Begins anew, for the last time.
    Status restart();

    /// For messages: the path, or "standard input".
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// Bytes read so far, and in all when that is known.
    [[nodiscard]] std::int64_t position() const noexcept { return position_; }
    [[nodiscard]] std::optional<std::int64_t> size() const noexcept { return size_; }

  private:
    FactInput(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}

    int fd_ = -1;
    std::string name_;
    std::int64_t start_ = 0;  ///< of a plain file that is standard input
    std::optional<std::int64_t> size_;
    std::optional<TempFile> copy_;
    bool again_ = false;
    std::int64_t position_ = 0;
};

/// Cuts an input into lines. Memory follows the longest line. Lines may end in "\n" or "\r\n"; a byte order
/// mark in front of the first is passed over.
/// Threads: one.
class LineReader final : public LineSource {
  public:
    /// Longest line: longer values than that fit neither Kafka nor a session.
    static constexpr std::size_t kLongest = 1'000'000'000;

    explicit LineReader(FactInput& input, std::size_t longest = kLongest);

    bool next(Line& line) override;
    [[nodiscard]] const Status& status() const override { return status_; }

  private:
    bool fill();

    FactInput& input_;
    const std::size_t longest_;
    std::vector<char> buffer_;
    std::size_t from_ = 0, to_ = 0;  ///< what is read and not given out
    std::size_t searched_ = 0;       ///< bytes behind from_ that hold no line end
    std::int64_t number_ = 0;
    bool ended_ = false;
    bool skipping_ = false;  ///< to the end of a line that is too long
    Status status_;
};

}  // namespace weir::journal
