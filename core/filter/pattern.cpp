// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/pattern.h"

#include "base/text.h"

#include <re2/re2.h>

namespace weir::filter {
namespace {

constexpr std::int64_t kMemory = 1 << 20;  // of a compiled expression and its automata

RE2::Options options(RE2::Options::Encoding encoding) {
    RE2::Options o;
    o.set_encoding(encoding);
    o.set_log_errors(false);
    o.set_max_mem(kMemory);
    return o;
}

}  // namespace

struct Pattern::Impl {
    explicit Impl(const std::string& expression)
        : text(expression, options(RE2::Options::EncodingUTF8)),
          bytes(expression, options(RE2::Options::EncodingLatin1)) {}
    RE2 text, bytes;
};

Pattern::Pattern(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pattern::~Pattern() = default;

std::shared_ptr<const Pattern> Pattern::compile(const std::string& expression, std::string& why) {
    auto impl = std::make_unique<Impl>(expression);
    if (!impl->text.ok() || !impl->bytes.ok()) {
        why = impl->text.ok() ? impl->bytes.error() : impl->text.error();
        return nullptr;
    }
    return std::shared_ptr<const Pattern>(new Pattern(std::move(impl)));
}

bool Pattern::foundIn(std::string_view text) const {
    const RE2& expression = isUtf8(text) ? impl_->text : impl_->bytes;
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), expression);
}

}  // namespace weir::filter
