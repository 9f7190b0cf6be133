#include "words/words.h"

#include "base/names.h"
#include "words/desk_frame_words.h"
#include "words/desk_lookup_words.h"
#include "words/desk_register_words.h"
#include "words/desk_sign_in_words.h"
#include "words/report_words.h"

namespace gdprd::words {

namespace {

// One part of the catalogue after the other.
template <std::size_t... counts>
consteval auto in_order(const Entry (&... parts)[counts]) {
    constexpr std::size_t total = (counts + ...);
    static_assert(!is_enumerator<static_cast<Word>(total)>(), "a word is missing");
    std::array<Entry, total> result{};
    std::size_t place = 0;
    const auto add = [&](const auto& part) {
        for (const Entry& entry : part) {
            if (static_cast<std::size_t>(entry.word) != place) throw "the words stand in the order of Word";
            for (const char* text : entry.texts) {
                if (text == nullptr || *text == 0) throw "a language is missing";
            }
            result[place++] = entry;
        }
    };
    (add(parts), ...);
    return result;
}

constexpr Entry shared_words[] = {
    {Word::erasure_title,
     {"Certificate of the erasure of personal data", "Igazolás személyes adatok törléséről",
      "Bescheinigung über die Löschung personenbezogener Daten"}},
    {Word::state_title,
     {"Statement on the state of an erasure of personal data",
      "Nyilatkozat személyes adatok törlésének állásáról",
      "Erklärung über den Stand einer Löschung personenbezogener Daten"}},
    {Word::legal_basis,
     {"Regulation (EU) 2016/679 (General Data Protection Regulation, GDPR): Article 17 (right to erasure), "
      "Article 12(3)",
      "Az (EU) 2016/679 rendelet (általános adatvédelmi rendelet, GDPR): 17. cikk (a törléshez való jog), "
      "12. cikk (3) bekezdés",
      "Verordnung (EU) 2016/679 (Datenschutz-Grundverordnung, DSGVO): Artikel 17 (Recht auf Löschung), "
      "Artikel 12 Absatz 3"}},
    {Word::page, {"Page {1} of {2}", "{1}. oldal, összesen {2}", "Seite {1} von {2}"}},
    {Word::yes, {"yes", "igen", "ja"}},
    {Word::no, {"no", "nem", "nein"}},
    {Word::unknown, {"unknown", "nem ismert", "nicht bekannt"}},
    {Word::none, {"none", "nincs", "keine"}},
    {Word::erased, {"Erased", "Törölve", "Gelöscht"}},
    {Word::erased_sentence,
     {"The personal data of the data subject (contact {1} in Mautic) in Mautic's database were erased under "
      "the rules described below. A later pass found nothing that would still have to be erased under them. "
      "What was pseudonymised and what was kept is listed below.",
      "Az érintett (Mautic-azonosító: {1}) személyes adatainak törlése a Mautic adatbázisában az alább leírt "
      "szabályok szerint megtörtént. Egy későbbi ellenőrző menet nem talált olyan adatot, amelyet e "
      "szabályok szerint még törölni kellene. Az álnevesített és a megőrzött adatokat az alábbi felsorolás "
      "tartalmazza.",
      "Die personenbezogenen Daten der betroffenen Person (Kontakt {1} in Mautic) in der Datenbank von "
      "Mautic wurden nach den unten beschriebenen Regeln gelöscht. Ein späterer Durchgang hat nichts "
      "gefunden, was nach diesen Regeln noch zu löschen wäre. Was pseudonymisiert wurde und was erhalten "
      "blieb, ist unten aufgeführt."}},
    {Word::erased_by_other_rules_sentence,
     {"The personal data of the data subject (contact {1} in Mautic) in Mautic's database were erased under "
      "the rules of that time, which are identified below by their digests. A later pass found nothing that "
      "would still have had to be erased under them.",
      "Az érintett (Mautic-azonosító: {1}) személyes adatainak törlése a Mautic adatbázisában az akkori "
      "szabályok szerint megtörtént; a szabályokat az alábbi ellenőrző összegek azonosítják. Egy későbbi "
      "ellenőrző menet nem talált olyan adatot, amelyet azok szerint még törölni kellett volna.",
      "Die personenbezogenen Daten der betroffenen Person (Kontakt {1} in Mautic) in der Datenbank von "
      "Mautic wurden nach den damaligen Regeln gelöscht; unten sind sie durch ihre Prüfsummen "
      "gekennzeichnet. Ein späterer Durchgang hat nichts gefunden, was nach ihnen noch zu löschen gewesen "
      "wäre."}},
    {Word::settling,
     {"Erasure not concluded: the later check is missing",
      "A törlés nem zárult le: a későbbi ellenőrzés hiányzik",
      "Löschung nicht abgeschlossen: spätere Prüfung fehlt"}},
    {Word::settling_sentence,
     {"A first pass over the data of the data subject (contact {1} in Mautic) was made and its result "
      "verified. Mautic may still write data for some time afterwards; the later pass that looks for them "
      "has not been concluded. Until then this document does not certify an erasure.",
      "Az érintett (Mautic-azonosító: {1}) adatain az első törlési menet lefutott, eredménye ellenőrzött. A "
      "Mautic ezután egy ideig még írhat adatot; az ezeket kereső későbbi menet még nem zárult le. Addig ez "
      "az irat nem igazol törlést.",
      "Ein erster Durchgang durch die Daten der betroffenen Person (Kontakt {1} in Mautic) ist erfolgt, sein "
      "Ergebnis wurde geprüft. Mautic kann danach noch einige Zeit Daten schreiben; der spätere Durchgang, "
      "der danach sucht, ist noch nicht abgeschlossen. Bis dahin bescheinigt dieses Dokument keine "
      "Löschung."}},
    {Word::partial, {"Erasure incomplete", "A törlés nem teljes", "Löschung unvollständig"}},
    {Word::partial_sentence,
     {"Data of the data subject (contact {1} in Mautic) are left over in the columns that are named below. "
      "This document does not certify an erasure.",
      "Az érintett (Mautic-azonosító: {1}) adataiból az alább megnevezett oszlopokban maradt adat. Ez az "
      "irat nem igazol törlést.",
      "In den unten genannten Spalten sind Daten der betroffenen Person (Kontakt {1} in Mautic) übrig. "
      "Dieses Dokument bescheinigt keine Löschung."}},
    {Word::unfinished, {"Erasure under way", "A törlés folyamatban van", "Löschung läuft"}},
    {Word::unfinished_sentence,
     {"The data of the data subject (contact {1} in Mautic) are being erased in several steps, because there "
      "are very many. Not all steps are done. This document does not certify an erasure.",
      "Az érintett (Mautic-azonosító: {1}) adatainak törlése nagy mennyiségük miatt több lépésben történik, "
      "és még nem fejeződött be. Ez az irat nem igazol törlést.",
      "Die Daten der betroffenen Person (Kontakt {1} in Mautic) werden wegen ihrer Menge in mehreren "
      "Schritten gelöscht. Noch sind nicht alle Schritte erfolgt. Dieses Dokument bescheinigt keine "
      "Löschung."}},
    {Word::held,
     {"On hold: nothing is erased", "Törlési zárolás alatt: nincs törlés",
      "Löschung ausgesetzt: nichts wird gelöscht"}},
    {Word::held_sentence,
     {"A rule of the controller keeps the data of the data subject (contact {1} in Mautic) from being erased "
      "(Article 17(3) GDPR names the grounds for which they may be kept). Since the hold began nothing has "
      "been changed. This document does not certify an erasure.",
      "Az adatkezelő egyik szabálya alapján az érintett (Mautic-azonosító: {1}) adatai nem törölhetők (a "
      "megőrzés lehetséges jogalapjait a GDPR 17. cikkének (3) bekezdése sorolja fel). A zárolás kezdete óta "
      "adat nem változott. Ez az irat nem igazol törlést.",
      "Eine Regel des Verantwortlichen nimmt die Daten der betroffenen Person (Kontakt {1} in Mautic) von "
      "der Löschung aus (mögliche Gründe nennt Artikel 17 Absatz 3 DSGVO). Seit Beginn der Aussetzung wurde "
      "nichts verändert. Dieses Dokument bescheinigt keine Löschung."}},
    {Word::superseded,
     {"Ended early: the contact may be written to again", "Megszakítva: a kapcsolat ismét megkereshető",
      "Vorzeitig beendet: Kontakt darf wieder angeschrieben werden"}},
    {Word::superseded_sentence,
     {"The opt-out of the data subject (contact {1} in Mautic) was withdrawn before the erasure was "
      "concluded, and the contact has been left alone since. Mautic may hold data of the data subject. This "
      "document does not certify an erasure.",
      "Az érintett (Mautic-azonosító: {1}) leiratkozása a törlés lezárása előtt megszűnt, a kapcsolat azóta "
      "változatlan. A Mautic tárolhatja az érintett adatait. Ez az irat nem igazol törlést.",
      "Die Abmeldung der betroffenen Person (Kontakt {1} in Mautic) wurde aufgehoben, bevor die Löschung "
      "abgeschlossen war; der Kontakt blieb seither unberührt. Mautic kann Daten der betroffenen Person "
      "enthalten. Dieses Dokument bescheinigt keine Löschung."}},
    {Word::found_again, {"Data are there again", "Ismét vannak adatok", "Es sind wieder Daten vorhanden"}},
    {Word::found_again_sentence,
     {"An erasure of the data of contact {1} in Mautic is recorded. When this document was issued, however, "
      "Mautic held data under this number again: they were entered or restored since, or the number belongs "
      "to somebody else now. This document does not certify an erasure.",
      "A következő Mautic-azonosítóhoz van törlési bejegyzés: {1}. Az irat kiállításakor azonban a Mautic "
      "ezen az azonosítón ismét tárolt adatot: ezek a törlés óta kerültek be vagy álltak helyre, vagy az "
      "azonosító már másé. Ez az irat nem igazol törlést.",
      "Für Kontakt {1} in Mautic ist eine Löschung verzeichnet. Bei Ausstellung dieses Dokuments enthielt "
      "Mautic unter dieser Nummer jedoch wieder Daten: Sie wurden seither eingetragen oder "
      "wiederhergestellt, oder die Nummer gehört inzwischen einer anderen Person. Dieses Dokument "
      "bescheinigt keine Löschung."}},
    {Word::due, {"Not carried out yet", "Még nem hajtották végre", "Noch nicht ausgeführt"}},
    {Word::due_sentence,
     {"The data subject (contact {1} in Mautic) is on the do-not-contact list. No erasure of these data has "
      "been carried out.",
      "Az érintett (Mautic-azonosító: {1}) szerepel a tiltólistán. Ezen adatok törlésére még nem került sor.",
      "Die betroffene Person (Kontakt {1} in Mautic) steht auf der Sperrliste. Eine Löschung dieser Daten "
      "ist noch nicht erfolgt."}},
    {Word::not_erased, {"No erasure", "Nem történt törlés", "Keine Löschung"}},
    {Word::not_erased_sentence,
     {"Mautic has the data subject (contact {1}). No erasure of these data is recorded, and no opt-out that "
      "would lead to one.",
      "Az érintett (Mautic-azonosító: {1}) szerepel a Mauticban. Ezen adatok törléséről nincs bejegyzés, és "
      "nincs olyan leiratkozás sem, amely törléshez vezetne.",
      "Mautic enthält die betroffene Person (Kontakt {1}). Weder ist eine Löschung dieser Daten verzeichnet, "
      "noch eine Abmeldung, die zu einer Löschung führen würde."}},
    {Word::unrecorded, {"No record of an erasure", "Nincs törlési bejegyzés", "Keine Löschung verzeichnet"}},
    {Word::unrecorded_sentence,
     {"Mautic has a hash in place of an e-mail address for contact {1}. No record of an erasure can be shown "
      "to be about what was asked for, so that this document cannot certify one.",
      "A Mauticban a következő azonosítónál az e-mail-cím helyén hash áll: {1}. Nincs olyan törlési "
      "bejegyzés, amelyről kimutatható, hogy a keresett adatról szól, ezért ez az irat nem igazolhat "
      "törlést.",
      "In Mautic steht bei Kontakt {1} ein Hash an der Stelle der E-Mail-Adresse. Von keinem Löscheintrag "
      "lässt sich zeigen, dass er das Gesuchte betrifft; daher kann dieses Dokument keine Löschung "
      "bescheinigen."}},
    {Word::leftovers,
     {"The contact was deleted in Mautic", "A kapcsolatot a Mauticban törölték",
      "Der Kontakt wurde in Mautic selbst entfernt"}},
    {Word::leftovers_sentence,
     {"The contact was deleted in Mautic itself. What Mautic had left of it was removed later; there is no "
      "record of a whole erasure. This document does not certify one.",
      "A kapcsolatot magában a Mauticban törölték. Ami ebből a Mauticban megmaradt, azt a program később "
      "eltávolította; teljes törlésről nincs bejegyzés. Ez az irat ilyet nem igazol.",
      "Der Kontakt wurde in Mautic selbst entfernt. Was Mautic davon übrig ließ, wurde später beseitigt; "
      "eine vollständige Löschung ist nicht verzeichnet. Dieses Dokument bescheinigt keine solche."}},
    {Word::nothing_known, {"Nothing known", "Nincs ismert adat", "Nichts bekannt"}},
    {Word::nothing_known_sentence,
     {"Neither the record of erasures nor the contacts of Mautic have what was asked for. This document does "
      "not certify an erasure.",
      "A keresett adat sem a törlési nyilvántartásban, sem a Mautic kapcsolatai között nem szerepel. Ez az "
      "irat nem igazol törlést.",
      "Weder das Löschverzeichnis noch die Kontakte von Mautic enthalten das Gesuchte. Dieses Dokument "
      "bescheinigt keine Löschung."}},
    {Word::withdrawn,
     {"The contact may be written to again", "A kapcsolat ismét megkereshető",
      "Kontakt darf wieder angeschrieben werden"}},
    {Word::withdrawn_sentence,
     {"The personal data of the data subject (contact {1} in Mautic) were erased, and a later pass verified "
      "it. "
      "Afterwards the opt-out was withdrawn, and the contact has been left alone since: Mautic may hold data "
      "that were given since then. This document does not certify that there are none.",
      "Az érintett (Mautic-azonosító: {1}) személyes adatainak törlése megtörtént, és egy későbbi menet "
      "igazolta. "
      "A leiratkozás ezután megszűnt, a kapcsolat azóta változatlan: a Mautic tárolhat azóta megadott "
      "adatokat. Ez az irat nem igazolja, hogy ilyenek nincsenek.",
      "Die personenbezogenen Daten der betroffenen Person (Kontakt {1} in Mautic) wurden gelöscht, ein "
      "späterer Durchgang hat es bestätigt. "
      "Danach wurde die Abmeldung aufgehoben; der Kontakt blieb seither unberührt: Mautic kann seither "
      "angegebene Daten enthalten. Dieses Dokument bescheinigt nicht, dass es keine gibt."}},
    {Word::elsewhere,
     {"The address is still in Mautic", "A cím még szerepel a Mauticban",
      "Die Adresse steht noch in Mautic"}},
    {Word::elsewhere_sentence,
     {"When this document was issued, Mautic held the e-mail address in clear apart from what this document "
      "is about: with another contact, or in mails to a contact that was deleted in Mautic. "
      "They may be data of somebody else who uses the same address. This document does not certify an "
      "erasure.",
      "Az irat kiállításakor a Mauticban olvashatóan szerepelt az e-mail-cím azon kívül is, amiről ez az "
      "irat szól: egy másik kapcsolatnál, vagy a Mauticban törölt kapcsolatnak küldött levelekben. "
      "Ezek olyan más személy adatai is lehetnek, aki ugyanezt a címet használja. Ez az irat nem igazol "
      "törlést.",
      "Bei Ausstellung dieses Dokuments stand die E-Mail-Adresse in Mautic im Klartext, außerhalb dessen, "
      "was dieses Dokument betrifft: bei einem anderen Kontakt oder in E-Mails an einen in Mautic entfernten "
      "Kontakt. Es können Daten einer anderen Person sein, die dieselbe Adresse verwendet. Dieses Dokument "
      "bescheinigt keine Löschung."}},
    {Word::untold, {"It can no longer be told", "Már nem állapítható meg", "Nicht mehr feststellbar"}},
    {Word::untold_sentence,
     {"Whether data of the data subject were erased can no longer be told by the e-mail address: the record "
      "has erasures whose hashes are gone, as is said below, and none of the others is about the address. "
      "This document does not certify an erasure.",
      "Az e-mail-cím alapján már nem állapítható meg, hogy az érintett adatainak törlése megtörtént-e: a "
      "nyilvántartásban vannak olyan törlések, amelyeknek a hash-értéke már nincs meg (lásd alább). A még "
      "azonosítható törlések egyike sem erről a címről szól. Ez az irat nem igazol törlést.",
      "Ob Daten der betroffenen Person gelöscht wurden, ist anhand der E-Mail-Adresse nicht mehr "
      "feststellbar: Das Verzeichnis enthält Löschungen, deren Hashwerte nicht mehr vorhanden sind (siehe "
      "unten). Keine noch zuzuordnende Löschung betrifft die Adresse. Dieses Dokument bescheinigt keine "
      "Löschung."}},
    {Word::number, {"Number of this document", "Az irat száma", "Nummer dieses Dokuments"}},
    {Word::issued_at, {"Issued at", "Kiállítás időpontja", "Ausgestellt am"}},
    {Word::officer, {"Issued by", "Kiállító", "Ausgestellt von"}},
    {Word::case_reference, {"Case", "Ügyszám", "Aktenzeichen"}},
    {Word::subject, {"Data subject", "Az érintett", "Betroffene Person"}},
    {Word::contact,
     {"Contact in Mautic, number", "Mautic-kapcsolat azonosítója", "Kontakt in Mautic, Nummer"}},
    {Word::asked_by, {"Looked up by", "A keresés alapja", "Gesucht anhand"}},
    {Word::asked_by_contact, {"the contact's number", "a kapcsolat azonosítója", "der Nummer des Kontakts"}},
    {Word::asked_by_address, {"an e-mail address", "e-mail-cím", "einer E-Mail-Adresse"}},
    {Word::address, {"E-mail address", "E-mail-cím", "E-Mail-Adresse"}},
    {Word::address_was, {"The address was", "A cím az érintetthez így tartozott", "Die Adresse war"}},
    {Word::address_current,
     {"the contact's address when the data were erased", "a kapcsolat címe volt a törléskor",
      "die Adresse des Kontakts bei der Löschung"}},
    {Word::address_former,
     {"an address that the contact had before", "a kapcsolat korábbi címe volt",
      "eine frühere Adresse des Kontakts"}},
    {Word::address_merged,
     {"the address of a contact that was merged into this one",
      "a kapcsolatba beolvasztott másik kapcsolat címe volt",
      "die Adresse eines Kontakts, der in diesen überführt wurde"}},
    {Word::address_seen,
     {"an address to which mails to the contact went, or which a form had",
      "olyan cím volt, amelyre a kapcsolatnak szóló levelek mentek, vagy amelyet űrlapon adtak meg",
      "eine Adresse, an die Mails an den Kontakt gingen oder die in einem Formular stand"}},
    {Word::number_alone,
     {"The number alone does not show whose data these were: after a restore of a backup it may have passed "
      "to somebody else. A look-up by address does.",
      "Az azonosító önmagában nem mutatja, kinek az adatairól van szó: biztonsági mentés visszaállítása után "
      "máshoz kerülhetett. A cím szerinti keresés megmutatja.",
      "Die Nummer allein zeigt nicht, wessen Daten es waren: Nach dem Einspielen einer Sicherung kann sie "
      "auf eine andere Person übergegangen sein. Eine Suche nach der Adresse zeigt es."}},
    {Word::measures,
     {"What was done, and when", "A hozott intézkedések és időpontjaik",
      "Ergriffene Maßnahmen und Zeitpunkte"}},
    {Word::cause, {"Cause", "Ok", "Anlass"}},
    {Word::cause_unsubscribed,
     {"the data subject opted out", "az érintett leiratkozott", "Abmeldung der betroffenen Person"}},
    {Word::cause_bounced,
     {"mails to the address came back", "a címre küldött levelek kézbesíthetetlenek voltak",
      "E-Mails an die Adresse kamen zurück"}},
    {Word::cause_manual,
     {"staff put the contact on the do-not-contact list", "munkatárs vette fel a kapcsolatot a tiltólistára",
      "Eintrag auf der Sperrliste durch Beschäftigte"}},
    {Word::cause_contactable,
     {"none: the contact may be written to", "nincs: a kapcsolat megkereshető",
      "keiner: der Kontakt darf angeschrieben werden"}},
    {Word::channel, {"Channel", "Csatorna", "Kanal"}},
    {Word::channel_email, {"e-mail", "e-mail", "E-Mail"}},
    {Word::channel_sms, {"SMS", "SMS", "SMS"}},
    {Word::channel_other, {"another one", "egyéb", "ein anderer"}},
    {Word::opted_out_at, {"Opted out at", "Leiratkozás időpontja", "Zeitpunkt der Abmeldung"}},
    {Word::listed_at,
     {"On the do-not-contact list since", "A tiltólistára vétel időpontja", "Auf der Sperrliste seit"}},
    {Word::requested_at,
     {"Request for erasure arrived at", "A törlési feladat beérkezése", "Eingang des Löschauftrags"}},
    {Word::origin, {"It came from", "A feladat forrása", "Der Löschauftrag kam von"}},
    {Word::origin_webhook, {"Mautic's webhook", "a Mautic webhookja", "dem Webhook von Mautic"}},
    {Word::origin_sweep,
     {"a comparison with the do-not-contact list", "a tiltólistával való összevetés",
      "einem Abgleich mit der Sperrliste"}},
    {Word::origin_command,
     {"a command of the administrator", "a rendszergazda parancsa", "einem Befehl der Administration"}},
    {Word::erased_at,
     {"First pass of the erasure at", "A törlés első menete", "Erster Durchgang der Löschung"}},
    {Word::complete_since,
     {"Verified by a later pass at", "Későbbi menet által igazolva", "Durch späteren Durchgang bestätigt"}},
    {Word::last_pass_at, {"Last pass at", "Az utolsó menet", "Letzter Durchgang"}},
    {Word::passes, {"Passes", "Menetek száma", "Anzahl der Durchgänge"}},
    {Word::took_erased,
     {"From the opt-out to the first pass", "A leiratkozástól az első menetig",
      "Von der Abmeldung bis zum ersten Durchgang"}},
    {Word::took_complete,
     {"From the opt-out to the verification", "A leiratkozástól az igazolásig",
      "Von der Abmeldung bis zur Bestätigung"}},
    {Word::took_listed_erased,
     {"From that entry to the first pass", "A tiltólistára vételtől az első menetig",
      "Vom Eintrag bis zum ersten Durchgang"}},
    {Word::took_listed_complete,
     {"From that entry to the verification", "A tiltólistára vételtől az igazolásig",
      "Vom Eintrag bis zur Bestätigung"}},
    {Word::took_not_known,
     {"not known: a date is missing, or the first one is the later one",
      "nem ismert: valamelyik időpont hiányzik, vagy az első a későbbi",
      "nicht bekannt: ein Zeitpunkt fehlt, oder der erste ist der spätere"}},
    {Word::month_within,
     {"within one month (Article 12(3) GDPR)", "egy hónapon belül (GDPR, 12. cikk (3) bekezdés)",
      "innerhalb eines Monats (Artikel 12 Absatz 3 DSGVO)"}},
    {Word::month_depends,
     {"one month, give or take a day: whether it is within the month of Article 12(3) GDPR depends on the "
      "time zone",
      "nagyjából egy hónap: az időzónától függ, hogy a GDPR 12. cikk (3) bekezdése szerinti egy hónapon "
      "belül van-e",
      "etwa ein Monat: ob es innerhalb des Monats nach Artikel 12 Absatz 3 DSGVO liegt, hängt von der "
      "Zeitzone ab"}},
    {Word::month_exceeded,
     {"later than one month (Article 12(3) GDPR)", "egy hónapon túl (GDPR, 12. cikk (3) bekezdés)",
      "später als ein Monat (Artikel 12 Absatz 3 DSGVO)"}},
    {Word::month_not_asked,
     {"no request: Article 12(3) GDPR sets no period for this cause",
      "kérelem nem volt: erre az esetre a GDPR 12. cikk (3) bekezdése nem ír elő határidőt",
      "kein Antrag: für diesen Anlass setzt Artikel 12 Absatz 3 DSGVO keine Frist"}},
    {Word::month_not_told,
     {"whether there was a request, for which Article 12(3) GDPR sets a period, is not known to the program",
      "a program nem tudja, volt-e kérelem, amelyre a GDPR 12. cikk (3) bekezdése határidőt ír elő",
      "ob es einen Antrag gab, für den Artikel 12 Absatz 3 DSGVO eine Frist setzt, ist dem Programm nicht "
      "bekannt"}},
    {Word::first_request_at,
     {"First opt-out on the do-not-contact list", "Az első leiratkozás a tiltólistán",
      "Erste Abmeldung auf der Sperrliste"}},
    {Word::took_request_erased,
     {"From the first opt-out to the first pass", "Az első leiratkozástól az első menetig",
      "Von der ersten Abmeldung bis zum ersten Durchgang"}},
    {Word::took_request_complete,
     {"From the first opt-out to the verification", "Az első leiratkozástól az igazolásig",
      "Von der ersten Abmeldung bis zur Bestätigung"}},
    {Word::rows_changed, {"Rows changed", "Módosított sorok", "Geänderte Zeilen"}},
    {Word::rows_deleted, {"Rows deleted", "Törölt sorok", "Gelöschte Zeilen"}},
    {Word::rows_late,
     {"Of these, new and found by later passes (what is left to later passes is not counted here)",
      "Ebből új, későbbi menetben talált (az eleve későbbi menetre hagyottak nélkül)",
      "Davon neu und in späteren Durchgängen gefunden (ohne das, was späteren Durchgängen vorbehalten ist)"}},
    {Word::files_removed, {"Files removed", "Eltávolított fájlok", "Entfernte Dateien"}},
    {Word::values_emptied,
     {"Values emptied because they could not be read", "Olvashatatlanság miatt kiürített értékek",
      "Geleerte, weil unlesbare Werte"}},
    {Word::left_over, {"What is left over", "Megmaradt adatok", "Was übrig ist"}},
    {Word::column_of_table, {"Table and column", "Tábla és oszlop", "Tabelle und Spalte"}},
    {Word::cells, {"Values", "Értékek száma", "Anzahl der Werte"}},
    {Word::now_title, {"At the time of issue", "A kiállítás időpontjában", "Zum Zeitpunkt der Ausstellung"}},
    {Word::row_now, {"Contact in Mautic", "Kapcsolat a Mauticban", "Kontakt in Mautic"}},
    {Word::row_there,
     {"there; its number stays for statistics", "megvan; az azonosító a statisztikák miatt megmaradt",
      "vorhanden; die Nummer bleibt für Statistiken erhalten"}},
    {Word::row_gone,
     {"not there (deleted in Mautic)", "nincs meg (a Mauticban törölték)",
      "nicht vorhanden (in Mautic entfernt)"}},
    {Word::row_not_there, {"not there", "nincs ilyen", "nicht vorhanden"}},
    {Word::row_others,
     {"the number is another contact's now, or the contact has another address since; that one's data are "
      "not part of this document",
      "az azonosító már más kapcsolaté, vagy a kapcsolat címe azóta megváltozott; annak adatai nem részei "
      "ennek az iratnak",
      "die Nummer gehört inzwischen einem anderen Kontakt, oder der Kontakt hat seither eine andere Adresse; "
      "dessen Daten sind nicht Teil dieses Dokuments"}},
    {Word::address_now,
     {"An e-mail address in clear with this contact", "Olvasható e-mail-cím ennél a kapcsolatnál",
      "E-Mail-Adresse im Klartext bei diesem Kontakt"}},
    {Word::do_not_contact_now,
     {"On the do-not-contact list", "Szerepel a tiltólistán", "Auf der Sperrliste"}},
    {Word::read_again, {"Checked again", "Újbóli ellenőrzés", "Erneute Prüfung"}},
    {Word::nothing_pending,
     {"no row that the rules of today would change", "nincs olyan sor, amelyet a mai szabályok módosítanának",
      "keine Zeile, die nach den heutigen Regeln zu ändern wäre"}},
    {Word::rows_pending,
     {"rows that the rules of today would change: {1}",
      "a mai szabályok szerint módosítandó sorok száma: {1}",
      "nach den heutigen Regeln zu ändernde Zeilen: {1}"}},
    {Word::contacts_elsewhere,
     {"Other contacts with the address in clear", "Más kapcsolatok, ahol a cím olvasható",
      "Andere Kontakte mit der Adresse im Klartext"}},
    {Word::erased_elsewhere,
     {"Other contacts that had the address when they were erased",
      "Más kapcsolatok, amelyeknek törlésükkor ez volt a címe",
      "Andere Kontakte, deren Adresse es bei ihrer Löschung war"}},
    {Word::mails_elsewhere,
     {"Mails to deleted contacts with the address in clear",
      "Törölt kapcsolatoknak küldött levelek, ahol a cím olvasható",
      "E-Mails an entfernte Kontakte mit der Adresse im Klartext"}},
    {Word::not_searched, {"not searched", "nem volt keresés", "nicht durchsucht"}},
    {Word::rules_title,
     {"Rules by kind and table", "A szabályok műveletek és táblák szerint", "Regeln nach Art und Tabelle"}},
    {Word::rules_same,
     {"These are the rules under which the last pass was made: their digests are those of the record.",
      "Az utolsó menet e szabályok szerint készült: ellenőrző összegeik megegyeznek a bejegyzéséivel.",
      "Nach diesen Regeln erfolgte der letzte Durchgang: Ihre Prüfsummen sind die des Eintrags."}},
    {Word::rules_schema,
     {"Policy and data map are those of the last pass. The structure of the database has changed since: a "
      "table or column that came later is listed, one that is gone is not.",
      "Az utolsó menet ugyanezen szabályzat és adattérkép szerint készült. Az adatbázis szerkezete azóta "
      "változott: a később létrejött táblák és oszlopok szerepelnek, a megszűntek nem.",
      "Richtlinie und Datenverzeichnis sind die des letzten Durchgangs. Der Aufbau der Datenbank hat sich "
      "seither geändert: Später Hinzugekommenes ist aufgeführt, Entfallenes nicht."}},
    {Word::rules_other,
     {"The rules have changed since the last pass. Those of that time are not known to the program and are "
      "not listed; their digests identify them.",
      "A szabályok az utolsó menet óta megváltoztak. Az akkoriakat a program nem ismeri, ezért nem sorolja "
      "fel; ellenőrző összegeik azonosítják őket.",
      "Die Regeln haben sich seit dem letzten Durchgang geändert. Die damaligen kennt das Programm nicht; "
      "sie sind nicht aufgeführt, ihre Prüfsummen kennzeichnen sie."}},
    {Word::what_it_holds, {"Table", "Tábla", "Tabelle"}},
    {Word::what_becomes, {"What is done with it", "Művelet", "Behandlung"}},
    {Word::does_rows_deleted, {"Whole rows deleted", "A teljes sorok törlése", "Ganze Zeilen gelöscht"}},
    {Word::does_hashed,
     {"Pseudonymised (replaced by a hash)", "Álnevesítve (hash váltja fel)",
      "Pseudonymisiert (durch einen Hash ersetzt)"}},
    {Word::does_deleted, {"Emptied", "Kiürítve", "Geleert"}},
    {Word::does_parameters_removed,
     {"Parameters removed from web addresses", "Webcímek paraméterei eltávolítva",
      "Parameter aus Webadressen entfernt"}},
    {Word::does_rewritten,
     {"Personal values in it removed", "A benne lévő személyes értékek eltávolítva",
      "Persönliche Werte darin entfernt"}},
    {Word::does_randomised,
     {"Replaced by a random value", "Véletlen értékre cserélve", "Durch einen Zufallswert ersetzt"}},
    {Word::does_address_anonymised,
     {"IP address made anonymous", "IP-cím anonimizálva", "IP-Adresse anonymisiert"}},
    {Word::does_cancelled,
     {"Planned steps cancelled, flags set", "Tervezett lépések visszavonva, jelzők beállítva",
      "Geplante Schritte storniert, Kennzeichen gesetzt"}},
    {Word::does_kept, {"Kept", "Megőrizve", "Erhalten"}},
    {Word::does_follows,
     {"Generated from other columns", "Más oszlopokból képzett", "Aus anderen Spalten gebildet"}},
    {Word::only_unshared,
     {"Only rows that no other contact refers to",
      "Csak azok a sorok, amelyekre más kapcsolat nem hivatkozik",
      "Nur Zeilen, auf die kein anderer Kontakt verweist"}},
    {Word::only_by_text,
     {"Only rows whose text names the contact", "Csak azok a sorok, amelyek szövege a kapcsolatot megnevezi",
      "Nur Zeilen, deren Text den Kontakt nennt"}},
    {Word::hash_note,
     {"A hash is pseudonymised data (Article 4(5) GDPR) and remains personal data for whoever can match it "
      "with an address. It makes it possible to recognise the address and to prove this erasure.",
      "A hash álnevesített adat (GDPR, 4. cikk 5. pont), és személyes adat marad annak számára, aki címmel "
      "össze tudja vetni. Arra szolgál, hogy a cím felismerhető, a törlés pedig igazolható legyen.",
      "Ein Hash ist ein pseudonymisiertes Datum (Artikel 4 Nummer 5 DSGVO) und bleibt personenbezogen für "
      "alle, die ihn einer Adresse zuordnen können. Er dient dazu, die Adresse wiederzuerkennen und diese "
      "Löschung nachzuweisen."}},
    {Word::hash_method, {"Hash", "Hash", "Hash"}},
    {Word::hash_keyed, {"{1}, key {2}", "{1}, kulcs: {2}", "{1}, Schlüssel {2}"}},
    {Word::hash_without_key,
     {"{1}, without a key: whoever has a list of addresses can match it",
      "{1}, kulcs nélkül: címlista birtokában megfejthető",
      "{1}, ohne Schlüssel: mit einer Liste von Adressen zuzuordnen"}},
    {Word::policy_digest, {"Policy, SHA-256", "Szabályzat, SHA-256", "Richtlinie, SHA-256"}},
    {Word::map_digest, {"Data map, SHA-256", "Adattérkép, SHA-256", "Datenverzeichnis, SHA-256"}},
    {Word::schema_digest,
     {"Database structure, SHA-256", "Adatbázis-szerkezet, SHA-256", "Datenbankaufbau, SHA-256"}},
    {Word::not_covered,
     {"What this document does not cover", "Amire ez az irat nem terjed ki",
      "Was dieses Dokument nicht umfasst"}},
    {Word::uncovered_undecided,
     {"Tables and columns that lead to contacts and that nobody had decided about at the last pass: {1}.",
      "Kapcsolatokhoz vezető olyan táblák és oszlopok, amelyekről az utolsó menetig nem született döntés; "
      "számuk: {1}.",
      "Tabellen und Spalten, die zu Kontakten führen und über die beim letzten Durchgang niemand entschieden "
      "hatte: {1}."}},
    {Word::uncovered_undecided_unknown,
     {"Tables that lead to contacts and that nobody had decided about: how many there were at the last pass "
      "is not recorded.",
      "Kapcsolatokhoz vezető olyan táblák, amelyekről nem született döntés: számukat az utolsó menetkor nem "
      "jegyezték fel.",
      "Tabellen, die zu Kontakten führen und über die niemand entschieden hat: Wie viele es beim letzten "
      "Durchgang waren, ist nicht verzeichnet."}},
    {Word::uncovered_undecided_now,
     {"At the time of issue nobody has decided about: {1}",
      "A kiállítás időpontjában nincs döntés ezekről: {1}",
      "Zum Zeitpunkt der Ausstellung ist nicht entschieden über: {1}"}},
    {Word::uncovered_files,
     {"Files of the contact (avatar, uploads): not all of them were looked at.",
      "A kapcsolat fájljai (profilkép, feltöltések): nem mindegyik vizsgálata történt meg.",
      "Dateien des Kontakts (Profilbild, Uploads): nicht alle wurden geprüft."}},
    {Word::uncovered_older_rows,
     {"Older rows of tables with free text: they were searched in their newest rows only.",
      "Szabad szöveget tartalmazó táblák régebbi sorai: a keresés csak a legújabb sorokra terjedt ki.",
      "Ältere Zeilen von Tabellen mit Freitext: Nur die neuesten wurden durchsucht."}},
    {Word::uncovered_backups,
     {"Backups of the database and of the server.", "Az adatbázis és a kiszolgáló biztonsági mentései.",
      "Sicherungskopien der Datenbank und des Servers."}},
    {Word::uncovered_logs,
     {"Logs of the database server (binary log, general and slow query log, undo log), its replicas, and log "
      "files of Mautic and of the web server.",
      "Az adatbázis-kiszolgáló naplói (bináris napló, általános és lassú lekérdezési napló, undo napló) és "
      "replikái, valamint a Mautic és a webkiszolgáló naplófájljai.",
      "Protokolle des Datenbankservers (Binärprotokoll, allgemeines und Slow-Query-Protokoll, "
      "Undo-Protokoll), seine Replikate sowie Protokolldateien von Mautic und des Webservers."}},
    {Word::uncovered_systems,
     {"Other systems that got a copy: mailboxes and mail servers, CRM, shop, exported files (Article 19 "
      "GDPR).",
      "Más rendszerek, amelyek másolatot kaptak: postafiókok és levelezőkiszolgálók, CRM, webáruház, "
      "exportált fájlok (GDPR, 19. cikk).",
      "Andere Systeme, die eine Kopie erhalten haben: Postfächer und Mailserver, CRM, Shop, exportierte "
      "Dateien (Artikel 19 DSGVO)."}},
    {Word::uncovered_kept,
     {"Statistics, memberships and opt-outs that are kept under the number of the contact, as the rules say.",
      "A kapcsolat azonosítója alatt a szabályok szerint megőrzött statisztikák, tagságok és leiratkozások.",
      "Statistiken, Zugehörigkeiten und Abmeldungen, die nach den Regeln unter der Nummer des Kontakts "
      "erhalten bleiben."}},
    {Word::uncovered_mails,
     {"Mails to the address that belong to no contact any more, or to one that is not erased: they were not "
      "searched.",
      "A címre küldött olyan levelek, amelyek már nem tartoznak kapcsolathoz, vagy nem törölt kapcsolathoz "
      "tartoznak: a keresés ezekre nem terjedt ki.",
      "E-Mails an die Adresse, die zu keinem Kontakt mehr gehören oder zu einem nicht gelöschten: Sie wurden "
      "nicht durchsucht."}},
    {Word::uncovered_elsewhere,
     {"Other contacts with the same e-mail address, and mails to it that belong to no contact any more: a "
      "look-up by number does not find them.",
      "Ugyanezzel az e-mail-címmel rendelkező más kapcsolatok, és a címre küldött, már kapcsolathoz nem "
      "tartozó levelek: az azonosító szerinti keresés ezeket nem találja meg.",
      "Andere Kontakte mit derselben E-Mail-Adresse und E-Mails an sie, die zu keinem Kontakt mehr gehören: "
      "Eine Suche nach der Nummer findet sie nicht."}},
    {Word::earlier_title,
     {"Further erasures in the record", "További törlési bejegyzések", "Weitere verzeichnete Löschungen"}},
    {Word::earlier_entry,
     {"Opted out: {1}. First pass: {2}. Status: {3}.", "Leiratkozás: {1}. Első menet: {2}. Állapot: {3}.",
      "Abmeldung: {1}. Erster Durchgang: {2}. Stand: {3}."}},
    {Word::other_records,
     {"Records of this number that are about another address, or about none, and not part of this document: "
      "{1}.",
      "Az azonosítóhoz tartozó, más címről szóló vagy cím nélküli bejegyzések, amelyek nem részei ennek az "
      "iratnak; számuk: "
      "{1}.",
      "Einträge zu dieser Nummer, die eine andere oder keine Adresse betreffen und nicht Teil dieses "
      "Dokuments sind: "
      "{1}."}},
    {Word::untold_records,
     {"Records of this number of which it cannot be told whether they are about this address, because their "
      "hash was removed, or was made with a key that was not given: {1}.",
      "Az azonosítóhoz tartozó olyan bejegyzések, amelyekről nem állapítható meg, hogy erről a címről "
      "szólnak-e, mert hash-értéküket eltávolították, vagy az meg nem adott kulccsal készült; számuk: {1}.",
      "Einträge zu dieser Nummer, von denen sich nicht feststellen lässt, ob sie diese Adresse betreffen, "
      "weil ihr Hashwert entfernt oder mit einem nicht angegebenen Schlüssel gebildet wurde: {1}."}},
    {Word::forgotten_erasures,
     {"Erasures, of anybody, whose hashes were removed at the end of their storage period: {1}. The first of "
      "them was carried out at {2}, the last at {3}. Whether the address was among them can no longer be "
      "told.",
      "Bárkit érintő törlések, amelyeknek a hash-értékét a tárolás időtartamának végén eltávolították; "
      "számuk: {1}. "
      "Az első időpontja: {2}, az utolsóé: {3}. Már nem állapítható meg, hogy a cím köztük volt-e.",
      "Löschungen, gleich wen sie betrafen, deren Hashwerte am Ende der Speicherdauer entfernt wurden: {1}. "
      "Die erste erfolgte am {2}, die letzte am {3}. Ob die Adresse darunter war, ist nicht mehr "
      "feststellbar."}},
    {Word::earlier_forgotten,
     {"Its hash was removed: {1}.", "Hash-értékének eltávolítása: {1}.",
      "Ihr Hashwert wurde entfernt: {1}."}},
    {Word::forgotten_at,
     {"Hashes removed at the end of their storage period",
      "A hash-értékek eltávolítása a tárolás időtartamának végén",
      "Hashwerte am Ende der Speicherdauer entfernt"}},
    {Word::does_hashed_forgotten,
     {"Pseudonymised (replaced by a hash); the hash was removed later, where the contact leads to it",
      "Álnevesítve (hash váltja fel); a hash-t később eltávolították, ahol a kapcsolatból elérhető",
      "Pseudonymisiert (durch einen Hash ersetzt); der Hash wurde später entfernt, wo der Kontakt zu ihm "
      "führt"}},
    {Word::leftovers_at,
     {"What was left was removed, at the latest", "A maradványok eltávolítása legkésőbb",
      "Das Übrige wurde beseitigt, spätestens am"}},
    {Word::status,
     {"Status in the record", "Állapot a törlési nyilvántartásban", "Stand im Löschverzeichnis"}},
    {Word::status_settling,
     {"later pass not concluded", "a későbbi menet nem zárult le", "späterer Durchgang nicht abgeschlossen"}},
    {Word::status_complete, {"complete", "lezárva", "abgeschlossen"}},
    {Word::status_partial, {"something is left", "maradt adat", "etwas ist übrig"}},
    {Word::status_superseded,
     {"may be written to again", "ismét megkereshető", "darf wieder angeschrieben werden"}},
    {Word::status_erasing, {"under way", "folyamatban", "läuft"}},
    {Word::status_held, {"on hold", "zárolva", "ausgesetzt"}},
    {Word::seal_title, {"Seal and signature", "Pecsét és aláírás", "Siegel und Signatur"}},
    {Word::seal_none,
     {"The record of this erasure is in no seal yet.",
      "Ennek a törlésnek a bejegyzését még egyetlen pecsét sem fedi.",
      "Der Eintrag dieser Löschung ist noch von keinem Siegel erfasst."}},
    {Word::seal_changed,
     {"The record was changed since its last seal, by a later pass or otherwise: `mautic-gdprd ledger "
      "verify` tells. The seal named here covers an earlier state of it.",
      "A bejegyzés az utolsó pecsételése óta változott, későbbi menet miatt vagy más okból: a `mautic-gdprd "
      "ledger verify` megmutatja. Az itt megnevezett pecsét egy korábbi állapotát fedi.",
      "Der Eintrag wurde seit seinem letzten Siegel geändert, durch einen späteren Durchgang oder anders: "
      "`mautic-gdprd ledger verify` zeigt es. Das hier genannte Siegel erfasst einen früheren Stand."}},
    {Word::seal_broken,
     {"The seal of the record is not signed by its key, or is missing: it proves nothing. `mautic-gdprd "
      "ledger verify` names what does not agree.",
      "A bejegyzés pecsétje hiányzik, vagy nem a saját kulcsával van aláírva: semmit nem bizonyít. A "
      "`mautic-gdprd ledger verify` megnevezi az eltérést.",
      "Das Siegel des Eintrags fehlt oder ist nicht mit seinem Schlüssel signiert: Es beweist nichts. "
      "`mautic-gdprd ledger verify` nennt die Abweichung."}},
    {Word::seal_good,
     {"The record is as this seal covers it.", "A bejegyzés megegyezik azzal, amit ez a pecsét fed.",
      "Der Eintrag ist so, wie dieses Siegel ihn erfasst."}},
    {Word::seal_number, {"Seal, number", "A pecsét száma", "Siegel, Nummer"}},
    {Word::seal_at, {"Sealed at", "Pecsételés időpontja", "Gesiegelt am"}},
    {Word::seal_root, {"Root", "Gyökér", "Wurzel"}},
    {Word::seal_key,
     {"Key of the seal, SHA-256", "A pecsét kulcsa, SHA-256", "Schlüssel des Siegels, SHA-256"}},
    {Word::signing_key,
     {"Public key that signs this document", "Az iratot aláíró nyilvános kulcs",
      "Öffentlicher Schlüssel, der dieses Dokument signiert"}},
    {Word::how_to_compare,
     {"To compare: the line \"number={1}\" in a copy of the seals that was kept outside (file or journal) "
      "has the same root. `mautic-gdprd ledger verify --public-key KEY --seals COPY` compares the whole "
      "record.",
      "Összevetés: a kiszolgálón kívül őrzött pecsétmásolat (fájl vagy napló) „number={1}” sorában ugyanez a "
      "gyökér áll. A `mautic-gdprd ledger verify --public-key KULCS --seals MÁSOLAT` a teljes nyilvántartást "
      "összeveti.",
      "Vergleichen: Die Zeile „number={1}“ in einer außerhalb aufbewahrten Kopie der Siegel (Datei oder "
      "Journal) hat dieselbe Wurzel. `mautic-gdprd ledger verify --public-key SCHLÜSSEL --seals KOPIE` "
      "vergleicht das ganze Verzeichnis."}},
    {Word::how_to_verify,
     {"To verify this file: `mautic-gdprd certificate verify FILE --public-key KEY`. It needs neither the "
      "database nor a network. The key must come from another place than this document.",
      "A fájl ellenőrzése: `mautic-gdprd certificate verify FÁJL --public-key KULCS`. Sem adatbázis, sem "
      "hálózat nem kell hozzá. A kulcs ne ebből az iratból származzon.",
      "Diese Datei prüfen: `mautic-gdprd certificate verify DATEI --public-key SCHLÜSSEL`. Weder Datenbank "
      "noch Netz werden gebraucht. Der Schlüssel muss von anderer Stelle als aus diesem Dokument stammen."}},
    {Word::times_note,
     {"All times are UTC; in another time zone the date may differ by a day. The month is counted from the "
      "opt-out as Mautic has it. Where a request was made on another day or in another way, the month begins "
      "with its receipt; an extension under Article 12(3) GDPR is not known to the program.",
      "Minden időpont UTC szerinti; más időzónában a dátum egy nappal eltérhet. A hónap a leiratkozás "
      "Mauticban szereplő időpontjától számít. Ha a kérelem más napon vagy más módon érkezett, a hónap annak "
      "beérkezésével kezdődik; a GDPR 12. cikk (3) bekezdése szerinti meghosszabbításról a program nem tud.",
      "Alle Zeiten sind UTC; in einer anderen Zeitzone kann das Datum um einen Tag abweichen. Der Monat "
      "zählt ab der Abmeldung, wie Mautic sie verzeichnet. Wurde ein Antrag an einem anderen Tag oder auf "
      "anderem Weg gestellt, beginnt der Monat mit dessen Eingang; eine Verlängerung nach Artikel 12 Absatz "
      "3 DSGVO kennt das Programm nicht."}},
    {Word::issued_with,
     {"Issued with mautic-gdprd {1} for the controller.",
      "Kiállítva a mautic-gdprd {1} programmal, az adatkezelő részére.",
      "Ausgestellt mit mautic-gdprd {1} für den Verantwortlichen."}},
};

constexpr auto catalogue = in_order(shared_words, report_words, desk_frame_words, desk_register_words,
                                    desk_lookup_words, desk_sign_in_words);

}  // namespace

std::span<const Entry> all_words() { return catalogue; }

std::string say(Word word, Language language, std::initializer_list<std::string> parts) {
    const std::string text =
        catalogue.at(static_cast<std::size_t>(word)).texts.at(static_cast<std::size_t>(language));
    std::string result;
    // In one pass: what is put in is never read for places.
    for (std::size_t at = 0; at < text.size();) {
        const bool is_place = text[at] == '{' && at + 2 < text.size() && text[at + 2] == '}';
        if (is_place) {
            result += *(parts.begin() + (text[at + 1] - '1'));
            at += 3;
        } else {
            result += text[at++];
        }
    }
    return result;
}

}  // namespace gdprd::words
