// SPDX-License-Identifier: GPL-3.0-or-later
// What serverless-offline serves to the tests. Each gets Lambda's Kafka event.
exports.score = async (event) =>
  Object.values(event.records).flat().map((record) => ({
    value: { offset: record.offset, value: Buffer.from(record.value ?? "", "base64").toString() },
  }));

exports.broken = async () => {
  throw new TypeError("no price");
};

exports.slow = () => new Promise((resolve) => setTimeout(resolve, 20_000));
