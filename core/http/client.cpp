// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/client.h"

#include <curl/curl.h>

#include <array>
#include <filesystem>
#include <map>
#include <string_view>
#include <utility>

namespace weir {
namespace {

constexpr int kLongestWaitMs = 10'000;
constexpr std::size_t kMostHeaders = 1'000;

struct HeaderList {
    curl_slist* list = nullptr;

    HeaderList() = default;
    ~HeaderList() { curl_slist_free_all(list); }
    HeaderList(const HeaderList&) = delete;
    HeaderList& operator=(const HeaderList&) = delete;
    void add(const std::string& line) { list = curl_slist_append(list, line.c_str()); }
};

/// libcurl wants this once, before anything else.
void initialise() {
    static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)once;
}

HttpResponse::Failure failureOf(CURLcode code) {
    using Failure = HttpResponse::Failure;
    if (code == CURLE_OPERATION_TIMEDOUT) return Failure::Timeout;
    const bool certificate = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_ISSUER_ERROR ||
                             code == CURLE_SSL_CACERT_BADFILE;
    return certificate ? Failure::Certificate : Failure::Broken;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string textOf(CURL* easy, CURLINFO what) {
    const char* text = nullptr;
    curl_easy_getinfo(easy, what, &text);
    return text == nullptr ? std::string() : text;
}

}  // namespace

/// One request on its way. Its handle is libcurl's `CURLOPT_PRIVATE`.
struct HttpClient::Transfer {
    HttpRequest request;
    Callback callback;
    HeaderList headers;
    HttpResponse response;
    std::size_t max_body = 0;
    CURL* easy = nullptr;
    std::array<char, CURL_ERROR_SIZE> error{};

    static std::size_t receive(char* data, std::size_t size, std::size_t count, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        std::string& body = transfer.response.body;
        if (body.size() + size * count > transfer.max_body) {
            transfer.response.failure = HttpResponse::Failure::TooLarge;
            return 0;
        }
        body.append(data, size * count);
        return size * count;
    }

    static std::size_t receiveHeader(char* data, std::size_t size, std::size_t count, void* self) {
        auto& headers = static_cast<Transfer*>(self)->response.headers;
        const std::string_view line = trimmed({data, size * count});
        const std::size_t colon = line.find(':');
        if (line.starts_with("HTTP/")) {
            headers.clear();  // an interim answer came before
        } else if (colon != std::string_view::npos && headers.size() < kMostHeaders) {
            std::string name(line.substr(0, colon));
            for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            headers.emplace_back(std::move(name), trimmed(line.substr(colon + 1)));
        }
        return size * count;
    }

    void begin() {
        for (const std::string& line : request.headers) headers.add(line);
        headers.add("Expect:");  // servers that do not know it cost a second
        curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
        curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
        curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.list);
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout / kMillisecond));
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::receive);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
        curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::receiveHeader);
        curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
        curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error.data());
        trustAuthorities();
    }

    void trustAuthorities() {
        if (!request.authorities.empty()) {
            std::error_code ignored;
            const bool folder = std::filesystem::is_directory(request.authorities, ignored);
            curl_easy_setopt(easy, CURLOPT_CAINFO, folder ? nullptr : request.authorities.c_str());
            curl_easy_setopt(easy, CURLOPT_CAPATH, folder ? request.authorities.c_str() : nullptr);
        } else if (!request.authorities_pem.empty()) {
            std::string& pem = request.authorities_pem;
            curl_blob blob{pem.data(), pem.size(), CURL_BLOB_NOCOPY};
            curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
            curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
        }
    }

    void end(CURLcode code) {
        if (code == CURLE_OK) {
            long status = 0;
            curl_off_t retry_after = 0;
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
            curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
            response.status = static_cast<int>(status);
            response.content_type = textOf(easy, CURLINFO_CONTENT_TYPE);
            response.location = textOf(easy, CURLINFO_REDIRECT_URL);
            if (retry_after > 0) response.retry_after = retry_after * kSecond;
        } else if (response.failure != HttpResponse::Failure::TooLarge) {
            response.failure = failureOf(code);
            response.error = error.front() != '\0' ? error.data() : curl_easy_strerror(code);
        }
        callback(std::move(response));
    }

    void breakOff() {
        response = {};
        response.failure = HttpResponse::Failure::Stopped;
        callback(std::move(response));
    }
};

struct HttpClient::Multi {
    CURLM* handle = nullptr;
    std::map<Transfer*, std::unique_ptr<Transfer>> running;
    std::vector<CURL*> spare;

    explicit Multi(std::size_t connections) : handle(curl_multi_init()) {
        curl_multi_setopt(handle, CURLMOPT_MAXCONNECTS, static_cast<long>(connections));
    }
    ~Multi() {
        for (CURL* const easy : spare) curl_easy_cleanup(easy);
        curl_multi_cleanup(handle);
    }
    Multi(const Multi&) = delete;
    Multi& operator=(const Multi&) = delete;

    void add(std::unique_ptr<Transfer> transfer) {
        if (spare.empty()) spare.push_back(curl_easy_init());
        transfer->easy = spare.back();
        spare.pop_back();
        transfer->begin();
        curl_multi_add_handle(handle, transfer->easy);
        Transfer* const key = transfer.get();
        running.emplace(key, std::move(transfer));
    }

    std::unique_ptr<Transfer> remove(Transfer* transfer) {
        curl_multi_remove_handle(handle, transfer->easy);
        auto owned = std::move(running.extract(transfer).mapped());
        return owned;
    }

    /// The handle is free again: connections live in the multi handle.
    void release(CURL* easy) {
        curl_easy_reset(easy);
        spare.push_back(easy);
    }
};

HttpClient::HttpClient(std::size_t connections, std::size_t max_body) : max_body_(max_body) {
    initialise();
    multi_ = std::make_unique<Multi>(connections);
}

HttpClient::~HttpClient() {
    stop();
}

void HttpClient::post(HttpRequest request, Callback callback) {
    auto transfer = std::make_unique<Transfer>();
    transfer->request = std::move(request);
    transfer->callback = std::move(callback);
    transfer->max_body = max_body_;
    {
        const std::lock_guard lock(mutex_);
        fresh_.push_back(std::move(transfer));
    }
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    curl_multi_wakeup(multi_->handle);
}

/// False when the client is to stop.
bool HttpClient::takeNew() {
    std::vector<std::unique_ptr<Transfer>> taken;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return false;
        taken.swap(fresh_);
    }
    for (auto& transfer : taken) multi_->add(std::move(transfer));
    return true;
}

void HttpClient::finishDone() {
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi_->handle, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result;
        CURL* const easy = message->easy_handle;
        Transfer* transfer = nullptr;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
        const auto owned = multi_->remove(transfer);
        owned->end(code);
        multi_->release(easy);
    }
}

void HttpClient::run() {
    while (takeNew()) {
        int running = 0;
        curl_multi_perform(multi_->handle, &running);
        finishDone();
        curl_multi_poll(multi_->handle, nullptr, 0, kLongestWaitMs, nullptr);
    }
}

void HttpClient::stop() {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(stopping_, true)) return;
    }
    curl_multi_wakeup(multi_->handle);
    if (thread_.joinable()) thread_.join();
    while (!multi_->running.empty()) {
        const auto transfer = multi_->remove(multi_->running.begin()->first);
        transfer->breakOff();
        multi_->release(transfer->easy);
    }
    for (const auto& transfer : fresh_) transfer->breakOff();
    fresh_.clear();
}

}  // namespace weir
