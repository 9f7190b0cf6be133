#include "files/contact_files.h"

#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include "files/directory.h"

namespace gdprd::files {

namespace {

constexpr std::string_view avatars = "images/lead_avatars";
constexpr std::string_view uploads = "files/form";

std::string name_of_code(int code) {
    const char* name = ::strerrorname_np(code);
    return name != nullptr ? name : "errno " + std::to_string(code);
}

// "avatar57" and "avatar57.png" are contact 57's; "avatar057" and "avatar57b" nobody's.
std::optional<ContactId> owner_of_avatar(std::string_view name) {
    constexpr std::string_view prefix = "avatar";
    if (!name.starts_with(prefix) || name.substr(prefix.size()).starts_with('0')) return std::nullopt;
    ContactId contact = 0;
    const char* end = name.data() + name.size();
    const auto [rest, error] = std::from_chars(name.data() + prefix.size(), end, contact);
    if (error != std::errc() || (rest != end && *rest != '.')) return std::nullopt;
    return contact;
}

// Where `media` may lie. At least one, or else the directory is not Mautic's or is not mounted; taking that
// for "no files" would be a false claim.
std::vector<Directory> media_directories(const std::filesystem::path& mautic_directory) {
    const std::string place = "Mautic's directory";
    const Directory root = Directory::open(mautic_directory, place);
    std::vector<Directory> found;
    for (const char* way : {"media", "docroot/media"}) {
        if (auto media = root.walk(way, "directory " + std::string(way))) found.push_back(std::move(*media));
    }
    if (found.empty()) throw FilesError("media and docroot/media in " + place, ENOENT);
    return found;
}

void count(Removed& removed, Directory::Removal removal) {
    if (removal == Directory::Removal::done) ++removed.files;
    if (removal == Directory::Removal::not_a_file) ++removed.left;
}

using Results = std::map<ContactId, Removed>;

// One look through the directory for all contacts: an avatar may have any extension.
void remove_avatars(const Directory& media, Results& results) {
    const auto directory = media.walk(avatars, "directory of the avatars");
    if (!directory) return;
    bool any = false;
    for (const std::string& name : directory->names("directory of the avatars")) {
        const auto contact = owner_of_avatar(name);
        const auto result = contact ? results.find(*contact) : results.end();
        if (result == results.end()) continue;
        count(result->second, directory->remove_file(name, "avatar of contact " + std::to_string(*contact)));
        any = true;
    }
    if (any) directory->sync("directory of the avatars");
}

void remove_upload(const Directory& media, const Upload& upload, Removed& removed) {
    const std::string form = std::to_string(upload.form);
    const std::string field = std::to_string(upload.field);
    const std::string place = "uploads of form " + form + ", field " + field;
    const auto forms = media.walk(uploads, "directory of the uploads");
    if (!forms) return;
    const auto directory = forms->walk(form + '/' + field, place);
    if (!directory) return;
    const auto removal = directory->remove_file(upload.name, place);
    count(removed, removal);
    if (removal == Directory::Removal::done) directory->sync(place);
}

}  // namespace

FilesError::FilesError(const std::string& place, int code)
    : Error("files: " + place + ": " + name_of_code(code),
            code == ENOTDIR || code == ELOOP
                ? "A symbolic link or a file has a directory's name; links below [mautic] directory are not "
                  "followed"
                : "The daemon must be allowed to write there; docs/guide/files.md says how"),
      code_(code) {}

std::string FilesError::code_name() const { return name_of_code(code_); }

ContactFiles::ContactFiles(std::filesystem::path mautic_directory)
    : mautic_directory_(std::move(mautic_directory)) {}

std::map<ContactId, Removed> ContactFiles::remove(const Wanted& wanted) const {
    Results results;
    for (const auto& [contact, contact_uploads] : wanted) {
        Removed& removed = results[contact];
        for (const Upload& upload : contact_uploads) {
            if (!upload.name.empty() && !is_plain_name(upload.name)) ++removed.left;
        }
    }
    if (wanted.empty()) return results;
    for (const Directory& media : media_directories(mautic_directory_)) {
        remove_avatars(media, results);
        for (const auto& [contact, contact_uploads] : wanted) {
            for (const Upload& upload : contact_uploads) {
                if (is_plain_name(upload.name)) remove_upload(media, upload, results[contact]);
            }
        }
    }
    return results;
}

std::vector<std::string> ContactFiles::problems() const {
    std::vector<std::string> found;
    try {
        for (const Directory& media : media_directories(mautic_directory_)) {
            for (const std::string_view way : {avatars, uploads}) {
                const std::string place = "media/" + std::string(way);
                const auto directory = media.walk(way, place);
                if (directory && !directory->is_writable()) {
                    found.push_back("files: " + place + ": cannot be written to");
                }
            }
        }
    } catch (const FilesError& error) {
        found.push_back(describe(error));
    }
    return found;
}

}  // namespace gdprd::files
