// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "integration/lambda_runtime/fake_host.h"
#include "scripted_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>

namespace weir::invoke {

/// Makes calls of a target one after the other.
class CallFixture : public testing::Test {
  protected:
    ~CallFixture() override {
        if (target) target->stop();
    }

    Answer call(std::int64_t first, std::uint32_t events) { return call(makeBatch(first, events)); }
    Answer call(BatchPtr batch) {
        Invocation invocation;
        invocation.id = InvocationId{++last};
        invocation.batch = std::move(batch);
        target->start(invocation, now());
        const InvocationId id = invocation.id;
        EXPECT_TRUE(host.await(*target, [id](const TargetEvent& event) {
            const auto* ended = std::get_if<CallEnded>(&event.what);
            return ended != nullptr && ended->invocation == id;
        }));
        return std::get<CallEnded>(host.events.back().what).answer;
    }

    FakeHost host;
    std::unique_ptr<Target> target;
    std::int64_t last = 0;
};

/// A batch of one record with headers; texts must outlive the call.
inline BatchPtr oneRecord(Bytes key, Bytes value, const std::vector<Header>& headers) {
    auto chunk = std::make_shared<RecordChunk>(TopicId{1}, 3);
    chunk->add(17, timestampFromMs(1'700'000'000'000), TimestampType::Create, key, value, headers);
    auto batch = std::make_shared<Batch>();
    batch->id = BatchId{1};
    batch->slices.push_back({std::move(chunk), 0, 1});
    batch->count = 1;
    return batch;
}

}  // namespace weir::invoke
