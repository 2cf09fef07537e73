// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/held_lines.h"

#include "journal/text/fact_parser.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace weir::journal {
namespace {

constexpr std::size_t kInMemory = 4 << 20;
constexpr std::size_t kBuffer = 256 * 1024;

}  // namespace

void StoredLines::append(std::string& out, const Line& line) {
    const Head head{line.number, line.text.size()};
    out.append(reinterpret_cast<const char*>(&head), sizeof head);
    out += line.text;
}

/// Makes sure that so many bytes stand behind from_, with padding behind them.
Status StoredLines::want(std::size_t bytes) {
    if (end_ - from_ >= bytes) return {};
    const std::size_t kept = end_ - from_;
    if (kept > 0) std::memmove(buffer_.data(), buffer_.data() + from_, kept);
    from_ = 0;
    end_ = kept;
    const std::size_t room = std::max(chunk_, bytes);
    if (buffer_.size() < room + FactParser::kPadding || buffer_.size() > 2 * room + kBuffer) {
        buffer_.resize(room + FactParser::kPadding);
        buffer_.shrink_to_fit();
    }
    const auto left = static_cast<std::size_t>(to_ - at_);
    auto n = file_->read(at_, buffer_.data() + kept, std::min(room - kept, left));
    if (!n) return passOn(n);
    at_ += static_cast<std::int64_t>(*n);
    end_ += *n;
    if (end_ < bytes) return fail(ErrorCode::Internal, "a temporary file ended early");
    return {};
}

Result<bool> StoredLines::next(Line& line) {
    if (from_ == end_ && at_ == to_) return false;
    Head head;
    if (Status s = want(sizeof head); !s) return passOn(s);
    std::memcpy(&head, buffer_.data() + from_, sizeof head);
    if (Status s = want(sizeof head + head.size); !s) return passOn(s);
    line.text = {buffer_.data() + from_ + sizeof head, head.size};
    line.number = head.number;
    line.too_long = false;
    from_ += sizeof head + head.size;
    return true;
}

Status HeldLines::add(const Line& line) {
    StoredLines::append(held_, line);
    ++count_;
    if (held_.size() < kInMemory) return {};
    if (!file_) {
        auto file = TempFile::create(directory_);
        if (!file) return passOn(file);
        file_ = std::move(*file);
    }
    Status s = file_->append(held_);
    held_.clear();
    return s;
}

Status HeldLines::release(const std::function<Status(const Line&)>& each) {
    count_ = 0;
    if (!file_) {
        // The usual few: handed out where they are, each with padding behind it.
        held_.append(FactParser::kPadding, '\0');
        const std::string lines = std::exchange(held_, {});
        for (std::size_t at = 0; at + FactParser::kPadding < lines.size();) {
            StoredLines::Head head;
            std::memcpy(&head, lines.data() + at, sizeof head);
            at += sizeof head;
            if (Status s = each({{lines.data() + at, head.size}, head.number}); !s) return s;
            at += head.size;
        }
        return {};
    }
    TempFile file = std::move(*file_);
    file_.reset();
    if (Status s = file.append(std::exchange(held_, {})); !s) return s;
    if (Status s = file.flush(); !s) return s;
    StoredLines lines(file, 0, file.size(), kBuffer);
    Line line;
    for (;;) {
        const auto more = lines.next(line);
        if (!more) return tl::unexpected(more.error());
        if (!*more) return {};
        if (Status s = each(line); !s) return s;
    }
}

}  // namespace weir::journal
