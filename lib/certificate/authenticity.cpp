#include "certificate/authenticity.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/hex.h"
#include "certificate/statement.h"

namespace gdprd::certificate {

namespace {

using nlohmann::json;

constexpr std::string_view pdf_mark = "%mautic-gdprd-certificate ";
constexpr std::string_view pdf_version = "1";
constexpr std::string_view pdf_end = "startxref\n";

// The line's place is signed as well: elsewhere it could hide what a reader shows, or stand behind the end.
std::string pdf_text(const std::string& number, std::string_view before, std::string_view after) {
    Sha256 digest;
    digest.add(before);
    digest.add(after);
    return "mautic-gdprd-certificate-pdf 1\nnumber=" + number + "\nat=" + std::to_string(before.size()) +
           "\nsha256=" + digest.hex() + '\n';
}

// What follows the line: where the table of objects begins, and the end of the file, as Cairo writes it.
bool is_pdf_end(std::string_view text) {
    constexpr std::string_view last = "\n%%EOF\n";
    if (!text.starts_with(pdf_end) || !text.ends_with(last) || text.size() <= pdf_end.size() + last.size())
        return false;
    text.remove_prefix(pdf_end.size());
    text.remove_suffix(last.size());
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string pdf_line(const std::string& number, const std::string& key, const std::string& signature) {
    return std::string(pdf_mark) + std::string(pdf_version) + " number=" + number + " key=" + key +
           " signature=" + signature + '\n';
}

std::string value_of(std::string_view line, std::string_view name) {
    const std::string label = ' ' + std::string(name) + '=';
    const auto at = line.find(label);
    if (at == std::string_view::npos) return {};
    const auto from = at + label.size();
    return std::string(line.substr(from, line.find_first_of(" \n", from) - from));
}

Authenticity by_key(const std::string& key, const std::optional<std::string>& public_key) {
    if (!public_key) return Authenticity::key_not_given;
    return key == *public_key ? Authenticity::authentic : Authenticity::other_key;
}

Verified verify_pdf(std::string_view file, const std::optional<std::string>& public_key) {
    Verified verified;
    const auto at = file.rfind(pdf_mark);
    if (at == std::string_view::npos) return verified;
    const auto end = std::min(file.find('\n', at), file.size() - 1) + 1;
    const std::string line(file.substr(at, end - at));
    const std::string_view after = file.substr(end);
    if (!line.starts_with(std::string(pdf_mark) + std::string(pdf_version) + ' ')) {
        verified.authenticity = Authenticity::unknown_version;
        return verified;
    }
    verified.number = value_of(line, "number");
    verified.key = value_of(line, "key");
    const std::string signature = value_of(line, "signature");
    const std::string text = pdf_text(verified.number, file.substr(0, at), after);
    const bool is_as_signed = line == pdf_line(verified.number, verified.key, signature) &&
                              is_pdf_end(after) && is_signature(verified.key, text, signature);
    verified.authenticity = is_as_signed ? by_key(verified.key, public_key) : Authenticity::changed;
    return verified;
}

// Nothing for what is no JSON. What is nested deeper than a certificate is refused before anything walks down
// there.
std::optional<json> parse(std::string_view text) {
    constexpr int depth_max = 16;
    try {
        return json::parse(text.begin(), text.end(), [](int depth, json::parse_event_t, json&) {
            if (depth > depth_max) throw std::length_error("nested too deeply");
            return true;
        });
    } catch (const json::exception&) {
        return std::nullopt;
    } catch (const std::length_error&) {
        return std::nullopt;
    }
}

std::string text_at(const json& object, const char* key) {
    if (!object.is_object()) return {};
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Verified verify_json(std::string_view file, const std::optional<std::string>& public_key) {
    Verified verified;
    const auto document = parse(file);
    if (!document) {
        // It looks like one that was damaged.
        if (file.find("\"mautic-gdprd-certificate ") != std::string_view::npos) {
            verified.authenticity = Authenticity::changed;
        }
        return verified;
    }
    const std::string format = text_at(*document, "format");
    if (!format.starts_with("mautic-gdprd-certificate ")) return verified;
    if (format != json_format) {
        verified.authenticity = Authenticity::unknown_version;
        return verified;
    }
    verified.authenticity = Authenticity::changed;
    const auto statement = document->find("statement");
    if (statement == document->end() || !statement->is_object()) return verified;
    verified.key = text_at(*statement, "signing_key");
    verified.number = text_at(*statement, "number");
    verified.conclusion = text_at(*statement, "conclusion");
    verified.issued_at = text_at(*statement, "issued_at");
    const std::string signature = text_at(*document, "signature");
    if (signed_document(*statement, signature) == file &&
        is_signature(verified.key, signed_text(statement->dump()), signature)) {
        verified.authenticity = by_key(verified.key, public_key);
    }
    return verified;
}

}  // namespace

std::string signed_pdf(const std::string& pdf, const std::string& number, const SigningKey& key) {
    const auto at = std::min(pdf.rfind(pdf_end), pdf.size());
    const std::string_view before = std::string_view(pdf).substr(0, at);
    const std::string_view after = std::string_view(pdf).substr(at);
    if (!is_pdf_end(after)) throw std::logic_error("a PDF that ends in another way than Cairo's");
    const std::string signature = key.sign(pdf_text(number, before, after));
    return std::string(before) + pdf_line(number, key.public_key(), signature) + std::string(after);
}

Verified verify_certificate(std::string_view file, const std::optional<std::string>& public_key) {
    return file.starts_with("%PDF-") ? verify_pdf(file, public_key) : verify_json(file, public_key);
}

}  // namespace gdprd::certificate
