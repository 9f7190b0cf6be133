// Takes what identifies out of a structured value and leaves its shape: containers and the names of members
// stay, what they hold goes. For Mautic's PHP-serialized and JSON columns, where the shape is read by Mautic
// (which field changed, how often a mail was opened) and the values are about a person.
//
// A text becomes "", a number 0; true, false and null stay. A member that `keep` names keeps its text or
// number ("reason:number": a number only); a list under such a name keeps those of its unnamed elements. What
// has a name of its own is judged by that.
//
// Whoever names forms and contact fields chooses names of members, too: a field of the alias "channel" is no
// channel. So an entry of `keep` can say where: "doNotContact.channel" only directly within the member
// "doNotContact", or in an element of a list there, "fields.*.*.alias" with any names between, ".timestamp"
// within no other member. One without a dot is kept at any depth.
//
// A name that could be a value itself goes with what it names: it does not begin with a letter or '_', holds
// something else than letters, digits, '_', '-' and '.', or is longer than 64 bytes. A number as a name stays
// when it is an index: below 1000, or as many as the members before it. Names in `keep` stay whatever they
// look like.
//
// An array or object of JSON under Format::php is rewritten as the JSON it is: not every column says which of
// both it holds (Doctrine DBAL 4 writes no comment of types any more).
//
// What is no container (a lone text) becomes empty_of(format); null and "" stay. Rewriting twice changes
// nothing, and a value without anything to take out comes back byte by byte. Pure; safe from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gdprd::content {

enum class Format {
    php,        // PHP serialize()
    json,       // RFC 8259
    json_zlib,  // JSON in a zlib stream
};

struct Rewritten {
    std::string text;
    bool understood =
        true;  // false: could not be parsed (or is too deep or too long); `text` is empty_of(format)
};

// What an emptied value of that format looks like: "a:0:{}", "[]", and "[]" compressed.
std::string empty_of(Format format);

// `keep`: names of members, and where they are.
Rewritten rewrite(std::string_view value, Format format, const std::vector<std::string>& keep);

// The texts below these names of members, from the outside in, of a PHP-serialized value: of
// {"fields": {"email": ["a", "b"]}} those below "fields", "email" are "a" and "b". None where there is no
// such member, or the value cannot be read; of JSON likewise, as rewrite() reads it.
std::vector<std::string> texts_below(std::string_view php, const std::vector<std::string>& members);

}  // namespace gdprd::content
