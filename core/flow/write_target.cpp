// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/parts.h"
#include "flow/text_writer.h"

namespace weir::flow {
namespace {

/// Writes the keys of one target beside `kind`, those that differ from their defaults.
class TargetWriter {
  public:
    TargetWriter(Json& json, const TextWriter& text) : json_(json), text_(text) {}

    void operator()(const NoTarget&) const {}

    void operator()(const LambdaRuntimeTarget& target) const {
        writeCommand(target.command);
        write("directory", target.directory);
        write("handler", target.handler);
    }

    void operator()(const BuiltinTarget& target) const { json_["name"] = text_(".target.name", target.name); }

    void operator()(const HttpTarget& target) const {
        using Preset = HttpTarget::Preset;
        write("url", target.url);
        if (target.preset != Preset::None)
            write("preset", target.preset == Preset::OpenFaas ? "openfaas" : "azure");
        if (target.body != presetBody(target.preset)) writeBody(target.body);
        writeHeaders(target.headers);
    }

    void operator()(const CloudEventsTarget& target) const {
        using Mode = CloudEventsTarget::Mode;
        write("url", target.url);
        if (target.mode != Mode::Binary)
            write("mode", target.mode == Mode::Structured ? "structured" : "batched");
        writeHeaders(target.headers);
        if (target.type != CloudEventsTarget{}.type) write("type", target.type);
        write("source", target.source);
    }

    void operator()(const LambdaTarget& target) const {
        write("function", target.function);
        write("region", target.region);
        write("endpoint", target.endpoint);
        write("qualifier", target.qualifier);
        write("profile", target.profile);
        if (target.event) write("invocation", "Event");
        if (!target.tail) write("log", "none");
        write("access_key_id", target.access_key_id);
        writeSecret("secret_access_key", target.secret_access_key, "${AWS_SECRET_ACCESS_KEY}");
        writeSecret("session_token", target.session_token, "${AWS_SESSION_TOKEN}");
    }

    void operator()(const CommandTarget& target) const {
        writeCommand(target.command);
        write("directory", target.directory);
        if (target.body != Body::Event) writeBody(target.body);
    }

    void operator()(const SimulatedTarget& target) const {
        using Profile = SimulatedTarget::Profile;
        const SimulatedTarget defaults = simulatedProfile(target.profile);
        if (target.profile != Profile::None) {
            write("profile", target.profile == Profile::Aws      ? "aws"
                             : target.profile == Profile::Google ? "google"
                                                                 : "azure");
        }
        if (target.warm != defaults.warm || target.profile == Profile::None) writeTimes("warm", target.warm);
        if (target.cold != defaults.cold) writeTimes("cold", target.cold);
        if (target.failures > 0) json_["failures"] = target.failures;
        if (target.throttles > 0) json_["throttles"] = target.throttles;
        if (target.crashes > 0) json_["crashes"] = target.crashes;
        if (target.answer == SimulatedTarget::Answers::Echo) write("answer", "echo");
        if (target.seed != defaults.seed) json_["seed"] = target.seed;
    }

  private:
    void write(const std::string& key, const std::string& value) const {
        if (!value.empty()) json_[key] = text_(".target." + key, value);
    }

    void writeSecret(const std::string& key, const std::string& value, const char* otherwise) const {
        if (!value.empty()) json_[key] = text_.reference(".target." + key).value_or(otherwise);
    }

    void writeBody(Body body) const {
        write("body", body == Body::Event    ? "event"
                      : body == Body::Value  ? "value"
                      : body == Body::Values ? "values"
                                             : "azure");
    }

    void writeCommand(const std::vector<std::string>& command) const {
        json_["command"] = Json::array();
        for (std::size_t i = 0; i < command.size(); ++i) {
            json_["command"].push_back(text_(elementPlace(".target.command", i), command[i]));
        }
    }

    void writeHeaders(const std::map<std::string, std::string>& headers) const {
        for (const auto& [name, value] : headers) {
            json_["headers"][name] = text_(memberPlace(".target.headers", name), value);
        }
    }

    void writeTimes(const std::string& key, const Distribution& times) const {
        using Shape = Distribution::Shape;
        const std::string place = ".target." + key;
        const auto duration = [&](const char* name, DurationNs value) {
            json_[key][name] = text_(memberPlace(place, name), durationLiteral(value));
        };
        switch (times.shape) {
            case Shape::Fixed:
                json_[key] = text_(place, durationLiteral(times.mean));
                return;
            case Shape::Uniform:
                duration("from", times.mean);
                duration("to", times.deviation);
                return;
            case Shape::Normal:
                json_[key]["shape"] = text_(memberPlace(place, "shape"), "normal");
                break;
            case Shape::LogNormal:
                break;
        }
        duration("mean", times.mean);
        duration("deviation", times.deviation);
    }

    Json& json_;
    const TextWriter& text_;
};

}  // namespace

Json writeTarget(const TargetSpec& target, const TextWriter& text) {
    Json json{{"kind", text(".target.kind", targetKind(target))}};
    std::visit(TargetWriter(json, text), target);
    return json;
}

}  // namespace weir::flow
