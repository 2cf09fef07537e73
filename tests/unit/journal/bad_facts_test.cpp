// SPDX-License-Identifier: GPL-3.0-or-later
// Facts that are wrong: what is said about them, with the line, and that nothing is left behind.
#include "facts_fixture.h"
#include "journal/text/fact_sorter.h"
#include "journal/text/line_reader.h"

#include <gmock/gmock.h>

namespace weir::journal::test {
namespace {

using BadFacts = FactsTest;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kStart =
    R"({"fact":"start","invocation":1,"function":"f","attempt":1,"events":[["t",0,1,3]],"at":1}
)";

struct Case {
    const char* line;
    const char* problem;
};

TEST_F(BadFacts, OfOneLine) {
    const Case cases[] = {
        {R"(nonsense)", "the line is not one JSON object"},
        {R"([1,2])", "expected an object, {\"fact\":\"…\",…}, got a list"},
        {R"({"fact":"note","text":"a","at":1} {})", "the line is not one JSON object"},
        {R"({"fact":"note","text":"a","at":1)", "the line is not one JSON object"},
        {R"({"at":1})", "`fact`: expected a string that says what kind of fact"},
        {R"({"fact":7,"at":1})", "`fact`: expected a string that says what kind of fact"},
        {R"({"fact":"strat","at":1})", "`fact`: unknown fact \"strat\"; did you mean \"start\"?"},
        {R"({"fact":"note","txet":"a","at":1})", "note: unknown field `txet`; did you mean `text`?"},
        {R"({"fact":"note","text":"a","colour":1,"at":1})", "note: unknown field `colour`"},
        {R"({"fact":"note","text":"a","text":"b","at":1})", "note: `text` is given twice"},
        {R"({"fact":"note","text":"a"})", "note: `at` is missing"},
        {R"({"fact":"note","at":1})", "note: `text` is missing"},
        {R"({"fact":"note","text":1,"at":1})", "note: `text`: expected a string, got a number"},
        {R"({"fact":"note","text":"a","at":-1})", "note: `at`: expected an integer from 0 to"},
        {R"({"fact":"note","text":"a","at":1.5})", "got a number with a fraction"},
        {R"({"fact":"note","text":"a","at":9223372036854775808})",
         "note: `at`: expected an integer from 0 to"},
        {R"({"fact":"note","text":"a","at":18446744073709551616})",
         "a number that is out of range or broken"},
        {R"({"fact":"note","text":"a","at":"yesterday"})", "\"yesterday\" is no time"},
        {R"({"fact":"note","text":"a","at":null})", "note: `at`: expected an integer from 0 to"},
        {R"({"fact":"session","version":0,"name":"s","mode":"import","at":0})",
         "`version`: expected an integer from 1"},
        {R"({"fact":"session","version":1,"name":"s","mode":"import","at":0})",
         "session: there is one already"},
        {R"({"fact":"topic","topic":"t","partitions":"6","at":1})",
         "topic: `partitions`: expected an integer"},
        {R"({"fact":"topic","topic":"","partitions":6,"at":1})", "topic: `topic` is empty"},
        {R"({"fact":"topic","topic":"t","partitions":6,"source":"file","at":1})",
         "\"file\" is none of kafka, http, range"},
        {R"({"fact":"function","function":"f","observe":"yes","at":1})",
         "`observe`: expected true or false, got a string"},
        {R"({"fact":"trigger","function":"f","topics":"t","order":"key","at":1})",
         "`topics`: expected a list of topics"},
        {R"({"fact":"trigger","function":"f","topics":["t"],"order":"keys","at":1})",
         "\"keys\" is none of partition, key, none"},
        {R"({"fact":"record","topic":"t","partition":2147483648,"offset":1,"key":null,"at":1})",
         "`partition`: expected an integer from 0 to 2147483647"},
        {R"({"fact":"record","topic":"t","partition":0,"offset":-1,"key":null,"at":1})",
         "`offset`: expected an integer from 0"},
        {R"({"fact":"record","topic":"t","partition":0,"offset":9223372036854775807,"key":null,"at":1})",
         "`offset`: expected an integer from 0 to 9223372036854775806"},
        {R"({"fact":"record","topic":"t","partition":0,"offset":1,"key":7,"at":1})",
         "`key`: expected a string, null, or {\"base64\":\"…\"}, got a number"},
        {R"({"fact":"record","topic":"t","partition":0,"offset":1,"key":{"base64":"aGk="},"at":1})",
         "`key`: base64 of valid UTF-8; write it as a string"},
        {R"({"fact":"record","topic":"t","partition":0,"offset":1,"key":{"base64":"/w"},"at":1})",
         "`key`: this is not base64 with padding"},
        {R"({"fact":"record","topic":"t","partition":0,"offset":1,"key":null,"truncated":true,"at":1})",
         "`truncated` without a `value`"},
        {R"({"fact":"record","topic":"t","partition":0,"offset":1,"key":null,"value":"abc","size":4,"at":1})",
         "`size` is 4, but `value` has 3 bytes"},
        {R"({"fact":"record","topic":"t","partition":0,"offset":1,"key":null,"headers":[["a"]],"at":1})",
         "`headers[0]`: expected [name, value]"},
        {R"({"fact":"record","topic":"t","partition":0,"offset":1,"key":null,"headers":[["a","b"],[null,"b"]],"at":1})",
         "`headers[1]`: a name cannot be null"},
        {R"({"fact":"hole","topic":"t","partition":0,"first":9,"last":8,"reason":"aborted","at":1})",
         "`last` is below `first`"},
        {R"({"fact":"start","invocation":1,"function":"f","attempt":0,"events":[],"at":1})",
         "`attempt`: expected an integer from 1"},
        {R"({"fact":"start","invocation":1,"function":"f","attempt":1,"events":[["t",0]],"at":1})",
         "`events[0]`: expected [topic, partition, offset] or [topic, partition, first, last]"},
        {R"({"fact":"start","invocation":1,"function":"f","attempt":1,"events":[["t",0,3,1]],"at":1})",
         "`events[0]`: the run ends at 1, before it begins at 3"},
        {R"({"fact":"start","invocation":1,"function":"f","attempt":1,"events":[["t",0,0,1000000]],"at":1})",
         "`events`: more than 1,000,000 events"},
        {R"({"fact":"start","invocation":1,"function":"f","attempt":1,"events":[["t",0,0,9223372036854775806]],"at":1})",
         "`events`: more than 1,000,000 events"},
        {R"({"fact":"end","invocation":1,"outcome":"success","failed":[],"at":1})",
         "`failed` belongs to the outcome \"partial\" only"},
        {R"({"fact":"skip","function":"f","event":["t",0,1,2],"reason":"filtered","at":1})",
         "`event`: expected [topic, partition, offset]"},
    };
    for (const Case& c : cases) {
        EXPECT_THAT(problem(c.line), AllOf(HasSubstr("line 2: "), HasSubstr(c.problem))) << c.line;
    }
}

TEST_F(BadFacts, BetweenFacts) {
    const Case cases[] = {
        {kStart, "start: `invocation`: 1 was used before"},
        {R"({"fact":"observed","invocation":1,"function":"f","events":[["t",0,1]],"at":1})",
         "observed: `invocation`: 1 was used before"},
        {R"({"fact":"end","invocation":2,"outcome":"success","at":2})", "end: invocation 2 has not started"},
        {R"({"fact":"end","invocation":1,"outcome":"partial","failed":[["t",0,3,4]],"at":2})",
         "end: `failed`: t/0@4 is not among the events of invocation 1"},
        {R"({"fact":"end","invocation":1,"outcome":"partial","failed":[["u",0,3]],"at":2})",
         "end: `failed`: u/0@3 is not among"},
        {R"({"fact":"output","invocation":2,"event":["o",0,1],"caused_by":[],"at":2})",
         "output: invocation 2 has not started"},
        {R"({"fact":"log","invocation":2,"stream":"stdout","text":"","at":2})",
         "log: invocation 2 has not started"},
        {R"({"fact":"start","invocation":2,"function":"f","attempt":1,"split_of":3,"events":[],"at":2})",
         "start: `split_of`: invocation 3 has not started"},
        {R"({"fact":"start","invocation":2,"function":"f","attempt":1,"events":[["t",0,5,9],["t",1,7],["t",0,9]],"at":2})",
         "start: `events`: t/0@9 stands there twice"},
    };
    for (const Case& c : cases) {
        EXPECT_THAT(problem(std::string(kStart) + c.line), AllOf(HasSubstr("line 3: "), HasSubstr(c.problem)))
            << c.line;
    }
}

TEST_F(BadFacts, ASecondEnd) {
    const std::string end = R"({"fact":"end","invocation":1,"outcome":"success","at":2})"
                            "\n";
    EXPECT_THAT(problem(kStart + end + end), HasSubstr("line 4: end: invocation 1 has ended already"));
}

TEST_F(BadFacts, ARunOverAHole) {
    const std::string hole =
        R"({"fact":"hole","topic":"t","partition":0,"first":2,"last":2,"reason":"transaction","at":0})"
        "\n";
    EXPECT_THAT(problem(hole + kStart), HasSubstr("line 3: start: `events`: t/0@2 is a hole"));
    const std::string wide =
        R"({"fact":"hole","topic":"t","partition":0,"first":3,"last":9223372036854775806,"reason":"retention","at":0})"
        "\n";
    EXPECT_THAT(problem(wide + kStart), HasSubstr("line 3: start: `events`: t/0@3 is a hole"));
}

TEST_F(BadFacts, SessionMustComeFirst) {
    auto report = import("{\"fact\":\"note\",\"text\":\"\",\"at\":1}\n" + std::string(kSession));
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message, HasSubstr("line 1: expected `session` to be the first fact"));
    report = import(R"({"fact":"session","version":1,"name":"s","mode":"import","at":10}
{"fact":"note","text":"","at":9})");
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message, HasSubstr("line 2: its `at` lies before that of the session"));
    report = import("\n \n");
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message, HasSubstr("There are no facts in"));
    EXPECT_EQ(exitCode(report.error().code), 3);
}

TEST_F(BadFacts, FactsOfALaterVersionAreRefused) {
    const auto report =
        import(R"({"fact":"session","version":2,"name":"s","mode":"import","planet":"Mars","at":0})", true);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::FileTooNew);
    EXPECT_THAT(report.error().message, HasSubstr("line 1: these facts are of version 2"));
}

TEST_F(BadFacts, BytesThatAreNoText) {
    EXPECT_THAT(problem("{\"fact\":\"note\",\"text\":\"\xff\",\"at\":1}"),
                HasSubstr("line 2: the line is not UTF-8"));
    EXPECT_THAT(problem(std::string("{\"fact\":\"note\",\"text\":\"a") + '\0' + "b\",\"at\":1}"),
                HasSubstr("line 2: "));
    EXPECT_THAT(problem("{\"fact\":\"note\",\"text\":\"\\ud800\",\"at\":1}"), HasSubstr("line 2: "));
}

TEST_F(BadFacts, DeepNesting) {
    EXPECT_THAT(problem(R"({"fact":"note","text":)" + std::string(1'000'000, '[') +
                        std::string(1'000'000, ']') + R"(,"at":1})"),
                HasSubstr("line 2: the line is nested deeper than any fact is"));
    EXPECT_THAT(problem(std::string(1'000'000, '{')), HasSubstr("line 2: "));
}

TEST_F(BadFacts, HostileNamesAreOnlyNames) {
    const std::string facts =
        std::string(kSession) +
        R"({"fact":"topic","topic":"'; DROP TABLE event; --","partitions":1,"source":"kafka","at":1}
{"fact":"function","function":"<script>alert(1)</script>","at":1}
{"fact":"start","invocation":1,"function":"\u001b[2J\u0000%s%n","attempt":1,"events":[["../../etc/passwd",0,1]],"at":2}
)";
    EXPECT_EQ(roundTrip(facts), facts);
    EXPECT_THAT(problem("{\"fact\":\"\\u001b[2J\",\"at\":1}"), HasSubstr("unknown fact \"\uFFFD[2J\""));
}

TEST_F(BadFacts, AVeryLongLine) {
    const std::string value(100'000'000, 'v');
    const std::string facts = std::string(kSession) +
                              R"({"fact":"record","topic":"t","partition":0,"offset":1,"key":"k","value":")" +
                              value + "\",\"at\":1}\n{\"fact\":\"note\",\"text\":\"a\",\"at\":2}\n";
    EXPECT_TRUE(roundTrip(facts) == facts);
}

TEST_F(BadFacts, ALineThatIsTooLong) {
    std::ofstream(at("f")) << "short\n"
                           << std::string(5'000'000, 'x') << "\nafter\n"
                           << std::string(3'000'000, 'y');
    auto input = FactInput::open(at("f"), at(""));
    ASSERT_OK(input);
    LineReader reader(*input, 2'000'000);
    Line line;
    std::vector<std::string> seen;
    while (reader.next(line)) seen.push_back(line.too_long ? "too long" : std::string(line.text));
    EXPECT_OK(reader.status());
    EXPECT_EQ(seen, (std::vector<std::string>{"short", "too long", "after", "too long"}));
}

TEST_F(BadFacts, ADirectoryOrNothing) {
    for (const auto& [facts, code] :
         {std::pair{at("."), ErrorCode::FileUnreadable}, {at("none"), ErrorCode::FileNotFound}}) {
        SessionImport import;
        import.facts = facts;
        import.session = at("s.weir");
        const auto report = importSession(import);
        ASSERT_FALSE(report);
        EXPECT_EQ(report.error().code, code);
    }
}

/// Lines sorted in parts of a few kilobytes.
TEST_F(BadFacts, SortingKeepsLinesThatAreNoFacts) {
    std::string text;
    for (int i = 2000; i > 0; --i) {
        text += R"({"fact":"note","text":")" + std::to_string(i) + R"(","at":)" + std::to_string(i) + "}\n";
        if (i % 500 == 0) text += "broken " + std::to_string(i) + "\n";
    }
    std::ofstream(at("f")) << text;
    auto input = FactInput::open(at("f"), at(""));
    ASSERT_OK(input);
    LineReader reader(*input);
    FactSorter::Options options;
    options.temp_directory = at("");
    options.memory = 4096;
    auto sorted = FactSorter::sort(reader, options);
    ASSERT_OK(sorted);
    Line line;
    int notes = 0, broken = 0;
    while ((*sorted)->next(line)) {
        if (line.text[0] == '{') {
            ++notes;
            EXPECT_THAT(std::string(line.text), HasSubstr("\"" + std::to_string(notes) + "\""));
        } else {
            ++broken;
            EXPECT_EQ(line.text, "broken " + std::to_string(notes));
        }
    }
    EXPECT_OK((*sorted)->status());
    EXPECT_EQ(notes, 2000);
    EXPECT_EQ(broken, 4);
}

}  // namespace
}  // namespace weir::journal::test
