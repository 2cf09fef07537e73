// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <future>
#include <string>
#include <string_view>

namespace weir::invoke::test {
namespace {

using weir::test::askText;

/// What came back: everything until the server closed the connection.
std::string talk(std::uint16_t port, const std::string& request) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string reply;
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) {
        std::size_t sent = 0;
        while (sent < request.size()) {
            const auto n = ::send(socket, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
            if (n <= 0) break;
            sent += static_cast<std::size_t>(n);
        }
        std::array<char, 4096> buffer{};
        for (ssize_t n = 0; (n = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0;)
            reply.append(buffer.data(), static_cast<std::size_t>(n));
    }
    ::close(socket);
    return reply;
}

class RecordingDoor : public RecordingFixture {
  protected:
    static flow::TriggerSpec door() {
        flow::TriggerSpec spec = trigger();
        spec.group.clear();
        spec.source = flow::HttpSource{"127.0.0.1:0", "/bids"};
        spec.batch_size = 1;
        spec.retries = 0;
        spec.on_exhausted = flow::OnExhausted::Discard;
        spec.order = flow::Order::None;
        return spec;
    }
    void open(RecordingPlan p) {
        begin(std::move(p));
        ASSERT_TRUE(until([&] { return !address().empty(); }));
        const std::string text = address();
        port = static_cast<std::uint16_t>(
            std::stoi(text.substr(std::string_view("a front door: http://127.0.0.1:").size())));
    }
    [[nodiscard]] std::string address() const {
        return askText(session(), "SELECT max(reason) FROM decision WHERE reason LIKE 'a front door:%'");
    }
    [[nodiscard]] std::string post(const std::string& body, const std::string& headers = "",
                                   const std::string& path = "/bids") const {
        return talk(port, "POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers +
                              "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }
    static std::string bodyOf(const std::string& reply) { return reply.substr(reply.find("\r\n\r\n") + 4); }
    static int statusOf(const std::string& reply) {
        return reply.size() > 12 ? std::stoi(reply.substr(9, 3)) : 0;
    }
    std::uint16_t port = 0;
};

TEST_F(RecordingDoor, ARequestIsAnEventAndTheAnswerOfTheFunctionIsItsAnswer) {
    answer = [](const Batch& batch) {
        Answer a;
        AnsweredRecord r;
        r.value =
            R"({"got":")" + std::string(batch.slices[0].chunk->value(batch.slices[0].from).view()) + "\"}";
        r.headers.emplace_back("ce_type", "accepted bid");
        r.cause = 0;
        a.records.push_back(std::move(r));
        return a;
    };
    flow::TriggerSpec spec = door();
    spec.outputs = {{"out", {}, {}}};
    open(plan({spec}));
    const std::string reply =
        post("hello", "Content-Type: text/plain\r\nTraceparent: 00-a\r\nAuthorization: Bearer s3cret\r\n",
             "/bids?now=1");
    EXPECT_EQ(statusOf(reply), 200) << reply;
    EXPECT_EQ(bodyOf(reply), R"({"got":"hello"})");
    EXPECT_NE(reply.find("ce-type: accepted%20bid\r\n"), std::string::npos) << reply;
    EXPECT_NE(reply.find("content-type: application/json\r\n"), std::string::npos) << reply;
    end();
    EXPECT_EQ(ask("SELECT count(*) FROM output"), 1) << "and it stands in the topic before the caller knows";
    EXPECT_EQ(askText(session(),
                      "SELECT name || ' ' || source || ' ' || partitions FROM topic WHERE id = "
                      "(SELECT topic_id FROM event)"),
              "http:t http 1");
    EXPECT_EQ(ask("SELECT offset FROM event"), 0);
    EXPECT_EQ(askText(session(), "SELECT cast(value AS TEXT) FROM event"), "hello");
    const std::string headers = askText(session(), "SELECT headers FROM event");
    EXPECT_NE(headers.find("traceparent"), std::string::npos) << headers;
    EXPECT_EQ(headers.find("s3cret"), std::string::npos) << "who calls is no part of the event";
    EXPECT_EQ(ask("SELECT count(*) FROM delivery WHERE outcome = 'success'"), 1);
}

TEST_F(RecordingDoor, CloudEventsComeInBinaryStructuredAndBatched) {
    open(plan({door()}));
    EXPECT_EQ(statusOf(post("{\"a\":1}",
                            "ce-specversion: 1.0\r\nce-id: 7\r\nce-type: b%C3%A9d\r\nce-source: "
                            "/s\r\nce-partitionkey: k1\r\nContent-Type: application/json\r\n")),
              204);
    EXPECT_EQ(statusOf(post(R"({"specversion":"1.0","id":"8","type":"t","source":"/s","partitionkey":"k2"})",
                            "Content-Type: application/cloudevents+json; charset=utf-8\r\n")),
              204);
    EXPECT_EQ(statusOf(post(R"([{"id":"9","partitionkey":"k3"},{"id":"10"}])",
                            "Content-Type: application/cloudevents-batch+json\r\n")),
              204);
    EXPECT_EQ(statusOf(post("[1", "Content-Type: application/cloudevents-batch+json\r\n")), 400);
    EXPECT_EQ(statusOf(post("no", "Content-Type: application/cloudevents+json\r\n")), 400);
    end();
    EXPECT_EQ(ask("SELECT count(*) FROM event"), 4);
    EXPECT_EQ(askText(session(),
                      "SELECT group_concat(ifnull(cast(key AS TEXT), '-')) FROM (SELECT key FROM "
                      "event ORDER BY offset)"),
              "k1,k2,k3,-");
    EXPECT_NE(askText(session(), "SELECT headers FROM event WHERE offset = 0").find("béd"),
              std::string::npos);
    EXPECT_EQ(ask("SELECT count(*) FROM delivery WHERE outcome = 'success'"), 4);
}

TEST_F(RecordingDoor, FailuresAndWhatIsNoEventAreTold) {
    answer = [](const Batch&) {
        Answer a;
        a.outcome = facts::Outcome::Error;
        a.error = "no such item";
        return a;
    };
    flow::TriggerSpec spec = door();
    spec.batch_bytes = 1'000;
    open(plan({spec}));
    const std::string reply = post("x");
    EXPECT_EQ(statusOf(reply), 502);
    EXPECT_NE(reply.find("no such item"), std::string::npos) << reply;
    EXPECT_EQ(statusOf(post("x", "", "/asks")), 404);
    EXPECT_EQ(statusOf(post(std::string(1'001, 'x'))), 413);
    EXPECT_EQ(statusOf(talk(port, "GET /bids HTTP/1.1\r\nHost: x\r\n\r\n")), 405);
    EXPECT_EQ(statusOf(talk(port, "nonsense\r\n\r\n")), 400);
    EXPECT_EQ(statusOf(post("x", "X-Long: " + std::string(70'000, 'a') + "\r\n")), 431);
    EXPECT_EQ(
        statusOf(talk(port, "POST /bids HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" +
                                std::string(2'000, 'x') + "\r\n0\r\n\r\n")),
        413);
    end();
    EXPECT_EQ(ask("SELECT count(*) FROM event"), 1);
    EXPECT_EQ(ask("SELECT count(*) FROM skip WHERE reason = 'discarded'"), 1);
}

TEST_F(RecordingDoor, UnderPressureItRefusesAndAtTheEndNobodyIsLeftWaiting) {
    std::atomic<bool> go = false;
    answer = [&](const Batch&) {
        for (int i = 0; i < 500 && !go; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return Answer{};
    };
    flow::TriggerSpec spec = door();
    open(plan({spec}));
    ASSERT_TRUE(recording->control(control::Pause{"t"}));
    ASSERT_TRUE(untilState(TriggerState::Paused));
    const std::string paused = post("x");
    EXPECT_EQ(statusOf(paused), 503);
    EXPECT_NE(paused.find("retry-after: 1"), std::string::npos);
    ASSERT_TRUE(recording->control(control::Resume{"t"}));
    ASSERT_TRUE(untilState(TriggerState::Running));
    auto waiting = std::async(std::launch::async, [&] { return post("y"); });
    ASSERT_TRUE(until([&] { return recording->status().in_flight == 1; }));
    ASSERT_TRUE(recording->control(control::Stop{"t"}));
    EXPECT_EQ(statusOf(waiting.get()), 503) << "a stopped trigger lets its callers go";
    go = true;
    end();
}

TEST_F(RecordingDoor, AnAddressThatIsTakenIsSaidAndLeavesNothingBehind) {
    open(plan({door()}));
    flow::TriggerSpec second = door();
    second.source = flow::HttpSource{"127.0.0.1:" + std::to_string(port), "/bids"};
    RecordingPlan p = plan({second});
    p.path = folder.path() + "/second.weir";
    const auto refused = Recording::start(std::move(p));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("cannot listen on 127.0.0.1:"), std::string::npos)
        << refused.error().message;
    RecordingPlan endless = plan({door()});
    endless.path = folder.path() + "/third.weir";
    endless.until_end = true;
    EXPECT_FALSE(Recording::start(std::move(endless)));
    end();
}

}  // namespace
}  // namespace weir::invoke::test
