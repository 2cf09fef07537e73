// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster_arguments.h"

#include "base/secret_source.h"
#include "flow/parse.h"

namespace weir::cli {

Result<kafka::ClusterSettings> clusterOf(const ClusterArguments& arguments) {
    if (arguments.flow.empty() == arguments.brokers.empty()) {
        return fail(ErrorCode::Usage, "Name either a flow file or --brokers.",
                    "For example --brokers localhost:9092");
    }
    kafka::ClusterSettings settings;
    if (!arguments.flow.empty()) {
        auto flow = flow::loadFlow(arguments.flow, EnvironmentSecrets{});
        if (!flow) return passOn(flow);
        settings = {flow->cluster.brokers, flow->cluster.kafka};
        if (flow->cluster.embedded()) {
            return fail(ErrorCode::Usage,
                        "The flow's cluster is `embedded`: it exists only while a recording runs.",
                        "Name a flow with a real cluster, or use --brokers.");
        }
    } else {
        settings.brokers = arguments.brokers;
    }
    for (const std::string& property : arguments.properties) {
        const std::size_t equals = property.find('=');
        if (equals == std::string::npos) {
            return fail(ErrorCode::Usage, "-X wants property=value.",
                        "For example -X security.protocol=SSL.");
        }
        settings.properties[property.substr(0, equals)] = property.substr(equals + 1);
    }
    if (Status s = kafka::checkProperties(settings.properties); !s) return passOn(s);
    return settings;
}

}  // namespace weir::cli
