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
constexpr std::string_view pdf_end = "startxref";

std::string pdf_text(const std::string& number, std::string_view before, std::string_view after) {
    Sha256 digest;
    digest.add(before);
    digest.add(after);
    return "mautic-gdprd-certificate-pdf 1\nnumber=" + number + "\nsha256=" + digest.hex() + '\n';
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
    const auto end = file.find('\n', at);
    const std::string line(file.substr(at, end == std::string_view::npos ? end : end + 1 - at));
    if (!line.starts_with(std::string(pdf_mark) + std::string(pdf_version) + ' ')) {
        verified.authenticity = Authenticity::unknown_version;
        return verified;
    }
    verified.number = value_of(line, "number");
    verified.key = value_of(line, "key");
    const std::string signature = value_of(line, "signature");
    const std::string text =
        pdf_text(verified.number, file.substr(0, at), file.substr(std::min(at + line.size(), file.size())));
    const bool is_as_signed = line == pdf_line(verified.number, verified.key, signature) &&
                              is_signature(verified.key, text, signature);
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
    const bool is_as_written = document->dump(2) + '\n' == file;
    const std::string text = std::string(json_format) + '\n' + statement->dump();
    if (is_as_written && is_signature(verified.key, text, text_at(*document, "signature"))) {
        verified.authenticity = by_key(verified.key, public_key);
    }
    return verified;
}

}  // namespace

std::string signed_pdf(const std::string& pdf, const std::string& number, const SigningKey& key) {
    const auto at = pdf.rfind(pdf_end);
    if (at == std::string::npos) throw std::logic_error("a PDF without startxref");
    const std::string_view before = std::string_view(pdf).substr(0, at);
    const std::string_view after = std::string_view(pdf).substr(at);
    const std::string signature = key.sign(pdf_text(number, before, after));
    return std::string(before) + pdf_line(number, key.public_key(), signature) + std::string(after);
}

Verified verify_certificate(std::string_view file, const std::optional<std::string>& public_key) {
    return file.starts_with("%PDF-") ? verify_pdf(file, public_key) : verify_json(file, public_key);
}

}  // namespace gdprd::certificate
