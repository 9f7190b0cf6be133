// Files go with the erasure: what the ledger says of them, and what a failure leaves.
#include <filesystem>
#include <fstream>

#include "erasure/world.h"
#include "support/catch.h"
#include "support/server_under_test.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;
namespace fs = std::filesystem;

namespace {

class MauticFiles {
  public:
    explicit MauticFiles(World& world) {
        fs::create_directories(avatar("x").parent_path());
        world.files = std::make_shared<const files::ContactFiles>(directory_.path());
    }
    fs::path avatar(const std::string& name) const {
        return directory_ / "media" / "images/lead_avatars" / ("avatar" + name);
    }
    void add(const std::string& name) const { std::ofstream(avatar(name)) << "picture"; }
    const TemporaryDirectory& directory() const { return directory_; }

  private:
    TemporaryDirectory directory_;
};

// A form "Contact" with an upload field "photo".
class PhotoForm {
  public:
    PhotoForm(World& world, const MauticFiles& mautic_files) : world_(world), mautic_files_(mautic_files) {
        form_ = world.mautic.insert("forms",
                                    {{"name", std::string("Contact")}, {"alias", std::string("contact")}});
        const std::uint64_t field = world.mautic.insert(
            "form_fields",
            {{"form_id", form_}, {"alias", std::string("photo")}, {"type", std::string("file")}});
        ip_ = world.mautic.insert("ip_addresses", {{"ip_address", std::string("192.0.2.77")}});
        results_ = world.mautic.real_name("form_results_" + std::to_string(form_) + "_contact");
        world.mautic.connection().change(
            "CREATE TABLE " + results_ +
            " (submission_id INT UNSIGNED PRIMARY KEY, form_id INT UNSIGNED, photo LONGTEXT)");
        uploads_ = "media/files/form/" + std::to_string(form_) + '/' + std::to_string(field) + '/';
        fs::create_directories(mautic_files.directory() / uploads_);
    }
    // The form as it is sent with a text instead of a file: Mautic keeps the text.
    void send(ContactId contact, const std::string& name) const {
        const std::uint64_t submission =
            world_.mautic.insert("form_submissions", {{"form_id", form_},
                                                      {"lead_id", contact},
                                                      {"ip_id", ip_},
                                                      {"date_submitted", std::string("2026-03-01 10:00:00")},
                                                      {"referer", std::string("https://www.example.org/")}});
        world_.mautic.connection().change("INSERT INTO " + results_ + " VALUES (?,?,?)",
                                          std::vector<database::Value>{submission, form_, name});
    }
    // Results whose submissions are gone: nobody's, and many.
    void add_results_of_others(std::uint64_t count) const {
        world_.mautic.connection().change("INSERT INTO " + results_ +
                                              " SELECT 1000 + seq, ?, CONCAT('other', seq, '.png') FROM " +
                                              sequence(1, count),
                                          std::vector<database::Value>{form_});
    }
    void upload(ContactId contact, const std::string& name) const {
        send(contact, name);
        mautic_files_.directory().write(uploads_ + name, "picture");
    }
    bool has(const std::string& name) const {
        return fs::exists(mautic_files_.directory() / (uploads_ + name));
    }

  private:
    World& world_;
    const MauticFiles& mautic_files_;
    std::uint64_t form_ = 0;
    std::uint64_t ip_ = 0;
    std::string results_;
    std::string uploads_;
};

void add_opted_out(World& world, ContactId contact) {
    world.mautic.add_contact(contact);
    world.mautic.unsubscribe(contact);
}

}  // namespace

TEST_CASE("without a directory the ledger says that files are not covered") {
    World world;
    world.mautic.add_contact(1);
    world.mautic.unsubscribe(1);
    const auto result = world.erase(1);
    CHECK(result.not_covered.files);
    CHECK(world.ledger(1)->not_covered.files);
    CHECK(world.ledger(1)->files_removed == 0);
    // A directory that is named later cannot bring back the names of uploads.
    const MauticFiles mautic_files(world);
    mautic_files.add("1");
    world.prepare();
    CHECK(world.erase(1, 1).files.files == 1);
    CHECK(world.ledger(1)->files_removed == 1);
    CHECK(world.ledger(1)->not_covered.files);
}

// The names of uploads are asked for only where their files can be removed: who else has such a name is no
// question an index answers.
TEST_CASE("without a directory an upload costs no look at the other results of its form") {
    World world("mtc_", MauticDatabase::facts_versions().back(), false);
    const MauticFiles elsewhere(world);
    world.files = nullptr;
    const PhotoForm form(world, elsewhere);
    add_opted_out(world, 5);
    form.upload(5, "photo.png");
    constexpr std::uint64_t others = 20'000;
    form.add_results_of_others(others);
    world.prepare();
    const auto rows_read = [&] {
        std::uint64_t sum = 0;
        database::Rows rows = world.daemon.select("SHOW SESSION STATUS LIKE 'Handler_read%'");
        while (rows.next()) sum += std::stoull(rows.text(1));
        return sum;
    };
    const std::uint64_t before = rows_read();
    CHECK(world.erase(5).verdict == erasure::Verdict::erased);
    const std::uint64_t read = rows_read() - before;
    CHECK(read > 0);
    CHECK(read < others / 2);  // the search of texts reads the newest thousand
    CHECK(form.has("photo.png"));
}

TEST_CASE("an erasure removes the contact's files and nobody else's, and later passes what came since") {
    World world;
    const MauticFiles mautic_files(world);
    for (const ContactId contact : {5, 57}) world.mautic.add_contact(contact);
    for (const char* name : {"5", "5.png", "57"}) mautic_files.add(name);
    CHECK(world.erase(5).verdict == erasure::Verdict::not_do_not_contact);
    CHECK(fs::exists(mautic_files.avatar("5")));
    world.mautic.unsubscribe(5);
    const auto result = world.erase(5);
    CHECK(result.files.files == 2);
    CHECK_FALSE(result.not_covered.any());
    CHECK_FALSE(fs::exists(mautic_files.avatar("5")));
    CHECK_FALSE(fs::exists(mautic_files.avatar("5.png")));
    CHECK(fs::exists(mautic_files.avatar("57")));
    mautic_files.add("5");
    CHECK(world.erase(5, 1).files.files == 1);
    CHECK(world.ledger(5)->files_removed == 3);
    CHECK_FALSE(world.ledger(5)->not_covered.files);
}

TEST_CASE("files that were uploaded in a form are found by its results, on every schema") {
    for (const std::string& version : MauticDatabase::facts_versions()) {
        CAPTURE(version);
        World world("mtc_", version, false);
        const MauticFiles mautic_files(world);
        const PhotoForm form(world, mautic_files);
        for (const ContactId contact : {5, 6}) {
            add_opted_out(world, contact);
            form.upload(contact, "photo-" + std::to_string(contact) + ".png");
        }
        CHECK(world.erase(5).files.files == 1);
        CHECK_FALSE(form.has("photo-5.png"));
        CHECK(form.has("photo-6.png"));
        CHECK(world.mautic.places_of("photo-5").empty());
        CHECK_FALSE(world.ledger(5)->not_covered.files);
        CHECK(world.erase(5, 1).files.files == 0);
    }
}

TEST_CASE("who names somebody else's upload does not get it deleted, and the ledger says so") {
    World world("mtc_", MauticDatabase::facts_versions().back(), false);
    const MauticFiles mautic_files(world);
    const PhotoForm form(world, mautic_files);
    for (const ContactId contact : {5, 6}) add_opted_out(world, contact);
    form.upload(6, "photo-6.png");
    form.upload(5, "photo-5.png");
    form.send(5, "photo-6.png");
    const auto result = world.erase(5);
    CHECK(result.files.files == 1);
    CHECK(result.files.left == 1);
    CHECK_FALSE(form.has("photo-5.png"));
    CHECK(form.has("photo-6.png"));
    CHECK(world.ledger(5)->not_covered.files);
    CHECK(world.mautic.places_of("photo-5").empty());
    // Its owner's erasure removes it: nobody else names it any more.
    CHECK(world.erase(6).files.files == 1);
    CHECK_FALSE(form.has("photo-6.png"));
    CHECK_FALSE(world.ledger(6)->not_covered.files);
}

TEST_CASE("an upload that two contacts of one batch name stays") {
    World world("mtc_", MauticDatabase::facts_versions().back(), false);
    const MauticFiles mautic_files(world);
    const PhotoForm form(world, mautic_files);
    for (const ContactId contact : {5, 6, 7}) add_opted_out(world, contact);
    form.upload(6, "photo-6.png");
    form.send(5, "photo-6.png");
    form.upload(7, "photo-7.png");
    const auto results =
        world.erase({{5, Origin::webhook, now()}, {6, Origin::webhook, now()}, {7, Origin::webhook, now()}});
    CHECK(results.at(0).files.left == 1);
    CHECK(results.at(1).files.left == 1);
    CHECK(results.at(2).files.files == 1);
    CHECK(form.has("photo-6.png"));
    CHECK_FALSE(form.has("photo-7.png"));
    CHECK(world.ledger(6)->not_covered.files);
    CHECK_FALSE(world.ledger(7)->not_covered.files);
}

TEST_CASE("an upload is its sender's own though others sent names like it, or it was sent twice") {
    World world("mtc_", MauticDatabase::facts_versions().back(), false);
    const MauticFiles mautic_files(world);
    const PhotoForm form(world, mautic_files);
    for (const ContactId contact : {5, 6}) add_opted_out(world, contact);
    form.upload(5, "photo-5.png");
    form.send(5, "photo-5.png");
    for (const char* name : {"PHOTO-5.png", "phot\u00f6-5.png", "photo-5.pn", ""}) form.send(6, name);
    const auto result = world.erase(5);
    CHECK(result.files.files == 1);
    CHECK(result.files.left == 0);
    CHECK_FALSE(form.has("photo-5.png"));
    CHECK_FALSE(world.ledger(5)->not_covered.files);
}

TEST_CASE("a link in a file's place stays and is said to be not covered") {
    World world;
    const MauticFiles mautic_files(world);
    world.mautic.add_contact(5);
    world.mautic.unsubscribe(5);
    mautic_files.add("57");
    fs::create_symlink(mautic_files.avatar("57"), mautic_files.avatar("5"));
    const auto result = world.erase(5);
    CHECK(result.files.left == 1);
    CHECK(world.ledger(5)->not_covered.files);
    CHECK(fs::exists(mautic_files.avatar("57")));
}

TEST_CASE("what is in the way of the files is in the way of the erasure") {
    World world;
    const MauticFiles mautic_files(world);
    world.mautic.add_contact(5);
    world.mautic.unsubscribe(5);
    mautic_files.add("5");
    world.prepare();
    const std::string before = world.mautic.dump();
    const fs::path media = mautic_files.directory() / "media";
    const fs::path away = mautic_files.directory() / "elsewhere";
    fs::rename(media, away);
    fs::create_directory_symlink(away, media);
    CHECK_THROWS_AS(world.erase(5), files::FilesError);
    CHECK(world.mautic.dump() == before);
    CHECK_FALSE(world.ledger(5).has_value());
    fs::remove(media);
    fs::rename(away, media);
    CHECK(world.erase(5).files.files == 1);
}

TEST_CASE("a roll-back after the files are gone is completed by the next attempt") {
    World world;
    const MauticFiles mautic_files(world);
    world.mautic.add_contact(5);
    world.mautic.unsubscribe(5);
    mautic_files.add("5");
    world.prepare();
    const std::string before = world.mautic.dump();
    server().execute(
        "CREATE TRIGGER test_ledger.refuse BEFORE INSERT ON test_ledger.erasure FOR EACH ROW"
        " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'");
    CHECK_THROWS_AS(world.erase(5), database::DatabaseError);
    CHECK_FALSE(fs::exists(mautic_files.avatar("5")));
    CHECK(world.mautic.dump() == before);
    server().execute("DROP TRIGGER test_ledger.refuse");
    const auto result = world.erase(5);
    CHECK(result.verdict == erasure::Verdict::erased);
    CHECK(result.files.files == 0);
    CHECK(world.mautic.places_of(invented_person(5).marker).empty());
    CHECK_FALSE(world.ledger(5)->not_covered.files);
}
