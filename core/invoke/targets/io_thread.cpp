// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/io_thread.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <csignal>
#include <thread>
#include <utility>

namespace weir::invoke {

struct IoThread::Impl {
    boost::asio::io_context context{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
    std::thread thread;
};

IoThread::IoThread() : impl_(std::make_unique<Impl>()) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    impl_->thread = std::thread([impl = impl_.get()] { impl->context.run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

IoThread::~IoThread() {
    impl_->work.reset();
    impl_->context.stop();
    impl_->thread.join();
}

void IoThread::post(std::function<void()> job) {
    boost::asio::post(impl_->context, std::move(job));
}

boost::asio::io_context& IoThread::context() {
    return impl_->context;
}

}  // namespace weir::invoke
