// SPDX-License-Identifier: GPL-3.0-or-later
#include "functions.h"
#include "peers/broker.h"
#include "run_cli.h"
#include "session_query.h"
#include "topic_filler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <string>

namespace weir::test {
namespace {

using peers::sharedBroker;
using peers::uniqueName;
using testing::HasSubstr;

/// What anybody may do wrong without a cluster.
class BadInputTest : public testing::Test {
  protected:
    /// Expects the exit code and every one of the words on standard error.
    static void expectFailure(const CliResult& r, int code, const std::vector<std::string>& words) {
        EXPECT_EQ(r.exit_code, code) << r.out << r.err;
        for (const std::string& word : words) EXPECT_THAT(r.err, HasSubstr(word));
        EXPECT_THAT(r.out, testing::IsEmpty());
    }
    TemporaryFolder folder;
};

TEST_F(BadInputTest, ABrokenFlowFileNamesThePlace) {
    const std::string flow = folder.write("broken.flow.json", "{\"weir\": 1,\n  \"name\" \"x\"}");
    expectFailure(runCli({"validate", flow}), 2, {"broken.flow.json", "line 2"});
    expectFailure(runCli({"record", flow, "-o", folder.path("s.weir")}), 2, {"line 2"});
}

TEST_F(BadInputTest, AMisspeltKeyAndAnUnknownFunctionAreBothNamed) {
    const std::string flow =
        folder.write("f.flow.json", R"({"weir": 1, "name": "x", "cluster": {"brokers": "b:1"},
        "functions": {"validate": {"target": {"kind": "lambda-runtime", "command": ["true"]}}},
        "triggers": [{"function": "validat", "topics": ["t"], "batch_sise": 3}]})");
    expectFailure(runCli({"validate", flow}), 2,
                  {"triggers[0].batch_sise", "batch_size", "triggers[0].function", "validate"});
}

TEST_F(BadInputTest, AMissingFlowFileIsAnInputFileError) {
    expectFailure(runCli({"record", folder.path("nowhere.flow.json")}), 3, {"nowhere.flow.json"});
}

TEST_F(BadInputTest, AMisspeltKafkaPropertyIsNamed) {
    const std::string flow = folder.write("f.flow.json", R"({"weir": 1, "name": "x",
        "cluster": {"brokers": "b:1", "kafka": {"securty.protocol": "SSL"}},
        "functions": {"f": {"target": {"kind": "lambda-runtime", "command": ["true"]}}},
        "triggers": [{"function": "f", "topics": ["t"]}]})");
    expectFailure(runCli({"validate", flow}), 2, {"securty.protocol", "security.protocol"});
}

TEST_F(BadInputTest, WrongUsageIsExitCodeTwo) {
    EXPECT_EQ(runCli({}).exit_code, 2);
    EXPECT_EQ(runCli({"recrod"}).exit_code, 2);
    EXPECT_EQ(runCli({"demo", "--for", "soon"}).exit_code, 2);
    EXPECT_EQ(runCli({"stats"}).exit_code, 2);
    EXPECT_EQ(runCli({"stats", "x.weir", "--format", "xml"}).exit_code, 2);
}

TEST_F(BadInputTest, UntilEndThatMightNeverEndIsRefused) {
    const std::string flow =
        folder.write("f.flow.json", R"({"weir": 1, "name": "x", "cluster": {"brokers": "127.0.0.1:1"},
        "functions": {"f": {"target": {"kind": "lambda-runtime", "command": ["true"]}}},
        "triggers": [{"function": "f", "topics": ["t"]}]})");
    expectFailure(runCli({"record", flow, "--until-end", "-o", folder.path("s.weir")}), 2,
                  {"retries", "--for"});
}

TEST_F(BadInputTest, AFunctionCommandThatDoesNotExistIsFoundBeforeAnythingIsRead) {
    const std::string flow =
        folder.write("f.flow.json", R"({"weir": 1, "name": "x", "cluster": {"brokers": "127.0.0.1:1"},
        "functions": {"f": {"target": {"kind": "lambda-runtime", "command": ["no-such-program"]}}},
        "triggers": [{"function": "f", "topics": ["t"]}]})");
    expectFailure(runCli({"record", flow, "-o", folder.path("s.weir")}), 4, {"no-such-program", "f"});
}

TEST_F(BadInputTest, NoBrokerThere) {
    expectFailure(runCli({"topics", "--brokers", "127.0.0.1:1"}), 4, {"127.0.0.1:1", "refused"});
    expectFailure(runCli({"topics", "--brokers", "no-such-host.invalid:9092"}), 4, {"no-such-host.invalid"});
}

TEST_F(BadInputTest, SessionFilesThatAreNone) {
    expectFailure(runCli({"stats", folder.path("missing.weir")}), 3, {"missing.weir"});
    const std::string text =
        folder.write("text.weir", "this is not a session, but it is long enough to be one\n");
    expectFailure(runCli({"stats", text}), 3, {"text.weir"});
    expectFailure(runCli({"events", text}), 3, {"text.weir"});
    expectFailure(runCli({"export", text}), 3, {"text.weir"});
    const std::string empty = folder.write("empty.weir", "");
    expectFailure(runCli({"stats", empty}), 3, {"empty.weir"});
}

/// What needs a broker to go wrong against.
class BadClusterTest : public BadInputTest {
  protected:
    void SetUp() override {
        WEIR_REQUIRE_BROKER();
        WEIR_REQUIRE_AWSLAMBDARIC();
        folder.write("handlers.py", R"(
import os, sys, time
def throws(event, context): raise ValueError("no such item")
def exits(event, context): sys.exit(3)
def hangs(event, context): time.sleep(60)
def binary(event, context):
    sys.stdout.buffer.write(bytes(range(256)) * 50 + b"\n"); sys.stdout.flush()
    return None
def large(event, context): return "x" * 7_000_000
def accept(event, context): return None
)");
    }
    std::string makeTopic(std::int64_t count) {
        const std::string topic = uniqueName("bad");
        sharedBroker().createTopic(topic, 1);
        fillTopic(sharedBroker().bootstrap(), topic, 1, count,
                  [](std::int64_t i) { return std::to_string(i); });
        return topic;
    }
    CliResult record(const std::string& handler, const std::string& trigger,
                     const std::string& function = "") {
        const std::string flow = folder.write(
            "f.flow.json",
            ricFlow(sharedBroker().bootstrap(), makeTopic(5), "handlers." + handler, trigger, function));
        return runCli({"record", flow, "-o", session(), "--until-end"});
    }
    std::string session() { return folder.path("s.weir"); }
};

TEST_F(BadClusterTest, AnUnknownTopicIsNamed) {
    const std::string flow =
        folder.write("f.flow.json", ricFlow(sharedBroker().bootstrap(), "no-such-topic", "handlers.accept"));
    expectFailure(runCli({"record", flow, "-o", session()}), 4, {"no-such-topic"});
    EXPECT_FALSE(std::filesystem::exists(session()));
}

TEST_F(BadClusterTest, AHandlerThatThrowsStopsItsTriggerWhenItsRetriesAreUsedUp) {
    const CliResult r = record("throws", R"(, "retries": 1)");
    EXPECT_EQ(r.exit_code, 5) << r.err;
    EXPECT_THAT(r.err, HasSubstr("no such item"));
    EXPECT_EQ(askNumber(session(), "SELECT count(*) FROM invocation WHERE outcome = 'error'"), 2);
    EXPECT_EQ(askNumber(session(), "SELECT count(*) FROM offset_commit"), 0) << "nothing was passed over";
    EXPECT_THAT(askText(session(), "SELECT error FROM invocation"), HasSubstr("no such item"));
}

TEST_F(BadClusterTest, AHandlerThatThrowsCanBeDiscarded) {
    const CliResult r = record("throws", R"(, "retries": 0, "on_exhausted": "discard")");
    EXPECT_EQ(r.exit_code, 0) << r.err;
    EXPECT_EQ(askNumber(session(),
                        "SELECT sum(last_offset - first_offset + 1) FROM skip WHERE reason = 'discarded'"),
              5);
}

TEST_F(BadClusterTest, AHandlerThatExits) {
    const CliResult r = record("exits", R"(, "retries": 0)");
    EXPECT_EQ(r.exit_code, 5) << r.err;
    EXPECT_EQ(askText(session(), "SELECT outcome FROM invocation"), "crashed");
    EXPECT_EQ(askText(session(), "SELECT end_reason FROM instance"), "crashed");
}

TEST_F(BadClusterTest, AHandlerThatHangs) {
    const CliResult r = record("hangs", R"(, "retries": 0)", R"(, "concurrency": 1)");
    EXPECT_EQ(r.exit_code, 5) << r.err;
    EXPECT_EQ(askText(session(), "SELECT outcome FROM invocation"), "timeout");
    EXPECT_EQ(askText(session(), "SELECT end_reason FROM instance"), "timeout");
}

TEST_F(BadClusterTest, AHandlerThatPrintsBinary) {
    const CliResult r = record("binary", R"(, "retries": 0)");
    EXPECT_EQ(r.exit_code, 0) << r.err;
    EXPECT_GE(askNumber(session(), "SELECT count(*) FROM log WHERE stream = 'stdout'"), 1);
}

TEST_F(BadClusterTest, AnAnswerThatIsTooLarge) {
    const CliResult r = record("large", R"(, "retries": 0)");
    EXPECT_EQ(r.exit_code, 5) << r.err;
    EXPECT_THAT(askText(session(), "SELECT error FROM invocation"), HasSubstr("ResponseSizeTooLarge"));
}

TEST_F(BadClusterTest, AnExistingSessionIsNeverOverwritten) {
    const std::string topic = makeTopic(1);
    const std::string flow =
        folder.write("f.flow.json", ricFlow(sharedBroker().bootstrap(), topic, "handlers.accept"));
    folder.write("s.weir", "precious");
    expectFailure(runCli({"record", flow, "-o", session()}), 2, {"s.weir"});
    EXPECT_EQ(std::filesystem::file_size(session()), 8u);
}

TEST_F(BadClusterTest, ASessionThatCannotBeWritten) {
    const std::string topic = makeTopic(1);
    const std::string flow =
        folder.write("f.flow.json", ricFlow(sharedBroker().bootstrap(), topic, "handlers.accept"));
    expectFailure(runCli({"record", flow, "-o", "/proc/no/s.weir"}), 5, {"/proc/no/s.weir"});
}

/// A file system of 8 MiB, as long as it lives; needs root.
class SmallDisk {
  public:
    explicit SmallDisk(std::string path) : path_(std::move(path)) {
        std::filesystem::create_directories(path_);
        mounted_ = ::mount("weir-test", path_.c_str(), "tmpfs", 0, "size=8m") == 0;
    }
    ~SmallDisk() {
        if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    [[nodiscard]] bool mounted() const { return mounted_; }

  private:
    std::string path_;
    bool mounted_ = false;
};

TEST_F(BadClusterTest, AFullDiskEndsTheRecordingAndWhatWasCapturedStaysReadable) {
    const SmallDisk disk(folder.path("disk"));
    if (!disk.mounted()) GTEST_SKIP() << "a small file system needs the right to mount";
    const std::string topic = makeTopic(0);
    fillTopic(sharedBroker().bootstrap(), topic, 1, 20'000,
              [](std::int64_t i) { return std::to_string(i) + std::string(1'000, '.'); });
    const std::string flow = folder.write(
        "f.flow.json", ricFlow(sharedBroker().bootstrap(), topic, "handlers.accept", R"(, "retries": 1)"));
    const std::string on_disk = folder.path("disk/s.weir");
    const CliResult r = runCli({"record", flow, "-o", on_disk, "--until-end"});
    EXPECT_EQ(r.exit_code, 5) << r.err;
    EXPECT_THAT(r.err, HasSubstr("No room left on the disk for " + on_disk));
    EXPECT_THAT(r.err, HasSubstr("Free some space"));
    EXPECT_GT(askNumber(on_disk, "SELECT count(*) FROM event"), 0);
    EXPECT_LT(askNumber(on_disk, "SELECT count(*) FROM event"), 20'000);
    const CliResult stats = runCli({"stats", on_disk});
    EXPECT_EQ(stats.exit_code, 0) << stats.err;
}

}  // namespace
}  // namespace weir::test
