// The operator's policy against a schema: what is refused, what is warned about, what follows from silence.
#include "plan/fixture.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using policy::FieldRule;

namespace {

struct BadPolicy {
    const char* name;
    std::map<std::string, FieldRule> fields;
    std::map<std::string, FieldRule> columns;
    std::vector<std::string> expected;
};

}  // namespace

TEST_CASE("a policy that cannot be carried out is refused, naming field, type and length") {
    const BadPolicy cases[] = {
        {"unknown field",
         {{"emial", FieldRule::hash}},
         {},
         {"[policy.fields] emial", "did you mean 'email'?"}},
        {"field without a near name",
         {{"zzzzzzzz", FieldRule::keep}},
         {},
         {"zzzzzzzz: Mautic has no contact field"}},
        {"column that is no field",
         {{"internal", FieldRule::keep}},
         {},
         {"internal: Mautic has no contact field"}},
        {"hash of a number",
         {{"points", FieldRule::hash}},
         {},
         {"points = hash", "int", "number cannot be hashed"}},
        {"hash of a date",
         {{"birthday", FieldRule::hash}},
         {},
         {"birthday = hash", "date", "cannot be hashed"}},
        {"hash of a boolean",
         {{"vip", FieldRule::hash}},
         {},
         {"vip = hash", "tinyint(1)", "cannot be hashed"}},
        {"unknown table", {}, {{"note.text", FieldRule::keep}}, {"\"note.text\"", "did you mean 'notes'?"}},
        {"unknown column", {}, {{"notes.txt", FieldRule::keep}}, {"\"notes.txt\"", "did you mean 'text'?"}},
        {"no column", {}, {{"notes", FieldRule::keep}}, {"\"notes\"", "no such column"}},
        {"hash of an override", {}, {{"leads.points", FieldRule::hash}}, {"\"leads.points\" = hash", "int"}},
        {"the contact's id", {}, {{"leads.id", FieldRule::remove}}, {"\"leads.id\""}},
        {"the tie", {}, {{"notes.lead_id", FieldRule::remove}}, {"\"notes.lead_id\""}},
        {"a primary key", {}, {{"notes.id", FieldRule::remove}}, {"\"notes.id\""}},
        {"several at once",
         {{"emial", FieldRule::hash}, {"points", FieldRule::hash}},
         {{"notes.txt", FieldRule::keep}},
         {"emial", "points", "notes.txt"}},
    };
    for (const BadPolicy& bad : cases) {
        CAPTURE(bad.name);
        PlanInput input;
        input.policy.fields = bad.fields;
        input.policy.columns = bad.columns;
        const std::string problems = input.problems();
        for (const std::string& part : bad.expected) CHECK_THAT(problems, ContainsSubstring(part));
    }
}

TEST_CASE("a hash of fewer digits fits a shorter column, that of an address does not") {
    struct Case {
        const char* name;
        const char* column;
        const char* type;
        std::size_t digits;
        const char* expected;
    };
    const Case cases[] = {
        {"64 digits in 40", "firstname", "varchar(40)", 64, "delete"},
        {"40 digits in 40", "firstname", "varchar(40)", 40, "hash"},
        {"41 digits in 40", "firstname", "varchar(40)", 41, "delete"},
        {"32 digits in 20", "firstname", "varchar(20)", 32, "delete"},
        {"an address in 40", "email", "varchar(40)", 32, "delete"},
        {"an address in 64", "email", "varchar(64)", 32, "hash"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.name);
        PlanInput input;
        input.hash.algorithm = policy::Algorithm::sha256;
        input.hash.digits = c.digits;
        auto& columns = input.schema.tables["leads"].columns;
        *std::find_if(columns.begin(), columns.end(), [&](const auto& candidate) {
            return candidate.name == c.column;
        }) = column(c.column, c.type);
        input.policy.fields = {{c.column, FieldRule::hash}};
        const auto plan = input.build();
        CHECK(action_in(plan, "leads", c.column) == c.expected);
        CHECK(plan.limitations.empty() == (std::string_view(c.expected) == "hash"));
    }
}

TEST_CASE("a hash needs a column that is long enough for it") {
    struct Case {
        const char* name;
        const char* type;
        policy::Algorithm algorithm;
        const char* expected;  // "" when it is deleted instead
    };
    const Case cases[] = {
        {"md5 in 31", "varchar(31)", policy::Algorithm::md5, ""},
        {"md5 in 32", "varchar(32)", policy::Algorithm::md5, "accepted"},
        {"sha256 in 63", "varchar(63)", policy::Algorithm::sha256, ""},
        {"sha256 in 64", "varchar(64)", policy::Algorithm::sha256, "accepted"},
        {"longtext", "longtext", policy::Algorithm::sha256, "accepted"},
        {"enum", "enum('a')", policy::Algorithm::md5, "cannot hold a hash"},
        {"json", "longtext json", policy::Algorithm::md5, "not valid JSON"},
        {"native json", "json", policy::Algorithm::md5, "not valid JSON"},
        {"blob", "longblob", policy::Algorithm::md5, "cannot hold a hash"},
        {"double", "double", policy::Algorithm::md5, "a number cannot be hashed"},
        {"time", "time", policy::Algorithm::md5, "a date or time cannot be hashed"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.name);
        PlanInput input;
        input.hash.algorithm = c.algorithm;
        *std::find_if(input.schema.tables["leads"].columns.begin(),
                      input.schema.tables["leads"].columns.end(), [](const auto& candidate) {
                          return candidate.name == "firstname";
                      }) = column("firstname", c.type);
        input.policy.fields = {{"firstname", FieldRule::hash}};
        const bool too_short = std::string_view(c.expected).empty();
        CHECK_THAT(input.problems(), ContainsSubstring(too_short ? "accepted" : c.expected));
        if (too_short) {
            CHECK(action_in(input.build(), "leads", "firstname") == "delete");
        } else if (std::string_view(c.expected) != "accepted") {
            CHECK_THAT(input.problems(), ContainsSubstring("[policy.fields] firstname = hash"));
        }
        input.policy = {};
        input.policy.other_fields = FieldRule::hash;  // nobody named it: what cannot be hashed goes
        CHECK(action_in(input.build(), "leads", "firstname") ==
              (std::string_view(c.expected) == "accepted" ? "hash" : "delete"));
    }
}

TEST_CASE("a custom field that is created tomorrow is deleted") {
    PlanInput input;
    CHECK(action_in(input.build(), "leads", "shoe_size") == "no step");
    input.schema.tables["leads"].columns.push_back(column("shoe_size", "varchar(64)"));
    input.schema.contact_fields.push_back({"shoe_size", "text", false});
    const auto plan = input.build();
    CHECK(action_in(plan, "leads", "shoe_size") == "delete");
    CHECK(change_of(plan, "leads", "shoe_size")->neutral == "NULL");
    CHECK(std::count(plan.identifying.begin(), plan.identifying.end(), "shoe_size") == 1);
    input.policy.fields["shoe_size"] = FieldRule::keep;
    CHECK(action_in(input.build(), "leads", "shoe_size") == "kept");
}

TEST_CASE("a field that Mautic has not created a column for is waited for") {
    PlanInput input;
    input.schema.contact_fields.push_back({"nickname", "text", false});
    input.policy.fields["nickname"] = FieldRule::hash;
    CHECK(input.problems() == "accepted");
}

TEST_CASE("emptying every unique identifier is warned about") {
    struct Case {
        const char* name;
        std::map<std::string, FieldRule> fields;
        std::map<std::string, FieldRule> columns;
        bool second_identifier;
        bool warned;
    };
    const Case cases[] = {
        {"nothing said", {}, {}, false, true},
        {"deleted", {{"email", FieldRule::remove}}, {}, false, true},
        {"hashed", {{"email", FieldRule::hash}}, {}, false, false},
        {"kept", {{"email", FieldRule::keep}}, {}, false, false},
        {"one of two hashed", {{"firstname", FieldRule::hash}}, {}, true, false},
        {"both deleted", {}, {}, true, true},
        {"hashed, then deleted by column",
         {{"email", FieldRule::hash}},
         {{"leads.email", FieldRule::remove}},
         false,
         true},
        {"deleted, then hashed by column", {}, {{"leads.email", FieldRule::hash}}, false, false},
    };
    for (const Case& c : cases) {
        CAPTURE(c.name);
        PlanInput input;
        input.policy.fields = c.fields;
        input.policy.columns = c.columns;
        input.schema.contact_fields[1].unique_identifier = c.second_identifier;
        const auto plan = input.build();
        const bool warned =
            std::any_of(plan.warnings.begin(), plan.warnings.end(), [](const std::string& warning) {
                return warning.find("unique identifier") != std::string::npos &&
                       warning.find("email") != std::string::npos;
            });
        CHECK(warned == c.warned);
    }
}

TEST_CASE("rules for single columns win over the map") {
    PlanInput input;
    CHECK(action_in(input.build(), "notes", "text") == "delete");
    input.policy.columns = {{"notes.text", FieldRule::keep},
                            {"leads.internal", FieldRule::keep},
                            {"leads.firstname", FieldRule::hash}};
    const auto plan = input.build();
    CHECK(action_in(plan, "notes", "text") == "kept");
    CHECK(action_in(plan, "leads", "internal") == "kept");
    CHECK(action_in(plan, "leads", "firstname") == "hash");
    CHECK(action_in(plan, "leads", "email") == "delete");
}

TEST_CASE("what decides about erasures cannot be erased") {
    PlanInput input;
    input.schema.tables["lead_donotcontact"] =
        table("lead_donotcontact", {{"id", "int not null"},
                                    {"lead_id", "bigint"},
                                    {"reason", "smallint not null"},
                                    {"channel", "varchar(191) not null"},
                                    {"date_added", "datetime not null"}});
    input.map_text += entry("", "lead_donotcontact");
    for (const char* name : {"reason", "channel", "date_added", "lead_id"}) {
        CAPTURE(name);
        input.policy.columns = {{std::string("lead_donotcontact.") + name, FieldRule::remove}};
        CHECK_THAT(input.problems(), ContainsSubstring(std::string("\"lead_donotcontact.") + name + "\""));
        input.policy.columns.begin()->second = FieldRule::keep;
        CHECK(input.problems() == "accepted");
    }
}

TEST_CASE("a rule for a column nothing is done with is refused rather than ignored") {
    PlanInput input;
    input.schema.tables["users"] = table("users", {{"id", "int not null"}, {"email", "varchar(191)"}});
    input.map_text += entry("", "users", "kind = \"none\"");
    input.policy.columns = {{"users.email", FieldRule::remove}};
    CHECK_THAT(input.problems(), ContainsSubstring("\"users.email\""));
}

TEST_CASE("a rule for a row that is deleted as a whole is refused") {
    PlanInput input;
    input.map_text = small_map_text +
                     "[[table]]\nname = \"notes\"\nwhy = \"x\"\nrows = \"delete\"\n"
                     "tie = { kind = \"column\", column = \"lead_id\" }\n";
    CHECK(step_of(input.build(), "notes")->delete_rows);
    input.policy.columns = {{"notes.text", FieldRule::keep}};
    CHECK_THAT(input.problems(), ContainsSubstring("rows of this table are deleted as a whole"));
}

TEST_CASE("the plan names what it was made from") {
    PlanInput input;
    input.schema.digest = std::string(64, 'a');
    const auto plan = input.build();
    CHECK(plan.schema_digest == input.schema.digest);
    CHECK(plan.policy_digest == input.policy.digest());
    CHECK(plan.map_digest.size() == 64);
    CHECK(plan.contact_table == "m_leads");
    CHECK(plan.contact_columns.size() == 8);
    CHECK(plan.contact_step()->key() == "leads");
}
