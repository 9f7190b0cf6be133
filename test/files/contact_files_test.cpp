// A real directory, made to trick the daemon out of it.
#include "files/contact_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using files::ContactFiles;
using files::FilesError;
using files::Upload;
namespace fs = std::filesystem;

namespace {

// Mautic's directory, and one beside it that nothing may reach.
class Site {
  public:
    explicit Site(const std::string& media_way = "media") : media(root() / media_way) {
        fs::create_directories(media / "images/lead_avatars");
        fs::create_directories(media / "files/form/3/4");
        fs::create_directories(outside());
    }
    fs::path root() const { return directory_.path() / "mautic"; }
    fs::path outside() const { return directory_.path() / "outside"; }
    fs::path avatar(const std::string& name) const { return media / "images/lead_avatars" / name; }
    fs::path upload(const std::string& name) const { return media / "files/form/3/4" / name; }
    static void write(const fs::path& file) { std::ofstream(file) << "content"; }

    files::Removed remove(ContactId contact, const std::vector<Upload>& uploads = {}) const {
        return ContactFiles(root()).remove({{contact, uploads}}).at(contact);
    }
    std::string failure(ContactId contact, const std::vector<Upload>& uploads = {}) const {
        try {
            remove(contact, uploads);
        } catch (const FilesError& error) {
            return error.code_name() + ' ' + describe(error);
        }
        return "none";
    }

  private:
    test::TemporaryDirectory directory_;

  public:
    const fs::path media;
};

Upload upload_named(const std::string& name) { return {3, 4, name}; }

}  // namespace

TEST_CASE("an avatar and an upload are removed and counted, and nobody else's") {
    for (const char* way : {"media", "docroot/media"}) {
        CAPTURE(way);
        const Site site(way);
        for (const char* name : {"avatar5", "avatar5.png", "avatar57", "avatar57.png", "avatar05", "avatar5b",
                                 "avatar", "avatar5-old", "xavatar5", "avatar99999999999999999999999"}) {
            Site::write(site.avatar(name));
        }
        Site::write(site.upload("letter.pdf"));
        Site::write(site.upload("letter.pdf.bak"));
        const auto removed = site.remove(5, {upload_named("letter.pdf"), {3, 5, "letter.pdf"}});
        CHECK(removed.files == 3);
        CHECK(removed.left == 0);
        CHECK_FALSE(fs::exists(site.avatar("avatar5")));
        CHECK_FALSE(fs::exists(site.avatar("avatar5.png")));
        CHECK_FALSE(fs::exists(site.upload("letter.pdf")));
        for (const char* name : {"avatar57", "avatar57.png", "avatar05", "avatar5b", "avatar", "avatar5-old",
                                 "xavatar5", "avatar99999999999999999999999"}) {
            CAPTURE(name);
            CHECK(fs::exists(site.avatar(name)));
        }
        CHECK(fs::exists(site.upload("letter.pdf.bak")));
        const auto again = site.remove(5, {upload_named("letter.pdf")});
        CHECK(again.files + again.left == 0);
    }
}

TEST_CASE("several contacts are done in one look, each with its own count") {
    const Site site;
    for (const char* name : {"avatar1", "avatar2", "avatar2.jpg", "avatar3"}) {
        Site::write(site.avatar(name));
    }
    const auto removed = ContactFiles(site.root()).remove({{1, {}}, {2, {}}, {4, {}}});
    CHECK(removed.at(1).files == 1);
    CHECK(removed.at(2).files == 2);
    CHECK(removed.at(4).files == 0);
    CHECK(fs::exists(site.avatar("avatar3")));
}

TEST_CASE("a name that leads elsewhere is refused and reported as left") {
    const Site site;
    Site::write(site.outside() / "secret");
    Site::write(site.media / "files/form/secret");
    Site::write(site.media / "files/form/3/secret");
    const std::string with_nul("letter\0.pdf", 11);
    Site::write(site.upload("letter"));
    for (const std::string& name :
         {std::string("../secret"), std::string("../../secret"), std::string("../../../../../outside/secret"),
          (site.outside() / "secret").string(), std::string("."), std::string(".."), std::string("a/b"),
          std::string("letter/"), with_nul}) {
        CAPTURE(name);
        const auto removed = site.remove(5, {upload_named(name)});
        CHECK(removed.files == 0);
        CHECK(removed.left == 1);
    }
    CHECK(fs::exists(site.outside() / "secret"));
    CHECK(fs::exists(site.media / "files/form/secret"));
    CHECK(fs::exists(site.media / "files/form/3/secret"));
    CHECK(fs::exists(site.upload("letter")));
}

TEST_CASE("names that cannot be a file's are no error") {
    const Site site;
    for (const std::string& name : {std::string(), std::string(300, 'x'), std::string("not there")}) {
        CAPTURE(name.size());
        const auto removed = site.remove(5, {upload_named(name)});
        CHECK(removed.files + removed.left == 0);
    }
    fs::remove_all(site.media / "images");
    fs::remove_all(site.media / "files");
    CHECK(site.remove(5, {upload_named("letter.pdf")}).files == 0);
}

TEST_CASE("a link in a file's place is neither followed nor removed nor counted as removed") {
    const Site site;
    Site::write(site.outside() / "secret");
    fs::create_symlink(site.outside() / "secret", site.avatar("avatar5"));
    fs::create_symlink(site.outside(), site.avatar("avatar5.d"));
    fs::create_symlink(site.outside() / "secret", site.upload("letter.pdf"));
    fs::create_directory(site.avatar("avatar5.jpg"));
    const auto removed = site.remove(5, {upload_named("letter.pdf")});
    CHECK(removed.files == 0);
    CHECK(removed.left == 4);
    CHECK(fs::exists(site.outside() / "secret"));
    CHECK(fs::is_symlink(site.avatar("avatar5")));
    CHECK(fs::is_symlink(site.upload("letter.pdf")));
}

TEST_CASE("a link or a file in a directory's place is an error, not an absence") {
    const std::vector<std::string> ways{"images",     "images/lead_avatars", "files",
                                        "files/form", "files/form/3",        "files/form/3/4"};
    for (const std::string& way : ways) {
        for (const bool link : {true, false}) {
            CAPTURE(way, link);
            const Site site;
            // The trap holds a file under every name the walk could take.
            for (const char* trap : {"lead_avatars", "form/3/4", "3/4", "4"}) {
                fs::create_directories(site.outside() / trap);
            }
            for (const char* trap : {"avatar5", "lead_avatars/avatar5", "letter.pdf", "form/3/4/letter.pdf",
                                     "3/4/letter.pdf", "4/letter.pdf"}) {
                Site::write(site.outside() / trap);
            }
            fs::remove_all(site.media / way);
            if (link) {
                fs::create_symlink(site.outside(), site.media / way);
            } else {
                Site::write(site.media / way);
            }
            const std::string failure = site.failure(5, {upload_named("letter.pdf")});
            CHECK_THAT(failure, ContainsSubstring("ENOTDIR"));
            CHECK_THAT(failure, ContainsSubstring("not followed"));
            CHECK(failure.find("letter") == std::string::npos);
            for (const char* trap : {"avatar5", "lead_avatars/avatar5", "letter.pdf", "form/3/4/letter.pdf",
                                     "3/4/letter.pdf", "4/letter.pdf"}) {
                CHECK(fs::exists(site.outside() / trap));
            }
            // `check` does not look into the single forms.
            const bool seen_by_check = !way.starts_with("files/form/");
            CHECK(ContactFiles(site.root()).problems().empty() == !seen_by_check);
        }
    }
}

TEST_CASE("a directory that is not Mautic's is an error: no media, no claim") {
    const Site site;
    fs::remove_all(site.media);
    CHECK_THAT(site.failure(5), ContainsSubstring("ENOENT files: media and docroot/media"));
    fs::create_symlink(site.outside(), site.media);
    CHECK_THAT(site.failure(5), ContainsSubstring("ENOTDIR"));
    fs::remove_all(site.root());
    CHECK_THAT(site.failure(5), ContainsSubstring("ENOENT files: Mautic's directory"));
    CHECK(ContactFiles(site.root()).problems().size() == 1);
}

TEST_CASE("the directory named by the operator may itself be a link, as deployments have it") {
    const Site site;
    Site::write(site.avatar("avatar5"));
    const fs::path current = site.outside() / "current";
    fs::create_directory_symlink(site.root(), current);
    const ContactFiles contact_files(current);
    CHECK(contact_files.problems().empty());
    CHECK(contact_files.remove({{5, {}}}).at(5).files == 1);
    // The next release: the same object finds it.
    const Site next;
    Site::write(next.avatar("avatar5"));
    fs::remove(current);
    fs::create_directory_symlink(next.root(), current);
    CHECK(contact_files.remove({{5, {}}}).at(5).files == 1);
}

TEST_CASE("what may not be removed is an error that names no file") {
    const Site site;
    Site::write(site.upload("letter.pdf"));
    fs::permissions(site.media / "files/form/3/4", fs::perms::owner_read | fs::perms::owner_exec);
    if (::geteuid() == 0) {
        WARN("running as root, who may remove everything: the refusal is not tested here");
    } else {
        const std::string failure = site.failure(5, {upload_named("letter.pdf")});
        CHECK_THAT(failure, ContainsSubstring("EACCES files: uploads of form 3, field 4"));
        CHECK(failure.find("letter") == std::string::npos);
        CHECK(fs::exists(site.upload("letter.pdf")));
        fs::permissions(site.media / "images/lead_avatars", fs::perms::owner_read);
        CHECK_FALSE(ContactFiles(site.root()).problems().empty());
    }
    fs::permissions(site.media / "files/form/3/4", fs::perms::owner_all);
    fs::permissions(site.media / "images/lead_avatars", fs::perms::owner_all);
    CHECK(ContactFiles(site.root()).problems().empty());
}
