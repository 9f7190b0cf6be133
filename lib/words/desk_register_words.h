// What the pages about erasures say: overview, register, holds, people who came back, the data map. A part of
// the catalogue in words.cpp; its users include words.h.
#pragma once

#include "words/words.h"

namespace gdprd::words {

inline constexpr Entry desk_register_words[] = {
    {Word::desk_state, {"Is it working?", "Működik?", "Funktioniert alles?"}},
    {Word::desk_working, {"Erasing works", "A törlés működik", "Das Löschen funktioniert"}},
    {Word::desk_working_text,
     {"Opt-outs are carried out as they arrive.",
      "A program a beérkező leiratkozásokat folyamatosan végrehajtja.",
      "Abmeldungen werden ausgeführt, sobald sie eintreffen."}},
    {Word::desk_trouble_daemon,
     {"The daemon does not answer", "A törlőszolgáltatás nem válaszol", "Der Löschdienst antwortet nicht"}},
    {Word::desk_ask_daemon,
     {"It may be that nobody is erased just now. Opt-outs are not lost: a comparison with the do-not-contact "
      "list finds them later. Ask the administrator whether the service mautic-gdprd is running.",
      "Lehet, hogy jelenleg senkinek az adatait nem törli. Leiratkozás nem vész el: a tiltólistával való "
      "összevetés később megtalálja. Kérdezze meg a rendszergazdát, fut-e a mautic-gdprd szolgáltatás.",
      "Möglicherweise wird gerade nichts gelöscht. Abmeldungen gehen nicht verloren: Ein Abgleich mit der "
      "Sperrliste findet sie später. Fragen Sie den Administrator, ob der Dienst mautic-gdprd läuft."}},
    {Word::desk_trouble_database,
     {"The daemon cannot use Mautic's database", "A szolgáltatás nem tudja használni a Mautic adatbázisát",
      "Der Löschdienst kann die Datenbank von Mautic nicht benutzen"}},
    {Word::desk_ask_database,
     {"Opt-outs are kept, and carried out as soon as it can. Ask the administrator to look at the database "
      "server.",
      "A leiratkozásokat megőrzi, és végrehajtja, amint lehet. Kérje meg a rendszergazdát, hogy nézze meg az "
      "adatbázis-kiszolgálót.",
      "Abmeldungen werden aufbewahrt und ausgeführt, sobald es wieder geht. Bitten Sie den Administrator, "
      "nach dem Datenbankserver zu sehen."}},
    {Word::desk_trouble_schema,
     {"The daemon cannot make sense of Mautic's tables",
      "A szolgáltatás nem tudja értelmezni a Mautic tábláit",
      "Der Löschdienst kommt mit den Tabellen von Mautic nicht zurecht"}},
    {Word::desk_ask_schema,
     {"Nobody is erased until this is settled. Ask the administrator to run `mautic-gdprd check`.",
      "Amíg ez nem rendeződik, törlés nem történik. Kérje meg a rendszergazdát, hogy futtassa a "
      "`mautic-gdprd check` parancsot.",
      "Bis das geklärt ist, wird nichts gelöscht. Bitten Sie den Administrator, `mautic-gdprd check` "
      "auszuführen."}},
    {Word::desk_trouble_queue,
     {"The daemon cannot write down new opt-outs",
      "A szolgáltatás nem tudja feljegyezni az új leiratkozásokat",
      "Der Löschdienst kann neue Abmeldungen nicht festhalten"}},
    {Word::desk_ask_queue,
     {"Ask the administrator whether the disk of the server is full or can only be read.",
      "Kérdezze meg a rendszergazdát, hogy megtelt-e a kiszolgáló lemeze, vagy csak olvasható-e.",
      "Fragen Sie den Administrator, ob die Festplatte des Servers voll ist oder nur noch gelesen werden "
      "kann."}},
    {Word::desk_trouble_backlog,
     {"An erasure is overdue", "Egy törlés késik", "Eine Löschung ist überfällig"}},
    {Word::desk_ask_backlog,
     {"An opt-out waits for longer than it should. Ask the administrator for the reason; `mautic-gdprd queue "
      "list` shows what waits.",
      "Egy leiratkozás a kelleténél régebben vár. Kérdezze meg az okát a rendszergazdától; a várakozókat a "
      "`mautic-gdprd queue list` mutatja.",
      "Eine Abmeldung wartet länger, als sie sollte. Fragen Sie den Administrator nach dem Grund; "
      "`mautic-gdprd queue list` zeigt, was wartet."}},
    {Word::desk_trouble_policy,
     {"The rules stop all erasures", "A szabályok minden törlést leállítanak",
      "Die Regeln halten alle Löschungen an"}},
    {Word::desk_ask_policy,
     {"Something leads to contacts, and nobody has decided what is to become of it. Decide that with the "
      "administrator.",
      "Van valami, ami kapcsolatokhoz vezet, és a sorsáról nem született döntés. Döntse el a "
      "rendszergazdával, mi történjen vele.",
      "Etwas führt zu Kontakten, und niemand hat entschieden, was damit geschehen soll. Entscheiden Sie das "
      "mit dem Administrator."}},
    {Word::desk_trouble_safety, {"Erasing is paused", "A törlés szünetel", "Das Löschen ist angehalten"}},
    {Word::desk_ask_safety,
     {"The brake has stopped it, because unusually many contacts were to be erased. Find out with the "
      "administrator what changed in the do-not-contact list. If all is right, `mautic-gdprd queue resume` "
      "lets it go on.",
      "A biztonsági megszakító állította le, mert szokatlanul sok kapcsolatot kellett volna törölni. Derítse "
      "ki a rendszergazdával, mi változott a tiltólistán. Ha minden rendben, a `mautic-gdprd queue resume` "
      "paranccsal folytatható.",
      "Die Notbremse hat es angehalten, weil ungewöhnlich viele Kontakte gelöscht werden sollten. Klären Sie "
      "mit dem Administrator, was sich an der Sperrliste geändert hat. Ist alles richtig, geht es mit "
      "`mautic-gdprd queue resume` weiter."}},
    {Word::desk_trouble_other,
     {"A part of the daemon does not work", "A szolgáltatás egy része nem működik",
      "Ein Teil des Löschdienstes arbeitet nicht"}},
    {Word::desk_ask_other,
     {"Ask the administrator to run `mautic-gdprd check`.",
      "Kérje meg a rendszergazdát, hogy futtassa a `mautic-gdprd check` parancsot.",
      "Bitten Sie den Administrator, `mautic-gdprd check` auszuführen."}},
    {Word::desk_trouble_parked,
     {"Contacts that were given up on: {1}", "Feladott kapcsolatok száma: {1}", "Aufgegebene Kontakte: {1}"}},
    {Word::desk_ask_parked,
     {"They are not erased until somebody acts. Ask the administrator for the reason: `mautic-gdprd queue "
      "list --state parked` shows it, and `mautic-gdprd queue retry` begins again.",
      "Ezek beavatkozás nélkül nem törlődnek. Kérdezze meg az okát a rendszergazdától: a `mautic-gdprd queue "
      "list --state parked` mutatja, a `mautic-gdprd queue retry` újrakezdi.",
      "Sie werden nicht gelöscht, solange niemand eingreift. Fragen Sie den Administrator nach dem Grund: "
      "`mautic-gdprd queue list --state parked` zeigt ihn, `mautic-gdprd queue retry` beginnt von Neuem."}},
    {Word::desk_trouble_webhook,
     {"Something is wrong with Mautic's webhook", "Hiba van a Mautic webhookjával",
      "Mit dem Webhook von Mautic stimmt etwas nicht"}},
    {Word::desk_ask_webhook,
     {"Opt-outs may arrive late, by the comparison alone. Ask the administrator to run `mautic-gdprd check`, "
      "which says what it is.",
      "A leiratkozások késve, csak az összevetés révén érkezhetnek meg. Kérje meg a rendszergazdát, hogy "
      "futtassa a `mautic-gdprd check` parancsot, amely megmondja az okot.",
      "Abmeldungen kommen vielleicht verspätet an, nur durch den Abgleich. Bitten Sie den Administrator, "
      "`mautic-gdprd check` auszuführen; das nennt den Grund."}},
    {Word::desk_trouble_sweep,
     {"The comparison with the do-not-contact list is overdue", "A tiltólistával való összevetés késik",
      "Der Abgleich mit der Sperrliste ist überfällig"}},
    {Word::desk_ask_sweep,
     {"It finds opt-outs of which no webhook told. Ask the administrator what the log of the daemon says.",
      "Ez találja meg azokat a leiratkozásokat, amelyekről nem érkezett webhook. Kérdezze meg a "
      "rendszergazdát, mit ír a szolgáltatás naplója.",
      "Er findet Abmeldungen, die kein Webhook gemeldet hat. Fragen Sie den Administrator, was im Protokoll "
      "des Löschdienstes steht."}},
    {Word::desk_trouble_audit,
     {"Places where the audit found erased people: {1}",
      "Törölt személyek adatai a felülvizsgálat szerint; helyek száma: {1}",
      "Fundstellen gelöschter Personen bei der Nachprüfung: {1}"}},
    {Word::desk_ask_audit,
     {"An address of somebody who was erased is still there. Ask the administrator where: `mautic-gdprd "
      "audit --last`.",
      "Egy törölt személy címe még megvan valahol. Kérdezze meg a rendszergazdát, hogy hol: `mautic-gdprd "
      "audit --last`.",
      "Eine Adresse einer gelöschten Person ist noch vorhanden. Fragen Sie den Administrator, wo: "
      "`mautic-gdprd audit --last`."}},
    {Word::desk_trouble_seals,
     {"Records that were changed by somebody: {1}", "Illetéktelenül módosított bejegyzések száma: {1}",
      "Von jemandem veränderte Einträge: {1}"}},
    {Word::desk_ask_seals,
     {"They are not what they were when they were sealed, and the program did not change them. Ask the "
      "administrator to run `mautic-gdprd ledger verify`, and treat it as an incident until it is explained.",
      "Eltérnek attól, amit lepecsételtek, és nem a program módosította őket. Kérje meg a rendszergazdát, "
      "hogy futtassa a `mautic-gdprd ledger verify` parancsot, és amíg nincs magyarázat, kezelje "
      "incidensként.",
      "Sie sind nicht mehr so, wie sie gesiegelt wurden, und das Programm hat sie nicht geändert. Bitten Sie "
      "den Administrator, `mautic-gdprd ledger verify` auszuführen, und behandeln Sie es bis zur Klärung als "
      "Vorfall."}},
    {Word::desk_trouble_rights,
     {"Privileges that the daemon lacks: {1}", "A szolgáltatás hiányzó jogosultságai; számuk: {1}",
      "Berechtigungen, die dem Löschdienst fehlen: {1}"}},
    {Word::desk_ask_rights,
     {"What needs them waits. Ask the administrator to give them: `mautic-gdprd grants --missing`.",
      "Ami ezeket igényli, várakozik. Kérje meg a rendszergazdát, hogy adja meg őket: `mautic-gdprd grants "
      "--missing`.",
      "Was sie braucht, wartet. Bitten Sie den Administrator, sie zu erteilen: `mautic-gdprd grants "
      "--missing`."}},
    {Word::desk_trouble_missing,
     {"Contacts that Mautic's table of contacts lacks: {1}",
      "A Mautic kapcsolattáblájából hiányzó kapcsolatok száma: {1}",
      "Kontakte, die in der Kontakttabelle von Mautic fehlen: {1}"}},
    {Word::desk_ask_missing,
     {"Other tables still have their data, so that a backup may be half loaded, and nothing of these "
      "contacts is erased. Ask the administrator what happened to the table.",
      "Más táblákban még megvannak az adataik, lehet, hogy egy mentés csak félig töltődött be; ezekből a "
      "kapcsolatokból semmi sem törlődik. Kérdezze meg a rendszergazdát, mi történt a táblával.",
      "Andere Tabellen haben noch ihre Daten; vielleicht ist eine Sicherung nur halb eingespielt. Von diesen "
      "Kontakten wird nichts gelöscht. Fragen Sie den Administrator, was mit der Tabelle geschehen ist."}},
    {Word::desk_trouble_undecided,
     {"Tables and columns without a decision: {1}", "Táblák és oszlopok döntés nélkül; számuk: {1}",
      "Tabellen und Spalten ohne Entscheidung: {1}"}},
    {Word::desk_ask_undecided,
     {"What they hold of people who are erased may stay. Decide with the administrator what is to become of "
      "it.",
      "Ami bennük a törölt személyekről áll, megmaradhat. Döntse el a rendszergazdával, mi történjen vele.",
      "Was sie über gelöschte Personen enthalten, bleibt möglicherweise erhalten. Entscheiden Sie mit dem "
      "Administrator, was damit geschehen soll."}},
    {Word::desk_warnings,
     {"For the administrator: what the daemon reports, in English",
      "A rendszergazdának: a szolgáltatás jelzései, angolul",
      "Für den Administrator: Meldungen des Löschdienstes, auf Englisch"}},
    {Word::desk_where, {"See: {1}", "Lásd: {1}", "Siehe: {1}"}},
    {Word::desk_work, {"The daemon's work", "A szolgáltatás munkája", "Arbeit des Löschdienstes"}},
    {Word::desk_waiting, {"Waiting to be erased", "Törlésre várnak", "Warten auf die Löschung"}},
    {Word::desk_given_up, {"Given up on", "Feladva", "Aufgegeben"}},
    {Word::desk_later_pass,
     {"Erased, a later pass is to come", "Törölve, későbbi menet hátravan",
      "Gelöscht, späterer Durchgang steht aus"}},
    {Word::desk_webhook_rows,
     {"Events that wait in Mautic's own queue", "A Mautic saját sorában várakozó események",
      "Ereignisse in Mautics eigener Warteschlange"}},
    {Word::desk_compared,
     {"Last comparison with the do-not-contact list", "Az utolsó összevetés a tiltólistával",
      "Letzter Abgleich mit der Sperrliste"}},
    {Word::desk_compared_all,
     {"Last comparison with the whole list", "Az utolsó összevetés a teljes listával",
      "Letzter Abgleich mit der ganzen Liste"}},
    {Word::desk_lost_opt_outs,
     {"Opt-outs lost by merging contacts, since the daemon was started",
      "Kapcsolatok összevonása miatt elveszett leiratkozások a szolgáltatás indítása óta",
      "Durch Zusammenführen von Kontakten verlorene Abmeldungen seit dem Start des Löschdienstes"}},
    {Word::desk_not_since_start,
     {"not since the daemon was started", "a szolgáltatás indítása óta még nem",
      "seit dem Start des Löschdienstes noch nicht"}},
    {Word::desk_recent,
     {"Erasures of the last 30 days", "Az elmúlt 30 nap törlései", "Löschungen der letzten 30 Tage"}},
    {Word::desk_today, {"Today", "Ma", "Heute"}},
    {Word::desk_thirty_days,
     {"In the last 30 days, today included", "Az elmúlt 30 napban, a maival együtt",
      "In den letzten 30 Tagen, heute eingeschlossen"}},
    {Word::desk_chart_text,
     {"Bar chart of the erasures of each day. Its figures are in the table below it.",
      "Oszlopdiagram a törlések napi számáról. Adatait az alatta álló táblázat tartalmazza.",
      "Balkendiagramm der Löschungen jedes Tages. Seine Zahlen stehen in der Tabelle darunter."}},
    {Word::desk_figures, {"Figures of the chart", "A diagram adatai", "Zahlen des Diagramms"}},
    {Word::desk_standing,
     {"In the register now", "A nyilvántartás jelenlegi állása", "Derzeit im Verzeichnis"}},
    {Word::desk_no_record_kept,
     {"There is no register of erasures that can be read yet", "Még nincs olvasható törlési nyilvántartás",
      "Es gibt noch kein lesbares Löschverzeichnis"}},
    {Word::desk_no_ledger_text,
     {"The daemon makes it when it is first started, and brings an older one up to date. Ask the "
      "administrator whether that was done, and whether the desk is configured for the same database.",
      "A szolgáltatás az első indításakor hozza létre, és a régebbit frissíti. Kérdezze meg a "
      "rendszergazdát, hogy ez megtörtént-e, és hogy a munkafelület ugyanarra az adatbázisra van-e "
      "beállítva.",
      "Der Löschdienst legt es bei seinem ersten Start an und bringt ein älteres auf den neuen Stand. Fragen "
      "Sie den Administrator, ob das geschehen ist und ob der Arbeitsplatz für dieselbe Datenbank "
      "eingerichtet ist."}},
    {Word::desk_passed_from, {"First pass from", "Első menet ettől a naptól", "Erster Durchgang ab"}},
    {Word::desk_passed_to,
     {"First pass up to and including", "Első menet eddig a napig (bezárólag)",
      "Erster Durchgang bis einschließlich"}},
    {Word::desk_bad_day,
     {"This is no day. Write it like this: 2026-03-01.", "Ez nem érvényes nap. Írja így: 2026-03-01.",
      "Das ist kein Tag. Schreiben Sie ihn so: 2026-03-01."}},
    {Word::desk_days_reversed,
     {"This day is after the last one: there can be no record between them.",
      "Ez a nap a zárónap utáni: a kettő között nem lehet bejegyzés.",
      "Dieser Tag liegt nach dem letzten: Dazwischen kann es keinen Eintrag geben."}},
    {Word::desk_all, {"all", "mind", "alle"}},
    {Word::desk_records, {"Records", "Bejegyzések", "Einträge"}},
    {Word::desk_current_only,
     {"only the current one of each contact", "kapcsolatonként csak az aktuális",
      "nur der aktuelle jedes Kontakts"}},
    {Word::desk_filter, {"Show", "Megjelenítés", "Anzeigen"}},
    {Word::desk_filter_title, {"What is shown", "Szűrés", "Auswahl"}},
    {Word::desk_listed,
     {"Records, the newest first", "Bejegyzések, a legújabb elöl", "Einträge, die neuesten zuerst"}},
    {Word::desk_first_pass, {"First pass", "Első menet", "Erster Durchgang"}},
    {Word::desk_no_pass, {"no pass yet", "még nem volt menet", "noch kein Durchgang"}},
    {Word::desk_of_contact, {"Contact", "Kapcsolat", "Kontakt"}},
    {Word::desk_took,
     {"After the entry on the do-not-contact list", "A tiltólistára vétel után",
      "Nach dem Eintrag in der Sperrliste"}},
    {Word::desk_followed,
     {"followed by a later record", "későbbi bejegyzés követi", "ein späterer Eintrag folgte"}},
    {Word::desk_no_record,
     {"There is no such record.", "Nincs ilyen bejegyzés.", "Es gibt keinen solchen Eintrag."}},
    {Word::desk_pages, {"Pages of the list", "A lista oldalai", "Seiten der Liste"}},
    {Word::desk_erasure_of,
     {"Erasure of contact {1}", "{1} azonosítójú kapcsolat törlése", "Löschung des Kontakts {1}"}},
    {Word::desk_no_record_of,
     {"The register has no record of this contact.",
      "A nyilvántartásban nincs bejegyzés erről a kapcsolatról.",
      "Das Verzeichnis enthält keinen Eintrag zu diesem Kontakt."}},
    {Word::desk_current_record, {"Current record", "Aktuális bejegyzés", "Aktueller Eintrag"}},
    {Word::desk_former_record,
     {"Earlier record, of {1}", "Korábbi bejegyzés ({1})", "Früherer Eintrag, {1}"}},
    {Word::desk_make_certificate,
     {"Certificate of this erasure", "Igazolás erről a törlésről", "Bescheinigung über diese Löschung"}},
    {Word::desk_back, {"Back to the register", "Vissza a nyilvántartáshoz", "Zurück zum Verzeichnis"}},
    {Word::desk_why_left,
     {"Why, as far as is known today", "Miért, a mai ismeretek szerint", "Warum, soweit heute bekannt"}},
    {Word::desk_left_right,
     {"a privilege of the database account is missing, or was",
      "az adatbázisfiók egy jogosultsága hiányzik vagy hiányzott",
      "dem Datenbankkonto fehlt oder fehlte eine Berechtigung"}},
    {Word::desk_left_limit,
     {"this database does not let it be changed", "ez az adatbázis nem engedi módosítani",
      "diese Datenbank lässt die Änderung nicht zu"}},
    {Word::desk_left_found,
     {"a check found that the contact was still in it", "egy ellenőrzés még megtalálta benne a kapcsolatot",
      "eine Prüfung fand den Kontakt noch darin"}},
    {Word::desk_nothing_uncovered,
     {"The record names nothing that was not looked at.",
      "A bejegyzés nem említ olyat, amit ne vizsgáltak volna.",
      "Der Eintrag nennt nichts, was nicht geprüft worden wäre."}},
    {Word::desk_digests,
     {"Rules of the last pass", "Az utolsó menet szabályai", "Regeln des letzten Durchgangs"}},
    {Word::desk_undecided_text,
     {"As the database is now. An erasure leaves these as they are, unless the table says otherwise. Decide "
      "with the administrator what is to become of each, and have it written into a data map.",
      "Az adatbázis jelenlegi állapotában. A törlés ezeket nem érinti, hacsak a táblázat mást nem mond. "
      "Döntse el a rendszergazdával, mi legyen velük, és vetesse fel őket egy adattérképbe.",
      "Nach dem jetzigen Stand der Datenbank. Eine Löschung lässt diese unverändert, sofern die Tabelle "
      "nichts anderes sagt. Entscheiden Sie mit dem Administrator, was mit ihnen geschehen soll, und lassen "
      "Sie es in einer Datenbeschreibung festhalten."}},
    {Word::desk_all_decided,
     {"Every table and column is decided about.", "Minden tábláról és oszlopról van döntés.",
      "Über jede Tabelle und Spalte ist entschieden."}},
    {Word::desk_evidence,
     {"What leads there (in English)", "Ami odavezet (angolul)", "Was dorthin führt (auf Englisch)"}},
    {Word::desk_limitations,
     {"What this database does not allow", "Amit ez az adatbázis nem tesz lehetővé",
      "Was diese Datenbank nicht zulässt"}},
    {Word::desk_limitation, {"Reason (in English)", "Ok (angolul)", "Grund (auf Englisch)"}},
    {Word::desk_held_text,
     {"These rules of the controller keep contacts from being erased although they opted out. Article 17(3) "
      "GDPR names the grounds on which an erasure may be refused. Of several rules one is named. What is on "
      "hold is erased once the mark in Mautic is taken away.",
      "Az adatkezelőnek ezek a szabályai zárolják leiratkozott kapcsolatok törlését. Azokat az okokat, "
      "amelyek miatt a törlés elmaradhat, a GDPR 17. cikkének (3) bekezdése sorolja fel. Több szabály közül "
      "egy szerepel. A zárolt adatok törlődnek, amint a jelölést a Mauticban eltávolítják.",
      "Diese Regeln des Verantwortlichen nehmen Kontakte von der Löschung aus, obwohl sie sich abgemeldet "
      "haben. Die Gründe, aus denen eine Löschung unterbleiben darf, nennt Artikel 17 Absatz 3 DSGVO. Von "
      "mehreren Regeln ist eine genannt. Ausgesetztes wird gelöscht, sobald die Kennzeichnung in Mautic "
      "entfernt ist."}},
    {Word::desk_no_hold_rules,
     {"No rule for holds is configured.", "Nincs beállítva zárolási szabály.",
      "Es ist keine Regel zum Aussetzen von Löschungen eingerichtet."}},
    {Word::desk_hold_rules,
     {"Rules, and whom they hold", "A szabályok és akiket érintenek", "Regeln und wen sie betreffen"}},
    {Word::desk_too_many_held,
     {"More than {1} contacts are on hold. A report counts them by rule.",
      "Több mint {1} kapcsolat törlése van zárolva. Szabályonkénti számukat egy jelentés adja meg.",
      "Für mehr als {1} Kontakte ist die Löschung ausgesetzt. Ein Bericht zählt sie nach Regeln."}},
    {Word::desk_held_contacts,
     {"Contacts on hold", "Zárolt kapcsolatok", "Kontakte mit ausgesetzter Löschung"}},
    {Word::desk_nobody_held,
     {"Nobody is on hold.", "Senkinek a törlése sincs zárolva.",
      "Für niemanden ist die Löschung ausgesetzt."}},
    {Word::desk_any_value, {"field “{1}”", "„{1}” mező", "Feld „{1}“"}},
    {Word::desk_returned_text,
     {"Erased people whose address came back on another contact, and people whose opt-out was lost when "
      "Mautic merged contacts. Each is told once.",
      "Törölt személyek, akiknek a címe másik kapcsolaton tért vissza, és olyanok, akiknek a leiratkozása a "
      "Mauticbeli összevonáskor elveszett. Mindegyik egyszer szerepel.",
      "Gelöschte Personen, deren Adresse bei einem anderen Kontakt wieder auftauchte, und Personen, deren "
      "Abmeldung bei einer Zusammenführung in Mautic verloren ging. Jede wird einmal genannt."}},
    {Word::desk_no_return,
     {"Nobody was seen to come back.", "Eddig senki visszatérését nem észlelték.",
      "Bisher ist keine Rückkehr aufgefallen."}},
    {Word::desk_seen_at, {"Seen at", "Észlelve", "Bemerkt am"}},
    {Word::desk_former_contact, {"Was before contact", "Korábbi kapcsolat", "War zuvor Kontakt"}},
};

}  // namespace gdprd::words
