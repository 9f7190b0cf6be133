// The files that Mautic keeps of a contact outside the database: the avatar and what was uploaded in forms.
//
//     media/images/lead_avatars/avatar{contact id}        also with an extension
//     media/files/form/{form id}/{field id}/{name}
//
// `media` lies in Mautic's directory or, in installations made with Composer, in its `docroot`; both are
// looked into. Nothing outside is ever touched: every step of the way is opened from the one before, and a
// symbolic link is neither followed nor removed. A file that is not there is no error, so that running again
// completes.
//
// Thread-safe: every call opens the directory anew, because a deployment may have put another in its place.
// Errors: FilesError; what was removed until then is gone. No text holds a file's name: form uploads are
// often named after people.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "base/error.h"

namespace gdprd::files {

struct Upload {
    std::uint64_t form = 0;
    std::uint64_t field = 0;
    std::string name;  // as in the form's results
};

class FilesError : public Error {
  public:
    // `place` is a kind of path and its ids, such as "uploads of form 3, field 4".
    FilesError(const std::string& place, int code);

    std::string code_name() const;  // "EACCES"

  private:
    int code_;
};

struct Removed {
    std::uint64_t files = 0;
    // Left alone: a link or a directory in a file's place, or a name that leads elsewhere or is others' too.
    std::uint64_t left = 0;
};

class ContactFiles {
  public:
    // Not looked at yet; a directory that is not there is an error of remove().
    explicit ContactFiles(std::filesystem::path mautic_directory);

    // The files of all these contacts, and what became of them. The removal is on disk when it returns.
    using Wanted = std::map<ContactId, std::vector<Upload>>;
    std::map<ContactId, Removed> remove(const Wanted& wanted) const;

    // What would keep remove() from working, one sentence each; nothing is changed.
    std::vector<std::string> problems() const;

  private:
    std::filesystem::path mautic_directory_;
};

}  // namespace gdprd::files
