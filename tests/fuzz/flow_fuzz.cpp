// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a flow file. What is accepted must be writable, and what was written readable.
#include "flow/parse.h"
#include "flow/write.h"
#include "fuzz/must.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace {

class SomeSecrets final : public weir::SecretSource {
  public:
    [[nodiscard]] std::optional<std::string> secret(const std::string& /*name*/) const override {
        return "secret";
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto flow = weir::flow::parseFlow(text, ".", SomeSecrets{});
    if (!flow) return 0;
    const auto again = weir::flow::parseFlow(weir::flow::writeFlow(*flow), ".", SomeSecrets{});
    weir::fuzz::must(again.has_value(), "a flow that was written can be read");
    return 0;
}
