// SPDX-License-Identifier: GPL-3.0-or-later
#include "certificates.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace weir::peers {
namespace {

void run(const std::string& command) {
    if (std::system((command + " >/dev/null 2>&1").c_str()) != 0)
        throw std::runtime_error("failed: " + command);
}

std::string contentOf(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

Authority::Authority(std::string directory, const std::string& name)
    : directory_(std::move(directory)),
      name_(name),
      certificate_(fmt::format("{}/{}.crt", directory_, name)),
      key_(fmt::format("{}/{}.key", directory_, name)) {
    run(fmt::format(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/CN={}' -keyout '{}' -out '{}'", name,
        key_, certificate_));
    const std::string base = fmt::format("{}/{}", directory_, name);
    std::ofstream(base + ".index").flush();
    std::ofstream(base + ".cnf") << fmt::format(
        "[ca]\ndefault_ca=this\n[this]\ndatabase={0}.index\nnew_certs_dir={1}\nrand_serial=yes\n"
        "default_md=sha256\npolicy=names\ncopy_extensions=copy\nunique_subject=no\n[names]\n"
        "commonName=supplied\n",
        base, directory_);
}

Authority::Signed Authority::sign(const std::string& common_name, const std::string& alternative_names,
                                  Validity validity) const {
    const std::string base = fmt::format("{}/{}-{}", directory_, name_, common_name);
    const char* const dates =
        validity == Validity::Now ? "-days 30" : "-startdate 20200101000000Z -enddate 20200201000000Z";
    const Signed made{base + ".crt", base + ".key", base + ".pem"};
    run(
        fmt::format("openssl req -new -newkey rsa:2048 -nodes -subj '/CN={}' -addext 'subjectAltName={}' "
                    "-keyout '{}' -out '{}.csr'",
                    common_name, alternative_names, made.key, base));
    run(
        fmt::format("openssl ca -batch -notext -config '{}/{}.cnf' -cert '{}' -keyfile '{}' {} -in '{}.csr' "
                    "-out '{}'",
                    directory_, name_, certificate_, key_, dates, base, made.certificate));
    std::ofstream(made.both) << contentOf(made.key) << contentOf(made.certificate) << contentOf(certificate_);
    return made;
}

}  // namespace weir::peers
