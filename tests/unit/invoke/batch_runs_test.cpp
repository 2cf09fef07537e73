// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/batch_runs.h"

#include "unit/invoke/chunks.h"

#include <gtest/gtest.h>

namespace weir::invoke {
namespace {

using test::chunkOf;

TEST(BatchRuns, JoinsWhatFollowsAndSplitsAtHoles) {
    Batch batch;
    batch.slices.push_back({chunkOf({1, 2, 5, 6}, 0, 1), 1, 3});  // 2, 5, 6
    batch.slices.push_back({chunkOf({7, 8}, 0, 5), 0, 2});        // ids and offsets follow
    batch.slices.push_back({chunkOf({9}, 0, 20), 0, 1});          // offset follows, id does not
    batch.count = 6;
    const auto runs = runsOf(batch);
    ASSERT_EQ(runs.size(), 3u);
    EXPECT_EQ(runs[0].first, 2);
    EXPECT_EQ(runs[0].last, 2);
    EXPECT_EQ(runs[0].first_event, EventId{2});
    EXPECT_EQ(runs[1].first, 5);
    EXPECT_EQ(runs[1].last, 8);
    EXPECT_EQ(runs[1].lastEvent(), EventId{6});
    EXPECT_EQ(runs[2].first_event, EventId{20});
    EXPECT_EQ(eventAt(batch, 0).first, 2);
    EXPECT_EQ(eventAt(batch, 4).first, 8);
    EXPECT_EQ(eventAt(batch, 5).first_event, EventId{20});
}

}  // namespace
}  // namespace weir::invoke
