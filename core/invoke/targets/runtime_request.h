// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/targets/runtime_api.h"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

namespace weir::invoke {

/// Reads a request of a runtime and keeps only what the Runtime API needs: Beast's own header container
/// refuses values over 64 KiB, and clients send X-Ray causes of 1 MB. Of the body it keeps what an answer may
/// hold and counts the rest.
class RuntimeRequest final : public boost::beast::http::basic_parser<true> {
  public:
    RuntimeRequest() {
        header_limit(kHeaderLimit);
        body_limit(
            std::numeric_limits<std::uint64_t>::max());  // none at all refuses every body in Boost 1.74
    }

    std::string method;
    std::string target;
    std::string error_type;
    bool expects_continue = false;
    std::string body;
    std::size_t body_size = 0;

  private:
    using View = boost::beast::string_view;
    using Code = boost::beast::error_code;
    using Field = boost::beast::http::field;

    static constexpr std::uint32_t kHeaderLimit = 32 * 1024 * 1024;

    void on_request_impl(boost::beast::http::verb, View verb, View path, int, Code&) override {
        method.assign(verb.data(), verb.size());
        target.assign(path.data(), path.size());
    }
    void on_response_impl(int, View, int, Code&) override {}
    void on_field_impl(Field field, View name, View value, Code&) override {
        if (field == Field::expect) {
            expects_continue = boost::beast::iequals(value, "100-continue");
        } else if (boost::beast::iequals(name, "Lambda-Runtime-Function-Error-Type")) {
            error_type.assign(value.data(), value.size());
        }
    }
    void on_header_impl(Code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, Code&) override {
        if (length) body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, kKept)));
    }
    std::size_t on_body_impl(View bytes, Code&) override { return keep(bytes); }
    void on_chunk_header_impl(std::uint64_t, View, Code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, View bytes, Code&) override { return keep(bytes); }
    void on_finish_impl(Code&) override {}

    static constexpr std::size_t kKept = kLargestAnswer + 1;

    std::size_t keep(View bytes) {
        body.append(bytes.data(), std::min(bytes.size(), kKept - body.size()));
        body_size += bytes.size();
        return bytes.size();
    }
};

}  // namespace weir::invoke
