// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/tls_probe.h"

#include "kafka/config.h"
#include "kafka/tls_context.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <signal.h>

#include <array>
#include <ctime>

namespace weir::kafka {
namespace {

using SslHandle = Handle<SSL, SSL_free>;
using NamesHandle = Handle<GENERAL_NAMES, GENERAL_NAMES_free>;

/// OpenSSL writes to sockets without MSG_NOSIGNAL, so a peer that hangs up would end the program. Keeps the
/// signal from this thread, and takes it away if it came.
class NoBrokenPipe {
  public:
    NoBrokenPipe() {
        sigemptyset(&signal_);
        sigaddset(&signal_, SIGPIPE);
        sigset_t pending;
        sigpending(&pending);
        was_pending_ = sigismember(&pending, SIGPIPE) == 1;
        pthread_sigmask(SIG_BLOCK, &signal_, &before_);
    }
    ~NoBrokenPipe() {
        const timespec at_once{};
        if (!was_pending_) sigtimedwait(&signal_, nullptr, &at_once);
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    NoBrokenPipe(const NoBrokenPipe&) = delete;
    NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

  private:
    sigset_t signal_{};
    sigset_t before_{};
    bool was_pending_ = false;
};

/// The first thing that is wrong with the certificate chain.
struct Verdict {
    int error = X509_V_OK;
    std::string certificate;  ///< whom the certificate at fault belongs to
    std::string issuer;
    std::string until;
    std::string from;
};

std::string dateText(const ASN1_TIME* time) {
    static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm date{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &date) != 1) return "?";
    return fmt::format("{} {} {}", date.tm_mday, kMonths.at(static_cast<std::size_t>(date.tm_mon)),
                       date.tm_year + 1900);
}

std::string commonName(const X509_NAME* name) {
    std::array<char, 256> text{};
    const int size =
        X509_NAME_get_text_by_NID(name, NID_commonName, text.data(), static_cast<int>(text.size()));
    if (size > 0) return text.data();
    char* const line = X509_NAME_oneline(name, nullptr, 0);
    if (line == nullptr) return "?";
    std::string result = line;
    OPENSSL_free(line);
    return result;
}

std::string addressText(const ASN1_OCTET_STRING& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = ASN1_STRING_length(&address) == 4 ? AF_INET : AF_INET6;
    return inet_ntop(family, ASN1_STRING_get0_data(&address), text.data(), text.size()) == nullptr
               ? "?"
               : text.data();
}

/// The host names and addresses that a certificate is for: `kafka.example, 10.0.0.1`.
std::string namesOf(const X509& certificate) {
    const NamesHandle names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
    std::string list;
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
        std::string one;
        if (name->type == GEN_DNS) {
            one.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                       static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
        } else if (name->type == GEN_IPADD) {
            one = addressText(*name->d.iPAddress);
        }
        if (!one.empty()) list += (list.empty() ? "" : ", ") + one;
    }
    return list.empty() ? commonName(X509_get_subject_name(&certificate)) : list;
}

int verdictIndex() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

/// Lets the handshake go on whatever is wrong, and notes it.
int noteVerdict(int accepted, X509_STORE_CTX* context) {
    auto* const ssl =
        static_cast<SSL*>(X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* const verdict = static_cast<Verdict*>(SSL_get_ex_data(ssl, verdictIndex()));
    if (accepted == 1 || verdict->error != X509_V_OK) return 1;
    verdict->error = X509_STORE_CTX_get_error(context);
    if (const X509* const at_fault = X509_STORE_CTX_get_current_cert(context); at_fault != nullptr) {
        verdict->certificate = namesOf(*at_fault);
        verdict->issuer = commonName(X509_get_issuer_name(at_fault));
        verdict->until = dateText(X509_get0_notAfter(at_fault));
        verdict->from = dateText(X509_get0_notBefore(at_fault));
    }
    return 1;
}

/// `leaf`: whom the broker's own certificate is for.
Error certificateError(const Verdict& verdict, const std::string& leaf, const HostPort& broker) {
    const auto error = [](std::string message, std::string hint) {
        return Error{ErrorCode::TlsFailed, std::move(message), std::move(hint)};
    };
    switch (verdict.error) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return error(
                fmt::format("The TLS certificate of {} expired on {}", verdict.certificate, verdict.until),
                "The broker needs a new certificate; check the clock of this machine too.");
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return error(fmt::format("The TLS certificate of {} is valid only from {}", verdict.certificate,
                                     verdict.from),
                         "Check the clock of this machine.");
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return error(
                fmt::format("The TLS certificate is for {}, not for {}", verdict.certificate, broker.host),
                "Use a host name that the certificate names, or set "
                "ssl.endpoint.identification.algorithm to none if that is meant.");
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
            return error(fmt::format("The TLS certificate of {} is signed by {}, which is not trusted here",
                                     leaf, verdict.issuer),
                         "Set ssl.ca.location to the certificate of the authority that signed it.");
        default:
            return error(fmt::format("The TLS certificate of {} is not accepted: {}", verdict.certificate,
                                     X509_verify_cert_error_string(verdict.error)),
                         "Check ssl.ca.location and the broker's certificate.");
    }
}

Error handshakeError(int result, const HostPort& broker) {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const int reason = ERR_GET_REASON(code);
    if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_PACKET_LENGTH_TOO_LONG) {
        return {ErrorCode::TlsFailed, fmt::format("{} does not speak TLS", broker.text()),
                "Set security.protocol to what this port speaks, or use the TLS port."};
    }
    if (code == 0 || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        return {ErrorCode::TlsFailed,
                fmt::format("{} closed the connection during the TLS handshake{}", broker.text(),
                            result == SSL_ERROR_SYSCALL ? "" : " without a reason"),
                "The port may not speak TLS, or the broker refuses this client."};
    }
    const char* const text = ERR_reason_error_string(code);
    return {ErrorCode::TlsFailed,
            fmt::format("The TLS handshake with {} failed: {}", broker.text(), text == nullptr ? "?" : text),
            "Check the TLS versions and ciphers that both sides allow."};
}

/// Host name or address that the certificate must be for; as librdkafka by default.
void expectHost(SSL& ssl, const HostPort& broker, const ClusterSettings& cluster) {
    std::array<unsigned char, 16> bytes{};
    const bool is_address = inet_pton(AF_INET, broker.host.c_str(), bytes.data()) == 1 ||
                            inet_pton(AF_INET6, broker.host.c_str(), bytes.data()) == 1;
    if (!is_address) SSL_set_tlsext_host_name(&ssl, broker.host.c_str());
    if (propertyOr(cluster, "ssl.endpoint.identification.algorithm", "https") == "none") return;
    X509_VERIFY_PARAM* const expected = SSL_get0_param(&ssl);
    if (is_address) {
        X509_VERIFY_PARAM_set1_ip_asc(expected, broker.host.c_str());
    } else {
        X509_VERIFY_PARAM_set1_host(expected, broker.host.c_str(), broker.host.size());
    }
}

Status shakeHands(SSL& ssl, const Socket& socket, const HostPort& broker, const Patience& patience) {
    while (true) {
        ERR_clear_error();
        const int done = SSL_connect(&ssl);
        if (done == 1) return {};
        const int wants = SSL_get_error(&ssl, done);
        const bool wants_io = wants == SSL_ERROR_WANT_READ || wants == SSL_ERROR_WANT_WRITE;
        if (!wants_io) return tl::unexpected(handshakeError(wants, broker));
        const short events = wants == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
        if (!socket.wait(events, patience)) {
            return fail(ErrorCode::TlsFailed,
                        fmt::format("{} does not answer the TLS handshake", broker.text()),
                        "The port may not speak TLS: check security.protocol.");
        }
    }
}

std::string versionText(const SSL& ssl) {
    const std::string version = SSL_get_version(&ssl);
    return version.starts_with("TLSv") ? "TLS " + version.substr(4) : version;
}

}  // namespace

std::optional<Error> findTlsFault(const ClusterSettings& cluster, const Patience& patience) {
    for (const Address& address : lookUp(splitBrokers(cluster.brokers), patience).addresses) {
        const auto socket = connectTo(address, patience);
        if (!socket) continue;
        const auto probed = probeTls(*socket, address.broker, cluster, patience);
        if (!probed) return probed.error();
    }
    return std::nullopt;
}

Result<std::string> probeTls(const Socket& socket, const HostPort& broker, const ClusterSettings& cluster,
                             const Patience& patience) {
    const NoBrokenPipe guard;
    const auto context = makeTlsContext(cluster);
    if (!context) return tl::unexpected(context.error());
    const SslHandle ssl(SSL_new(context->get()));
    if (!ssl) return fail(ErrorCode::Internal, "No TLS connection can be made");
    Verdict verdict;
    SSL_set_ex_data(ssl.get(), verdictIndex(), &verdict);
    SSL_set_verify(ssl.get(), SSL_VERIFY_PEER, noteVerdict);
    expectHost(*ssl, broker, cluster);
    SSL_set_fd(ssl.get(), socket.fd());
    if (Status shaken = shakeHands(*ssl, socket, broker, patience); !shaken) return passOn(shaken);

    const X509* const certificate = SSL_get0_peer_certificate(ssl.get());
    if (certificate == nullptr) return fail(ErrorCode::TlsFailed, broker.text() + " showed no certificate");
    const bool verify = propertyOr(cluster, "enable.ssl.certificate.verification", "true") != "false";
    if (verify && verdict.error != X509_V_OK)
        return tl::unexpected(certificateError(verdict, namesOf(*certificate), broker));
    return fmt::format("{}, certificate of {}, valid until {}{}", versionText(*ssl), namesOf(*certificate),
                       dateText(X509_get0_notAfter(certificate)), verify ? "" : ", not verified");
}

}  // namespace weir::kafka
