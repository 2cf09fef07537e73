// SPDX-License-Identifier: GPL-3.0-or-later
// A function behind https whose certificate nobody here trusts.
#include "integration/kafka/certificates.h"
#include "invoke/targets/http.h"
#include "peers/temporary_directory.h"
#include "places.h"
#include "served.h"
#include "unit/invoke/targets/call_fixture.h"

namespace weir::invoke {
namespace {

using facts::Outcome;
using testing::HasSubstr;

using BadCertificateTest = CallFixture;

TEST_F(BadCertificateTest, TheErrorSaysSo) {
    const peers::TemporaryDirectory directory("weir-certificate");
    const peers::Authority authority(directory.path(), "authority");
    const auto certificate = authority.sign("function", "IP:127.0.0.1");
    peers::Child server({"python3", test::sourceDirectory() + "/tests/integration/kafka/token_endpoint.py",
                         certificate.certificate, certificate.key, "secret"});
    flow::FunctionSpec spec;
    spec.name = "f";
    spec.timeout = 20 * kSecond;
    spec.target = flow::HttpTarget{.url = "https://127.0.0.1:" + peers::lineFrom(server) + "/"};
    target = makeHttpTarget(
        FakeHost::kFunction, spec, {"SelfManagedKafka", "a:9092"},
        [](TopicId) { return std::string("bids"); }, host);
    const Answer answer = call(7, 1);
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_TRUE(answer.retryable);  // certificates are renewed
    EXPECT_THAT(answer.error, HasSubstr("certificate of the function's address was not accepted"));
}

}  // namespace
}  // namespace weir::invoke
