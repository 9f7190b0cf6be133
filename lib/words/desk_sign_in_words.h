// What the page says at which people sign in to the officer's desk, and the log of what they did there. A
// part of the catalogue in words.cpp; its users include words.h.
#pragma once

#include "words/words.h"

namespace gdprd::words {

inline constexpr Entry desk_sign_in_words[] = {
    {Word::desk_sign_in, {"Sign in", "Bejelentkezés", "Anmelden"}},
    {Word::desk_account, {"Account", "Fiók", "Konto"}},
    {Word::desk_password, {"Password", "Jelszó", "Passwort"}},
    {Word::desk_code, {"One-time code", "Egyszer használatos kód", "Einmalcode"}},
    {Word::desk_code_hint,
     {"Six digits from your app; leave it empty if none was set up for your account.",
      "Az alkalmazás által mutatott hat számjegy; hagyja üresen, ha a fiókjához nincs beállítva.",
      "Sechs Ziffern aus Ihrer App; leer lassen, wenn für Ihr Konto keiner eingerichtet ist."}},
    {Word::desk_sign_in_wrong,
     {"Account, password or code is not right.", "A fióknév, a jelszó vagy a kód nem megfelelő.",
      "Konto, Passwort oder Code stimmt nicht."}},
    {Word::desk_sign_in_wait,
     {"Too many attempts. Try again in {1}.", "Túl sok próbálkozás. Próbálja újra ennyi idő múlva: {1}.",
      "Zu viele Versuche. Versuchen Sie es wieder in: {1}."}},
    {Word::desk_sign_in_no_code,
     {"A one-time code is required here, and none is set up for this account. Ask the administrator.",
      "Itt egyszer használatos kód szükséges, de ehhez a fiókhoz nincs beállítva. Forduljon a "
      "rendszergazdához.",
      "Hier ist ein Einmalcode vorgeschrieben, für dieses Konto ist aber keiner eingerichtet. Wenden Sie "
      "sich an den Administrator."}},
    {Word::desk_session_ended,
     {"Your session has ended. Sign in again to go on; what you had entered is kept until then.",
      "A munkamenet lejárt. A folytatáshoz jelentkezzen be újra; a megadott adatok addig megmaradnak.",
      "Ihre Sitzung ist abgelaufen. Melden Sie sich wieder an, um fortzufahren; Ihre Eingaben bleiben bis "
      "dahin erhalten."}},
    {Word::desk_by_proxy_only,
     {"No account of this desk belongs to your sign-in. Ask the administrator.",
      "Az Ön bejelentkezéséhez ezen a munkafelületen nem tartozik fiók. Forduljon a rendszergazdához.",
      "Zu Ihrer Anmeldung gehört hier kein Konto. Wenden Sie sich an den Administrator."}},
    {Word::desk_actions, {"Log of the desk", "A munkafelület naplója", "Protokoll des Arbeitsplatzes"}},
    {Word::desk_actions_text,
     {"What people did here: when, with which account, from which address. It can only be added to, and is "
      "sealed with the record of erasures.",
      "Ki mit tett itt: mikor, melyik fiókkal, melyik címről. A napló csak bővíthető, és a törlési "
      "nyilvántartással együtt kap pecsétet.",
      "Was Personen hier getan haben: wann, mit welchem Konto, von welcher Adresse. Das Protokoll kann nur "
      "ergänzt werden und wird mit dem Löschverzeichnis versiegelt."}},
    {Word::desk_no_actions,
     {"Nothing was done here yet", "Itt még semmi sem történt", "Hier wurde noch nichts getan"}},
    {Word::desk_action, {"What", "Mi", "Was"}},
    {Word::desk_came_from, {"From", "Honnan", "Von"}},
    {Word::desk_detail, {"Details", "Részletek", "Einzelheiten"}},
    {Word::desk_detail_contact, {"contact {1}", "kapcsolat: {1}", "Kontakt {1}"}},
    {Word::desk_detail_no_contact, {"no contact", "kapcsolat nélkül", "ohne Kontakt"}},
    {Word::desk_detail_certificate, {"certificate {1}", "igazolás: {1}", "Bescheinigung {1}"}},
    {Word::desk_detail_log, {"log of look-ups", "keresési napló", "Auskunftsprotokoll"}},
    {Word::desk_detail_days,
     {"{1} to {2} (that day not included)", "{1} – {2} (ez a nap már nem számít)",
      "{1} bis {2} (dieser Tag nicht mehr)"}},
    {Word::desk_did_sign_in, {"signed in", "bejelentkezés", "angemeldet"}},
    {Word::desk_did_sign_in_refused, {"was refused", "elutasított bejelentkezés", "abgewiesen"}},
    {Word::desk_did_sign_out, {"signed out", "kijelentkezés", "abgemeldet"}},
    {Word::desk_did_look_up, {"looked up", "keresés", "Auskunft"}},
    {Word::desk_did_certificate,
     {"issued a certificate", "igazolás kiállítása", "Bescheinigung ausgestellt"}},
    {Word::desk_did_report, {"made a report", "jelentés készítése", "Bericht erstellt"}},
    {Word::desk_did_residue_search, {"searched for residue", "maradványok keresése", "nach Resten gesucht"}},
    {Word::desk_did_residue_cancelled,
     {"cancelled a search for residue", "maradványkeresés megszakítása", "Suche nach Resten abgebrochen"}},
    {Word::desk_did_seals_verified, {"verified the seals", "pecsétek ellenőrzése", "Siegel geprüft"}},
};

}  // namespace gdprd::words
