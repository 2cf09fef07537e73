// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/flow.h"
#include "invoke/dispatcher.h"

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace weir::invoke::chaos {

/// One record of the log that the model keeps.
struct ModelRecord {
    std::int64_t offset = 0;
    std::string key;
    bool has_key = true;
    bool filtered = false;
    TimeNs timestamp = 0;
};

/// Log, cluster and functions around a dispatcher, under a virtual clock and driven by one seed. It feeds the
/// dispatcher, answers its calls by chance, takes partitions away and gives them back at the committed
/// offset, and holds everything that the dispatcher decides against the promises, from their definitions
/// alone.
class Model final : public DispatchPort {
  public:
    explicit Model(unsigned seed);

    /// Runs the schedule to its end. What was broken, one line each; empty when all promises held.
    std::vector<std::string> run();

    /// The settings that the seed chose, for a message.
    [[nodiscard]] std::string describe() const;

  private:
    struct Partition {
        std::vector<ModelRecord> log;  // offsets rise, with holes
        std::size_t appended = 0;      // of `log`, so far
        std::int64_t committed = 0;    // next offset
        std::int64_t next_read = 0;
        LaneId lane;
        bool assigned = false;
        bool passed_this_time = false;
        std::set<std::int64_t> settled;  // offsets that succeeded or were skipped, ever
        std::set<std::int64_t> delivered;
    };
    struct Call {
        Invocation invocation;
        LaneId lane;
        std::int32_t partition = 0;
        bool stale = false;  // its partition was taken away since
    };

    // DispatchPort
    void batchFormed(const Batch& batch, facts::ClosedBy closed_by, TimeNs now) override;
    void startCall(LaneId lane, const Invocation& invocation, TimeNs now) override;
    void retrying(const Invocation&, DurationNs, const std::string&, TimeNs) override {}
    void split(const Invocation& failed, const std::string&, TimeNs) override;
    void throttled(const Invocation&, int limit, DurationNs, const std::string&, TimeNs) override;
    void skipped(TriggerId, const Batch& events, facts::SkipReason reason, TimeNs now) override;
    void giveUp(const GivenUp& given_up, TimeNs now) override;
    void triggerStopped(TriggerId, const std::string&, TimeNs) override;
    void passed(LaneId lane, std::int64_t next_offset, TimeNs now) override;

    void chooseSettings();
    void fillLogs();
    void assign(std::int32_t partition);
    void revoke(std::int32_t partition);
    void read(std::int32_t partition);
    void endSomeCall();
    void checkFailed(const Call& call, const std::vector<std::uint32_t>& named,
                     const std::vector<std::uint32_t>& failed);
    void settleGivenUp();
    void control();
    void check(bool holds, const std::string& what);
    [[nodiscard]] bool allDone() const;
    [[nodiscard]] std::string scopeOf(std::int32_t partition, const ModelRecord& record) const;
    [[nodiscard]] const ModelRecord& recordAt(std::int32_t partition, std::int64_t offset) const;
    using Visit = std::function<void(std::int32_t, std::int64_t, std::uint32_t)>;
    static void forEachEvent(const Batch& batch, const Visit& visit);
    int pick(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }
    bool chance(int percent) { return pick(1, 100) <= percent; }

    std::mt19937 random_;
    Dispatcher dispatcher_;
    flow::TriggerSpec spec_;
    int concurrency_ = 1;
    int failure_percent_ = 0;
    int throttle_percent_ = 0;
    int revoke_percent_ = 0;
    int write_failure_percent_ = 0;
    std::set<std::string> poisonous_;  // keys whose events always fail
    TimeNs now_ = 0;
    std::vector<Partition> partitions_;
    std::map<InvocationId, Call> running_;
    std::vector<GivenUp> writing_;
    bool paused_ = false;
    std::vector<std::string> broken_;
};

}  // namespace weir::invoke::chaos
