// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/tls_context.h"

#include "kafka/config.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace weir::kafka {
namespace {

inline void freeBio(BIO* bio) noexcept {
    BIO_free(bio);
}
using BioHandle = Handle<BIO, freeBio>;
using CertificateHandle = Handle<X509, X509_free>;
using KeyHandle = Handle<EVP_PKEY, EVP_PKEY_free>;
using Pkcs12Handle = Handle<PKCS12, PKCS12_free>;

/// Gives the password to OpenSSL, and never lets it ask on the terminal.
int givePassword(char* buffer, int size, int, void* password) {
    const auto& text = *static_cast<const std::string*>(password);
    const auto count = std::min(static_cast<std::size_t>(size), text.size());
    std::copy_n(text.data(), count, buffer);
    return static_cast<int>(count);
}

/// Sets one SSL_CTX up; the first property that cannot be used ends it.
class Setup {
  public:
    Setup(SSL_CTX& context, const ClusterSettings& cluster) : context_(context), cluster_(cluster) {}

    Status run() {
        for (const auto step : {&Setup::useAuthorities, &Setup::useCertificate, &Setup::useKey,
                                &Setup::useKeystore, &Setup::useAlgorithms}) {
            if (Status done = (this->*step)(); !done) return done;
        }
        return {};
    }

  private:
    [[nodiscard]] std::string property(const std::string& name) const {
        return propertyOr(cluster_, name, "");
    }

    static Status refuse(const std::string& name, const std::string& what) {
        const unsigned long code = ERR_peek_last_error();
        const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
        ERR_clear_error();
        return fail(
            ErrorCode::TlsFailed,
            fmt::format("{}: {} cannot be used{}{}", name, what, reason ? ": " : "", reason ? reason : ""),
            "It must exist, be readable and be in PEM format.");
    }

    Status useAuthorities();
    Status useCertificate();
    Status useKey();
    Status useKeystore();
    Status useAlgorithms();

    SSL_CTX& context_;
    const ClusterSettings& cluster_;
};

BioHandle textBio(const std::string& text) {
    return BioHandle(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Status Setup::useAuthorities() {
    if (const std::string pem = property("ssl.ca.pem"); !pem.empty()) {
        const BioHandle bio = textBio(pem);
        int count = 0;
        while (const CertificateHandle certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
            X509_STORE_add_cert(SSL_CTX_get_cert_store(&context_), certificate.get());
            ++count;
        }
        if (count == 0) return refuse("ssl.ca.pem", "the text");
        ERR_clear_error();  // the end of the text counts as an error
        return {};
    }
    const std::string location = property("ssl.ca.location");
    if (location.empty() || location == "probe") {
        SSL_CTX_set_default_verify_paths(&context_);
        return {};
    }
    std::error_code ignored;
    const bool is_directory = std::filesystem::is_directory(location, ignored);
    const int loaded = is_directory ? SSL_CTX_load_verify_dir(&context_, location.c_str())
                                    : SSL_CTX_load_verify_file(&context_, location.c_str());
    return loaded == 1 ? Status{} : refuse("ssl.ca.location", location);
}

Status Setup::useCertificate() {
    if (const std::string pem = property("ssl.certificate.pem"); !pem.empty()) {
        const BioHandle bio = textBio(pem);
        const CertificateHandle certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
        const bool used = certificate && SSL_CTX_use_certificate(&context_, certificate.get()) == 1;
        return used ? Status{} : refuse("ssl.certificate.pem", "the text");
    }
    const std::string location = property("ssl.certificate.location");
    if (location.empty()) return {};
    const bool used = SSL_CTX_use_certificate_chain_file(&context_, location.c_str()) == 1;
    return used ? Status{} : refuse("ssl.certificate.location", location);
}

Status Setup::useKey() {
    std::string password = property("ssl.key.password");
    const std::string pem = property("ssl.key.pem");
    const std::string location = property("ssl.key.location");
    if (pem.empty() && location.empty()) return {};
    const BioHandle bio = pem.empty() ? BioHandle(BIO_new_file(location.c_str(), "r")) : textBio(pem);
    const KeyHandle key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, givePassword, &password) : nullptr);
    if (key && SSL_CTX_use_PrivateKey(&context_, key.get()) == 1) return {};
    return pem.empty() ? refuse("ssl.key.location", location) : refuse("ssl.key.pem", "the text");
}

Status Setup::useKeystore() {
    const std::string location = property("ssl.keystore.location");
    if (location.empty()) return {};
    const BioHandle bio(BIO_new_file(location.c_str(), "rb"));
    const Pkcs12Handle store(bio ? d2i_PKCS12_bio(bio.get(), nullptr) : nullptr);
    EVP_PKEY* key = nullptr;
    X509* certificate = nullptr;
    const std::string password = property("ssl.keystore.password");
    const bool parsed =
        store && PKCS12_parse(store.get(), password.c_str(), &key, &certificate, nullptr) == 1;
    const KeyHandle key_owner(key);
    const CertificateHandle certificate_owner(certificate);
    const bool used = parsed && key != nullptr && certificate != nullptr &&
                      SSL_CTX_use_certificate(&context_, certificate) == 1 &&
                      SSL_CTX_use_PrivateKey(&context_, key) == 1;
    return used ? Status{} : refuse("ssl.keystore.location", location);
}

Status Setup::useAlgorithms() {
    const std::string ciphers = property("ssl.cipher.suites");
    if (!ciphers.empty() && SSL_CTX_set_cipher_list(&context_, ciphers.c_str()) != 1) {
        return refuse("ssl.cipher.suites", ciphers);
    }
    const std::string curves = property("ssl.curves.list");
    if (!curves.empty() && SSL_CTX_set1_curves_list(&context_, curves.c_str()) != 1) {
        return refuse("ssl.curves.list", curves);
    }
    const std::string signatures = property("ssl.sigalgs.list");
    if (!signatures.empty() && SSL_CTX_set1_sigalgs_list(&context_, signatures.c_str()) != 1) {
        return refuse("ssl.sigalgs.list", signatures);
    }
    return {};
}

}  // namespace

Result<SslContextHandle> makeTlsContext(const ClusterSettings& cluster) {
    SslContextHandle context(SSL_CTX_new(TLS_client_method()));
    if (!context) return fail(ErrorCode::Internal, "No TLS connection can be made");
    if (Status done = Setup(*context, cluster).run(); !done) return passOn(done);
    return context;
}

}  // namespace weir::kafka
