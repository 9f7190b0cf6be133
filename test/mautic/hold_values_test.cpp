// Values of [hold.fields] that can never stand in their column.
#include "mautic/hold_values.h"

#include "support/catch.h"

using namespace gdprd::mautic;

namespace {

Column column_of(const std::string& data_type, const std::string& column_type = "") {
    Column column;
    column.data_type = data_type;
    column.column_type = column_type.empty() ? data_type : column_type;
    return column;
}

}  // namespace

TEST_CASE("a value that its column never has is told, and no other") {
    struct Row {
        Column column;
        const char* field;
        const char* value;
        bool may_stand_there;
    };
    const std::vector<Row> rows{
        {column_of("tinyint", "tinyint(1)"), "boolean", "1", true},
        {column_of("tinyint", "tinyint(1)"), "boolean", "0", true},
        {column_of("tinyint", "tinyint(1)"), "boolean", "true", false},
        {column_of("tinyint", "tinyint(1)"), "boolean", "yes", false},
        {column_of("tinyint", "tinyint(1)"), "boolean", "2", false},
        {column_of("bit", "bit(1)"), "", "1", true},
        {column_of("int"), "", "-17", true},
        {column_of("int"), "", "017", true},
        {column_of("int"), "", "17.0", true},
        {column_of("int"), "", "17.5", false},
        {column_of("double"), "number", "17", true},
        {column_of("double"), "number", "17.5", true},
        {column_of("double"), "number", "17.50", true},
        {column_of("double"), "number", "yes", false},
        {column_of("decimal", "decimal(10,2)"), "", "17.50", true},
        {column_of("decimal", "decimal(10,2)"), "", "17.5", true},
        {column_of("decimal", "decimal(10,2)"), "", "17.505", false},
        {column_of("double", "double(10,2)"), "", "17.505", false},
        {column_of("decimal", "decimal(10,0)"), "", "17", true},
        {column_of("date"), "date", "2026-03-01", true},
        {column_of("date"), "date", "01.03.2026", false},
        {column_of("datetime"), "datetime", "2026-03-01", false},
        {column_of("datetime"), "datetime", "2026-03-01 00:00:00", true},
        {column_of("time"), "time", "09:30", false},
        {column_of("time"), "time", "09:30:00", true},
        {column_of("varchar", "varchar(191)"), "text", "anything", true},
        {column_of("varbinary", "varbinary(16)"), "", "anything", true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.column.column_type, row.field, row.value);
        const std::string why = why_never_held(row.value, row.column, row.field, std::nullopt);
        CAPTURE(why);
        CHECK(why.empty() == row.may_stand_there);
    }
}

TEST_CASE("what a list of values does not offer is told, however Mautic keeps the list") {
    const Column column = column_of("varchar", "varchar(191)");
    for (const char* properties :
         {R"(a:1:{s:4:"list";s:13:"court|R&amp;D";})",
          R"(a:1:{s:4:"list";a:2:{i:0;s:5:"court";i:1;s:3:"R&D";}})",
          R"(a:1:{s:4:"list";a:2:{i:0;a:2:{s:5:"label";s:8:"In court";s:5:"value";s:5:"court";})"
          R"(i:1;a:2:{s:5:"label";s:3:"R+D";s:5:"value";s:3:"R&D";}}})"}) {
        CAPTURE(properties);
        const auto options = options_of_field(properties);
        for (const char* field : {"select", "multiselect"}) {
            CHECK(why_never_held("court", column, field, options).empty());
            CHECK(why_never_held("R&D", column, field, options).empty());
            CHECK_FALSE(why_never_held("In court", column, field, options).empty());
        }
        CHECK(why_never_held("court|R&D", column, "multiselect", options).empty());
        CHECK_FALSE(why_never_held("court|R&D", column, "select", options).empty());
        CHECK(why_never_held("In court", column, "text", options).empty());
    }
    for (const char* nothing : {"", "a:0:{}", "{}", R"(a:1:{s:4:"list";a:0:{}})", R"(a:1:{s:4:"list";N;})"}) {
        CHECK_FALSE(options_of_field(nothing).has_value());
    }
}
