// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/fact_sorter.h"

#include "journal/text/fact_order.h"
#include "journal/text/fact_parser.h"

#include <queue>

#include <algorithm>
#include <cstring>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace weir::journal {
namespace {

constexpr std::size_t kLarge = 256 << 20;

struct Key {
    TimeNs at = 0;
    FactRank rank = FactRank::Session;
    std::int32_t partition = 0;
    std::int64_t topic = 0;  ///< by first use in the file
    std::int64_t offset = 0;
    std::int64_t line = 0;

    [[nodiscard]] auto order() const { return std::tie(at, rank, topic, partition, offset, line); }
    bool operator<(const Key& other) const { return order() < other.order(); }
};

/// Finds where lines belong.
class Keys {
  public:
    Key of(const Line& line) {
        const auto fact = line.text.empty() ? Result<TextFact*>(nullptr) : parser_.parse(line.text);
        if (fact && *fact != nullptr) {
            const TextFact& f = **fact;
            last_ = {f.at, rankOf(f.kind), 0, 0, 0, 0};
            if (f.kind == FactKind::Record || f.kind == FactKind::Output) {
                last_.topic = topicNumber(f.topic);
                last_.partition = f.partition;
                last_.offset = f.offset;
            }
        }
        last_.line = line.number;
        return last_;
    }

  private:
    std::int64_t topicNumber(std::string_view name) {
        scratch_ = name;
        return topics_.try_emplace(scratch_, static_cast<std::int64_t>(topics_.size())).first->second;
    }

    FactParser parser_;
    Key last_;
    std::string scratch_;
    std::unordered_map<std::string, std::int64_t> topics_;
};

/// Lines in memory that are about to be sorted.
class Part {
  public:
    void add(const Key& key, const Line& line) {
        entries_.push_back({key, text_.size(), line.text.size(), line.too_long});
        text_ += line.text;
    }
    [[nodiscard]] std::size_t bytes() const { return text_.size() + entries_.size() * sizeof(Entry); }

    /// Writes the lines in order, each behind its key.
    Status write(TempFile& file) {
        std::sort(entries_.begin(), entries_.end(),
                  [](const Entry& a, const Entry& b) { return a.key < b.key; });
        std::string stored;
        for (const Entry& entry : entries_) {
            stored.clear();
            stored.append(reinterpret_cast<const char*>(&entry.key), sizeof entry.key);
            stored += entry.too_long ? '\1' : '\0';
            stored.append(text_, entry.position, entry.size);
            std::string framed;
            StoredLines::append(framed, {stored, entry.key.line});
            if (Status s = file.append(framed); !s) return s;
        }
        entries_.clear();
        text_.clear();
        if (text_.capacity() > kLarge) text_.shrink_to_fit();  // it held a very long line
        return {};
    }

  private:
    struct Entry {
        Key key;
        std::size_t position = 0, size = 0;
        bool too_long = false;
    };
    std::vector<Entry> entries_;
    std::string text_;
};

class Merge final : public LineSource {
  public:
    Merge(TempFile file, const std::vector<std::int64_t>& borders, std::size_t memory)
        : file_(std::move(file)) {
        const std::size_t buffer = std::max<std::size_t>(memory / borders.size(), 64 * 1024);
        for (std::size_t i = 0; i + 1 < borders.size(); ++i) {
            inputs_.push_back(
                std::make_unique<Input>(Input{{file_, borders[i], borders[i + 1], buffer}, {}, {}}));
        }
        for (const auto& input : inputs_) advance(*input);
    }

    bool next(Line& line) override {
        if (given_ != nullptr) advance(*std::exchange(given_, nullptr));
        if (!status_ || heap_.empty()) return false;
        given_ = heap_.top();
        heap_.pop();
        line = given_->line;
        return true;
    }
    [[nodiscard]] const Status& status() const override { return status_; }

  private:
    struct Input {
        StoredLines lines;
        Key key;
        Line line;
    };
    struct Later {
        bool operator()(const Input* a, const Input* b) const { return b->key < a->key; }
    };

    void advance(Input& input) {
        Line stored;
        const auto more = input.lines.next(stored);
        if (!more) {
            status_ = tl::unexpected(more.error());
        } else if (*more) {
            std::memcpy(&input.key, stored.text.data(), sizeof input.key);
            input.line = {stored.text.substr(sizeof input.key + 1), stored.number,
                          stored.text[sizeof input.key] != '\0'};
            heap_.push(&input);
        }
    }

    TempFile file_;
    std::vector<std::unique_ptr<Input>> inputs_;
    std::priority_queue<Input*, std::vector<Input*>, Later> heap_;
    Input* given_ = nullptr;  ///< whose line is with the caller
    Status status_;
};

}  // namespace

Result<std::unique_ptr<LineSource>> FactSorter::sort(LineSource& lines, const Options& options) {
    auto file = TempFile::create(options.temp_directory);
    if (!file) return passOn(file);
    std::vector<std::int64_t> borders{0};
    Keys keys;
    Part part;
    const auto writePart = [&]() -> Status {
        if (part.bytes() == 0) return {};
        if (Status s = part.write(*file); !s) return s;
        borders.push_back(file->size());
        return {};
    };
    Line line;
    while (lines.next(line)) {
        part.add(keys.of(line), line);
        if (part.bytes() < options.memory) continue;
        if (options.cancelled && options.cancelled()) return fail(ErrorCode::Cancelled, "Stopped on request");
        if (Status s = writePart(); !s) return passOn(s);
    }
    if (!lines.status()) return tl::unexpected(lines.status().error());
    if (Status s = writePart(); !s) return passOn(s);
    if (Status s = file->flush(); !s) return passOn(s);
    return std::unique_ptr<LineSource>(std::make_unique<Merge>(std::move(*file), borders, options.memory));
}

}  // namespace weir::journal
