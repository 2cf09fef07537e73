// SPDX-License-Identifier: GPL-3.0-or-later
#include "bare_runtime_api.h"

#include "peers/child.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

namespace weir::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// Reads one request whole, its body too.
void readRequest(tcp::socket& socket, std::string& buffer) {
    buffer.clear();
    const std::size_t head = asio::read_until(socket, asio::dynamic_buffer(buffer), "\r\n\r\n");
    const std::size_t at = buffer.find("Content-Length: ");
    if (at == std::string::npos || at > head) return;
    const std::size_t size = head + std::stoul(buffer.substr(at + 16, 12));
    if (buffer.size() < size)
        asio::read(socket, asio::dynamic_buffer(buffer), asio::transfer_exactly(size - buffer.size()));
}

/// As Lambda's Kafka mapping sends one record.
std::string kafkaEvent(std::size_t value_bytes) {
    const std::string value((value_bytes + 2) / 3 * 4, 'A');
    return fmt::format(
        R"({{"eventSource":"SelfManagedKafka","bootstrapServers":"127.0.0.1:9092","records":{{"runtime-0":[)"
        R"({{"topic":"runtime","partition":0,"offset":1234,"timestamp":1767225600000,)"
        R"("timestampType":"CREATE_TIME","key":"a2V5","value":"{}","headers":[]}}]}}}})",
        value);
}

}  // namespace

std::vector<DurationNs> callBare(const std::vector<std::string>& command, const std::string& directory,
                                 std::int64_t calls, std::int64_t warm_up, std::size_t value_bytes) {
    asio::io_context context;
    tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    std::vector<std::string> started{
        "env", "-C", directory,
        fmt::format("AWS_LAMBDA_RUNTIME_API=127.0.0.1:{}", acceptor.local_endpoint().port())};
    started.insert(started.end(), command.begin(), command.end());
    const peers::Child loop(started);  // ends when the connection does
    tcp::socket socket = acceptor.accept();
    socket.set_option(tcp::no_delay(true));
    const std::string event = kafkaEvent(value_bytes);
    const std::string next = fmt::format(
        "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n"
        "Lambda-Runtime-Deadline-Ms: 1999999999999\r\nContent-Type: application/json\r\nContent-Length: "
        "{}\r\n\r\n{}",
        event.size(), event);
    const std::string accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
    std::vector<DurationNs> took;
    std::string buffer;
    readRequest(socket, buffer);
    for (std::int64_t i = 0; i < calls; ++i) {
        const TimeNs start = now();  // as a host that has the next event when an answer comes
        if (i > 0) {
            asio::write(socket, asio::buffer(accepted));
            readRequest(socket, buffer);
        }
        asio::write(socket, asio::buffer(next));
        readRequest(socket, buffer);
        if (i >= warm_up) took.push_back(now() - start);
    }
    return took;
}

}  // namespace weir::bench
