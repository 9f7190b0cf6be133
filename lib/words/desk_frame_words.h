// What every page of the officer's desk says around its content. A part of the catalogue
// in words.cpp; its users include words.h.
#pragma once

#include "words/words.h"

namespace gdprd::words {

inline constexpr Entry desk_frame_words[] = {
    {Word::desk_title, {"Officer's desk", "Adatvédelmi munkafelület", "Arbeitsplatz für den Datenschutz"}},
    {Word::desk_skip, {"Skip to the content", "Ugrás a tartalomhoz", "Zum Inhalt springen"}},
    {Word::desk_menu, {"Menu", "Menü", "Menü"}},
    {Word::desk_language, {"Language", "Nyelv", "Sprache"}},
    {Word::desk_sign_out, {"Sign out", "Kijelentkezés", "Abmelden"}},
    {Word::desk_signed_in_as, {"Signed in as {1}", "Bejelentkezve: {1}", "Angemeldet als {1}"}},
    {Word::desk_footer_times,
     {"Times are those of {1}.", "Az időpontok időzónája: {1}.", "Zeitangaben gelten für {1}."}},
    {Word::desk_not_found, {"There is no such page", "Nincs ilyen oldal", "Diese Seite gibt es nicht"}},
    {Word::desk_not_found_text,
     {"The link may be old, or the record may be gone.",
      "A hivatkozás elavult lehet, vagy a bejegyzés már nem létezik.",
      "Der Link ist vielleicht veraltet, oder den Eintrag gibt es nicht mehr."}},
    {Word::desk_not_allowed,
     {"Your account may not do this", "Az Ön fiókja erre nem jogosult", "Ihr Konto darf das nicht"}},
    {Word::desk_not_allowed_text,
     {"It is for accounts with the role of an officer. The administrator gives that role.",
      "Ehhez tisztviselői szerepkörű fiók szükséges. A szerepkört a rendszergazda adja.",
      "Dafür braucht ein Konto die Rolle eines Beauftragten. Der Administrator vergibt sie."}},
    {Word::desk_no_database,
     {"The database does not answer just now", "Az adatbázis jelenleg nem válaszol",
      "Die Datenbank antwortet gerade nicht"}},
    {Word::desk_no_database_text,
     {"Nothing was done. Try again in a moment. If it stays like this, tell the administrator that the desk "
      "cannot reach the database.",
      "Semmi sem történt. Próbálja meg rövidesen újra. Ha a hiba nem szűnik meg, jelezze a rendszergazdának, "
      "hogy a munkafelület nem éri el az adatbázist.",
      "Es wurde nichts getan. Versuchen Sie es gleich noch einmal. Bleibt es dabei, sagen Sie dem "
      "Administrator, dass der Arbeitsplatz die Datenbank nicht erreicht."}},
    {Word::desk_failed, {"That did not work", "Ez nem sikerült", "Das hat nicht geklappt"}},
    {Word::desk_failed_text,
     {"The administrator finds the reason in the log of the desk, under the number {1}.",
      "Az okot a rendszergazda a munkafelület naplójában találja meg, ezen a számon: {1}.",
      "Der Administrator findet den Grund im Protokoll des Arbeitsplatzes unter der Nummer {1}."}},
    {Word::desk_form_expired, {"The form was too old", "Az űrlap elavult", "Das Formular war zu alt"}},
    {Word::desk_form_expired_text,
     {"Nothing was done. What you had entered is below; send it again.",
      "Semmi sem történt. A megadott adatok alább láthatók; küldje el újra.",
      "Es wurde nichts getan. Ihre Eingaben stehen unten; senden Sie sie noch einmal."}},
    {Word::desk_send_again, {"Send again", "Újraküldés", "Noch einmal senden"}},
    {Word::desk_overview, {"Overview", "Áttekintés", "Übersicht"}},
    {Word::desk_lookup, {"Look-up", "Keresés", "Auskunft"}},
    {Word::desk_register, {"Register of erasures", "Törlési nyilvántartás", "Löschverzeichnis"}},
    {Word::desk_data, {"What is erased here", "Mit törlünk", "Was gelöscht wird"}},
    {Word::desk_holds, {"On hold", "Zárolt törlések", "Ausgesetzte Löschungen"}},
    {Word::desk_returned, {"People who came back", "Visszatérők", "Zurückgekehrte"}},
    {Word::desk_lookups, {"Log of look-ups", "Keresési napló", "Auskunftsprotokoll"}},
    {Word::desk_seals, {"Seals", "Pecsétek", "Siegel"}},
    {Word::desk_reports, {"Reports", "Jelentések", "Berichte"}},
    {Word::desk_residue, {"Search for residue", "Maradványok keresése", "Suche nach Resten"}},
    {Word::desk_next, {"Next", "Következő", "Weiter"}},
    {Word::desk_first, {"First page", "Első oldal", "Erste Seite"}},
};

}  // namespace gdprd::words
