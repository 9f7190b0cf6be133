// What reports and descriptions say, beside the words they share with certificates. A part of the catalogue
// in words.cpp; its users include words.h.
#pragma once

#include "words/words.h"

namespace gdprd::words {

inline constexpr Entry report_words[] = {
    {Word::report_title,
     {"Report on the erasure of personal data", "Jelentés a személyes adatok törléséről",
      "Bericht über die Löschung personenbezogener Daten"}},
    {Word::report_basis,
     {"Regulation (EU) 2016/679 (General Data Protection Regulation, GDPR): Article 5(2) (accountability), "
      "Article 12(3), Article 17 (right to erasure)",
      "Az (EU) 2016/679 rendelet (általános adatvédelmi rendelet, GDPR): 5. cikk (2) bekezdés "
      "(elszámoltathatóság), 12. cikk (3) bekezdés, 17. cikk (a törléshez való jog)",
      "Verordnung (EU) 2016/679 (Datenschutz-Grundverordnung, DSGVO): Artikel 5 Absatz 2 "
      "(Rechenschaftspflicht), Artikel 12 Absatz 3, Artikel 17 (Recht auf Löschung)"}},
    {Word::report_count, {"Erasures: {1}", "Törlések száma: {1}", "Löschungen: {1}"}},
    {Word::report_no_erasure,
     {"No erasure in this period", "Ebben az időszakban nem történt törlés",
      "Keine Löschung in diesem Zeitraum"}},
    {Word::report_how_counted,
     {"Each erasure whose first pass was made in the period is counted, with the state that it had when the "
      "report was made. A person who was erased twice counts twice.",
      "A jelentés minden olyan törlést számol, amelynek első menete az időszakra esik, a jelentés "
      "készítésekor fennálló állapotával. Akinek az adatait kétszer törölték, kétszer szerepel.",
      "Gezählt wird jede Löschung, deren erster Durchgang in den Zeitraum fällt, mit ihrem Stand bei der "
      "Erstellung des Berichts. Wessen Daten zweimal gelöscht wurden, zählt zweimal."}},
    {Word::report_period, {"Period", "Időszak", "Zeitraum"}},
    {Word::report_period_value,
     {"from {1}, 00:00 (UTC), to {2}, 00:00 (UTC); the last day is {3}",
      "{1} 00:00 (UTC) – {2} 00:00 (UTC); az utolsó nap: {3}",
      "{1}, 00:00 Uhr (UTC), bis {2}, 00:00 Uhr (UTC); letzter Tag: {3}"}},
    {Word::report_made_at, {"Figures as of", "Az adatok időpontja", "Stand der Zahlen"}},
    {Word::report_not_over,
     {"The period is not over; its figures will still change.",
      "Az időszak még nem ért véget, adatai még változnak.",
      "Der Zeitraum ist noch nicht zu Ende; seine Zahlen ändern sich noch."}},
    {Word::report_record_begins,
     {"The record of erasures begins on {1}. It does not know what was erased before.",
      "A törlési nyilvántartás kezdőnapja: {1} A korábbi törlésekről nincs adata.",
      "Das Löschverzeichnis beginnt am {1}. Was davor gelöscht wurde, ist ihm nicht bekannt."}},
    {Word::report_record_empty,
     {"The record of erasures has no erasure yet.", "A törlési nyilvántartásban még nincs törlés.",
      "Das Löschverzeichnis enthält noch keine Löschung."}},
    {Word::report_erasures, {"Erasures", "Törlések", "Löschungen"}},
    {Word::report_by_day, {"Erasures by day", "Törlések naponként", "Löschungen nach Tagen"}},
    {Word::report_by_month, {"Erasures by month", "Törlések havonként", "Löschungen nach Monaten"}},
    {Word::report_by_year, {"Erasures by year", "Törlések évenként", "Löschungen nach Jahren"}},
    {Word::report_empty_left_out,
     {"Days, months and years are those of UTC. Those without an erasure are left out of the tables. CSV and "
      "JSON have the figures of each day.",
      "A napok, hónapok és évek UTC szerintiek. A táblázatokból kimaradnak azok, amelyekre nem esett törlés. "
      "A CSV és a JSON naponkénti adatokat tartalmaz.",
      "Tage, Monate und Jahre richten sich nach UTC. In den Tabellen fehlen jene ohne Löschung. CSV und JSON "
      "enthalten die Zahlen jedes Tages."}},
    {Word::report_chart_text,
     {"Bar chart. The tables below it have its figures.",
      "Oszlopdiagram. Adatait az alatta álló táblázatok tartalmazzák.",
      "Balkendiagramm. Seine Zahlen stehen in den Tabellen darunter."}},
    {Word::report_day, {"Day", "Nap", "Tag"}},
    {Word::report_month, {"Month", "Hónap", "Monat"}},
    {Word::report_year, {"Year", "Év", "Jahr"}},
    {Word::report_total, {"Total", "Összesen", "Gesamt"}},
    {Word::report_webhook, {"Webhook", "Webhook", "Webhook"}},
    {Word::report_sweep, {"Comparison", "Összevetés", "Abgleich"}},
    {Word::report_command, {"Command", "Parancs", "Befehl"}},
    {Word::report_origins,
     {"Webhook: Mautic told of the opt-out. Comparison: found by a comparison with the do-not-contact list. "
      "Command: asked for by the administrator, opt-outs from before the installation among them.",
      "Webhook: a leiratkozást a Mautic jelezte. Összevetés: a tiltólistával való összevetés találta meg. "
      "Parancs: a rendszergazda kérte, a telepítés előtti leiratkozásokat is beleértve.",
      "Webhook: Mautic hat die Abmeldung gemeldet. Abgleich: durch einen Abgleich mit der Sperrliste "
      "gefunden. Befehl: von der Administration verlangt, auch für Abmeldungen aus der Zeit vor der "
      "Installation."}},
    {Word::report_by_status,
     {"Erasures by their state now", "Törlések jelenlegi állapot szerint", "Löschungen nach heutigem Stand"}},
    {Word::report_complete, {"Complete", "Lezárt", "Abgeschlossen"}},
    {Word::report_settling, {"Later pass to come", "Későbbi menet hátravan", "Späterer Durchgang offen"}},
    {Word::report_partial, {"Something left", "Maradt adat", "Etwas übrig"}},
    {Word::report_superseded,
     {"May be written to again", "Ismét megkereshető", "Darf wieder angeschrieben werden"}},
    {Word::report_erasing, {"Under way", "Folyamatban", "Läuft"}},
    {Word::report_held, {"On hold", "Zárolva", "Ausgesetzt"}},
    {Word::report_cause, {"Cause of the erasure", "A törlés kiváltó oka", "Anlass der Löschung"}},
    {Word::report_limits,
     {"What these erasures did not look at", "Amit ezek a törlések nem vizsgáltak",
      "Was diese Löschungen nicht geprüft haben"}},
    {Word::report_without_files,
     {"Files of the contact (avatar, uploads), or some of them",
      "A kapcsolat fájljai (profilkép, feltöltések) vagy azok egy része",
      "Dateien des Kontakts (Profilbild, Uploads) oder einige davon"}},
    {Word::report_without_older_rows,
     {"Older rows of tables with free text", "Szabad szöveget tartalmazó táblák régebbi sorai",
      "Ältere Zeilen von Tabellen mit Freitext"}},
    {Word::report_with_undecided,
     {"Tables and columns that nobody had decided about at the last pass",
      "Táblák és oszlopok, amelyekről az utolsó menetig nem született döntés",
      "Tabellen und Spalten, über die beim letzten Durchgang niemand entschieden hatte"}},
    {Word::report_undecided_unrecorded,
     {"Undecided tables: not recorded, because an earlier version of the program made the last pass",
      "Eldöntetlen táblák: nincs feljegyezve, mert az utolsó menetet a program korábbi verziója végezte",
      "Nicht entschiedene Tabellen: nicht verzeichnet, weil eine frühere Version des Programms den letzten "
      "Durchgang gemacht hat"}},
    {Word::report_times,
     {"From opt-out to erasure", "A leiratkozástól a törlésig", "Von der Abmeldung bis zur Löschung"}},
    {Word::report_measured, {"Erasures measured", "Mért törlések", "Gemessene Löschungen"}},
    {Word::report_median, {"Median", "Medián", "Median"}},
    {Word::report_p95, {"95th percentile", "95. percentilis", "95. Perzentil"}},
    {Word::report_longest, {"Longest", "Leghosszabb", "Längste Dauer"}},
    {Word::report_nothing_measured,
     {"Nothing can be measured: no erasure of this period is the first one after an opt-out with a date.",
      "Nincs mérhető adat: ebben az időszakban egyetlen törlés sem az első egy ismert időpontú leiratkozás "
      "után.",
      "Nichts ist messbar: Keine Löschung dieses Zeitraums ist die erste nach einer Abmeldung mit bekanntem "
      "Zeitpunkt."}},
    {Word::report_unmeasured,
     {"Not measured, because the date of the opt-out is missing or later than the erasure: {1}.",
      "Nem mérhető, mert a leiratkozás időpontja hiányzik vagy a törlésnél későbbi; számuk: {1}.",
      "Nicht gemessen, weil der Zeitpunkt der Abmeldung fehlt oder nach der Löschung liegt: {1}."}},
    {Word::report_repeated,
     {"Not measured again, because an earlier erasure followed the same opt-out: {1}.",
      "Újra nem mérve, mert ugyanazt a leiratkozást már korábbi törlés követte; számuk: {1}.",
      "Nicht noch einmal gemessen, weil auf dieselbe Abmeldung schon eine frühere Löschung folgte: {1}."}},
    {Word::report_how_measured,
     {"Measured from the opt-out, as Mautic dates it, to the first pass, holds and grace periods included. "
      "Median: half of the erasures took no longer; of an even number the mean of the two in the middle. "
      "95th "
      "percentile: the shortest time within which 95 of 100 were done. Erasures by command may be of "
      "opt-outs "
      "from before the installation.",
      "A mérés a leiratkozás Mauticban szereplő időpontjától az első menetig tart, a zárolással és a "
      "türelmi idővel együtt. Medián: ennél a törlések fele nem tartott tovább; páros számnál a két "
      "középső átlaga. 95. percentilis: a legrövidebb idő, amelyen belül 100-ból 95 elkészült. A paranccsal "
      "kért "
      "törlések a telepítés előtti leiratkozásokból is származhatnak.",
      "Gemessen von der Abmeldung, wie Mautic sie datiert, bis zum ersten Durchgang, einschließlich "
      "Aussetzungen und Karenzzeiten. Median: Die Hälfte der Löschungen dauerte nicht länger; bei gerader "
      "Anzahl das Mittel der beiden mittleren. 95. Perzentil: die kürzeste Dauer, in der 95 von 100 erledigt "
      "waren. Löschungen durch Befehl können Abmeldungen aus der Zeit vor der Installation betreffen."}},
    {Word::report_month_title,
     {"The month of Article 12(3) GDPR", "A GDPR 12. cikkének (3) bekezdése szerinti egy hónap",
      "Die Monatsfrist nach Artikel 12 Absatz 3 DSGVO"}},
    {Word::report_month_within, {"Within one month", "Egy hónapon belül", "Innerhalb eines Monats"}},
    {Word::report_month_depends,
     {"The time zone decides", "Az időzónától függ", "Von der Zeitzone abhängig"}},
    {Word::report_month_exceeded, {"Later than one month", "Egy hónapon túl", "Später als ein Monat"}},
    {Word::report_month_not_asked,
     {"No request (mails that came back)", "Nincs kérelem (kézbesíthetetlen levelek)",
      "Kein Antrag (zurückgekommene E-Mails)"}},
    {Word::report_month_unknown, {"Not measured", "Nem mérhető", "Nicht gemessen"}},
    {Word::report_month_repeated,
     {"Erased again after the same opt-out", "Ismételt törlés ugyanazon leiratkozás után",
      "Erneute Löschung nach derselben Abmeldung"}},
    {Word::report_open,
     {"Open when this report was made, of whatever period",
      "A jelentés készítésekor nyitott, időszaktól függetlenül",
      "Offen bei Erstellung dieses Berichts, unabhängig vom Zeitraum"}},
    {Word::report_nothing_open,
     {"Nothing is open in the record of erasures.", "A törlési nyilvántartásban nincs nyitott tétel.",
      "Im Löschverzeichnis ist nichts offen."}},
    {Word::report_not_begun,
     {"Opt-outs for which no erasure has begun are not in the record, and not counted here. `mautic-gdprd "
      "sweep --all --dry-run` counts them.",
      "Az a leiratkozás, amelynek törlése még nem kezdődött el, nem szerepel a nyilvántartásban és itt sem; "
      "számukat a `mautic-gdprd sweep --all --dry-run` mutatja.",
      "Abmeldungen, deren Löschung noch nicht begonnen hat, stehen nicht im Verzeichnis und nicht hier. "
      "`mautic-gdprd sweep --all --dry-run` zählt sie."}},
    {Word::report_left_why, {"Why something is left", "Miért maradt adat", "Warum etwas übrig ist"}},
    {Word::report_left_text,
     {"In these columns the proof still found values, or the program may not change them.",
      "Ezekben az oszlopokban az ellenőrzés még talált értéket, vagy a program nem módosíthatja őket.",
      "In diesen Spalten hat die Prüfung noch Werte gefunden, oder das Programm darf sie nicht ändern."}},
    {Word::report_left_no_column,
     {"Without a column in the record: {1}.", "Oszlop megjelölése nélkül; számuk: {1}.",
      "Ohne Angabe einer Spalte: {1}."}},
    {Word::report_contacts, {"Contacts", "Kapcsolatok", "Kontakte"}},
    {Word::report_held_why,
     {"Why erasures are on hold", "A zárolások oka", "Gründe für ausgesetzte Löschungen"}},
    {Word::report_held_text,
     {"The rule of the controller that holds a contact when this report is made. Article 17(3) GDPR names "
      "the grounds on which an erasure may be refused. Of several rules one is named.",
      "Az adatkezelőnek a jelentés készítésekor érvényesülő szabálya. Azokat az okokat, amelyek miatt a "
      "törlés elmaradhat, a GDPR 17. cikkének (3) bekezdése sorolja fel. Több szabály közül egy szerepel.",
      "Die Regel des Verantwortlichen, wegen der bei Erstellung des Berichts nicht gelöscht wird. Die "
      "Gründe, aus denen eine Löschung unterbleiben darf, nennt Artikel 17 Absatz 3 DSGVO. Von mehreren "
      "Regeln ist eine genannt."}},
    {Word::report_rule, {"Rule", "Szabály", "Regel"}},
    {Word::report_held_tag, {"tag “{1}”", "„{1}” címke", "Schlagwort „{1}“"}},
    {Word::report_held_segment, {"segment “{1}”", "„{1}” szegmens", "Segment „{1}“"}},
    {Word::report_held_field,
     {"field “{1}”, value number {2} of the rule", "„{1}” mező, a szabály {2}. értéke",
      "Feld „{1}“, Wert Nummer {2} der Regel"}},
    {Word::report_held_merged,
     {"a contact on hold was merged into this one", "ebbe a kapcsolatba egy zárolt kapcsolatot vontak be",
      "ein gesperrter Kontakt wurde mit diesem zusammengeführt"}},
    {Word::report_held_by_none,
     {"none any more: the next look decides", "már egyik sem: a következő vizsgálat dönt",
      "keine mehr: Die nächste Prüfung entscheidet"}},
    {Word::report_held_gone,
     {"the contact is not in Mautic any more", "a kapcsolat már nincs a Mauticban",
      "der Kontakt ist nicht mehr in Mautic"}},
    {Word::report_lost, {"Lost webhooks", "Elveszett webhookok", "Verlorene Webhooks"}},
    {Word::report_by_comparison,
     {"Erasures that a comparison began", "Összevetéssel indult törlések",
      "Durch Abgleich begonnene Löschungen"}},
    {Word::report_lost_text,
     {"How many webhooks were lost is not recorded for a period. The comparison with the do-not-contact list "
      "finds contacts of whom no webhook told in time, erased ones that have an address again, and work that "
      "was left undone; the record does not tell these apart. Erasures by command are not among them. The "
      "metric mautic_gdprd_sweep_found_total with reason=\"webhook_lost\" counts lost webhooks as they "
      "happen.",
      "Az elveszett webhookok számát egy időszakra semmi nem rögzíti. A tiltólistával való összevetés "
      "megtalálja azokat, akikről nem érkezett időben webhook, azokat, akiknek a törlés után ismét van "
      "címük, és a félbemaradt feladatokat; a nyilvántartás ezeket nem különbözteti meg. A paranccsal kért "
      "törlések nincsenek köztük. Az elveszett webhookokat keletkezésükkor a "
      "mautic_gdprd_sweep_found_total mérőszám számolja (reason=\"webhook_lost\").",
      "Wie viele Webhooks verloren gingen, ist für einen Zeitraum nicht verzeichnet. Der Abgleich mit der "
      "Sperrliste findet Kontakte, die kein Webhook rechtzeitig gemeldet hat, gelöschte mit einer neuen "
      "Adresse und liegen gebliebene Arbeit; das Verzeichnis unterscheidet sie nicht. Löschungen durch "
      "Befehl sind nicht darunter. Die Metrik mautic_gdprd_sweep_found_total mit reason=\"webhook_lost\" "
      "zählt verlorene Webhooks, wenn sie auffallen."}},
    {Word::report_returned, {"People who came back", "Visszatért személyek", "Zurückgekehrte Personen"}},
    {Word::report_no_return,
     {"Nobody was seen to come back in this period.",
      "Ebben az időszakban nem észlelt a program visszatérőt.",
      "In diesem Zeitraum ist keine Rückkehr aufgefallen."}},
    {Word::report_seen, {"What was seen", "Észlelés", "Beobachtung"}},
    {Word::report_reappeared_reported,
     {"An erased person's address on a new contact: reported", "Törölt személy címe új kapcsolaton: jelentve",
      "Adresse einer gelöschten Person bei einem neuen Kontakt: gemeldet"}},
    {Word::report_reappeared_listed,
     {"The same: put on the do-not-contact list", "Ugyanez: felkerült a tiltólistára",
      "Ebenso: auf die Sperrliste gesetzt"}},
    {Word::report_reappeared_consented,
     {"The same: with a form sent by the person, left alone",
      "Ugyanez: az érintett által beküldött űrlappal, érintetlenül maradt",
      "Ebenso: mit einem von der Person gesendeten Formular, unberührt gelassen"}},
    {Word::report_lost_opt_out_reported,
     {"A merge in Mautic took an opt-out away: reported",
      "Mauticbeli összevonás miatt elveszett leiratkozás: jelentve",
      "Abmeldung durch Zusammenführung in Mautic verloren: gemeldet"}},
    {Word::report_lost_opt_out_other, {"The same: dealt with", "Ugyanez: rendezve", "Ebenso: erledigt"}},
    {Word::report_return_limits,
     {"Only people are recognised whose erasure was recorded with the hash method and the key of that day.",
      "A program csak azokat ismeri fel, akiknek a törlését az akkori hash-eljárással és kulccsal jegyezték "
      "fel.",
      "Erkannt werden nur Personen, deren Löschung mit dem damaligen Hash-Verfahren und Schlüssel "
      "verzeichnet war."}},
    {Word::report_return_forgotten,
     {"Hashes have been forgotten at the end of their retention period. What was seen of those people went "
      "with them and is not counted.",
      "Megőrzési idejük végén a program hash-eket felejtett el. Az azokra a személyekre vonatkozó észlelések "
      "is törlődtek, ezért nem szerepelnek.",
      "Am Ende ihrer Aufbewahrungsfrist wurden Hashes vergessen. Beobachtungen zu diesen Personen wurden mit "
      "ihnen entfernt und sind nicht gezählt."}},
    {Word::report_undecided,
     {"Tables and columns that nobody has decided about", "Táblák és oszlopok, amelyekről nincs döntés",
      "Tabellen und Spalten ohne Entscheidung"}},
    {Word::report_all_decided,
     {"When this report was made, every table and column was decided about.",
      "A jelentés készítésekor minden tábláról és oszlopról volt döntés.",
      "Bei Erstellung dieses Berichts war über jede Tabelle und Spalte entschieden."}},
    {Word::report_undecided_text,
     {"As the database was when this report was made. An erasure leaves them as they are, unless it says "
      "otherwise.",
      "Az adatbázis a jelentés készítésekori állapotában. A törlés ezeket nem érinti, hacsak a táblázat "
      "mást nem mond.",
      "Nach dem Stand der Datenbank bei Erstellung des Berichts. Eine Löschung lässt sie unverändert, sofern "
      "nichts anderes vermerkt ist."}},
    {Word::report_table, {"Table or column", "Tábla vagy oszlop", "Tabelle oder Spalte"}},
    {Word::report_leads, {"Leads to contacts", "Kapcsolatokhoz vezet", "Führt zu Kontakten"}},
    {Word::report_leads_certainly, {"yes", "igen", "ja"}},
    {Word::report_leads_perhaps,
     {"by its names and types perhaps", "nevei és típusai alapján lehetséges",
      "nach Namen und Typen möglich"}},
    {Word::report_leads_nowhere,
     {"nothing leads from it to contacts", "semmi nem vezet belőle kapcsolatokhoz",
      "nichts führt von hier zu Kontakten"}},
    {Word::report_emptied,
     {"yes; an erasure empties it", "igen; a törlés kiüríti", "ja; eine Löschung leert sie"}},
    {Word::report_partly_emptied,
     {"yes; an erasure empties a part of it", "igen; a törlés részben kiüríti",
      "ja; eine Löschung leert sie teilweise"}},
    {Word::report_lookups, {"Look-ups of people", "Személyekre vonatkozó keresések", "Abfragen zu Personen"}},
    {Word::report_lookups_all, {"Look-ups", "Keresések", "Abfragen"}},
    {Word::report_lookups_found, {"of these found", "ebből találattal járt", "davon mit Treffer"}},
    {Word::report_lookups_history,
     {"of these through all mails", "ebből az összes levélben", "davon in allen E-Mails"}},
    {Word::report_lookups_log,
     {"of these in the log of look-ups", "ebből a keresési naplóban", "davon im Abfrageprotokoll"}},
    {Word::report_lookups_no_case,
     {"of these without a case", "ebből ügyszám nélkül", "davon ohne Aktenzeichen"}},
    {Word::report_lookups_accounts,
     {"Accounts of the operating system that asked", "Kereső rendszerfiókok száma",
      "Anfragende Systemkonten"}},
    {Word::report_no_log,
     {"There is no log of look-ups: no look-up has been made with this version or a later one.",
      "Nincs keresési napló: ezzel vagy későbbi verzióval még nem történt keresés.",
      "Es gibt kein Abfrageprotokoll: Mit dieser oder einer späteren Version wurde noch nichts abgefragt."}},
    {Word::report_log_unreadable,
     {"The log of look-ups could not be read: the database account of the program has no right to. How many "
      "look-ups there were is not known. `mautic-gdprd grants --missing` prints the right that it lacks.",
      "A keresési naplót nem lehetett elolvasni: a program adatbázisfiókjának nincs hozzá joga. A keresések "
      "száma nem ismert. A hiányzó jogot a `mautic-gdprd grants --missing` írja ki.",
      "Das Abfrageprotokoll konnte nicht gelesen werden: Dem Datenbankkonto des Programms fehlt das Recht. "
      "Wie viele Abfragen es gab, ist nicht bekannt. `mautic-gdprd grants --missing` gibt das fehlende Recht "
      "aus."}},
    {Word::report_server,
     {"What the database server keeps besides", "Amit az adatbázis-kiszolgáló ezen felül megőriz",
      "Was der Datenbankserver daneben aufbewahrt"}},
    {Word::report_server_name, {"Server", "Kiszolgáló", "Server"}},
    {Word::report_binlog, {"Binary log", "Bináris napló", "Binärprotokoll"}},
    {Word::report_binlog_off, {"off", "kikapcsolva", "aus"}},
    {Word::report_binlog_on,
     {"on: format {1}, row image {2}", "bekapcsolva: formátum {1}, sorkép {2}",
      "ein: Format {1}, Zeilenabbild {2}"}},
    {Word::report_binlog_image_of_both,
     {"{1}; for the account of the program {2}", "{1}; a program fiókjánál {2}",
      "{1}; für das Konto des Programms {2}"}},
    {Word::report_binlog_kept, {"It is kept", "Megőrzési ideje", "Aufbewahrung"}},
    {Word::report_kept_for, {"for {1}", "{1}", "für {1}"}},
    {Word::report_kept_for_ever,
     {"until somebody deletes it", "amíg valaki nem törli", "bis jemand es löscht"}},
    {Word::report_binlog_clear,
     {"Each erasure writes the values that it erases into the binary log once more, and they stay there that "
      "long.",
      "Minden törlés még egyszer beleírja a törölt értékeket a bináris naplóba, és azok addig ott maradnak.",
      "Jede Löschung schreibt die gelöschten Werte noch einmal in das Binärprotokoll, und dort bleiben sie "
      "so lange."}},
    {Word::report_binlog_minimal,
     {"An erasure writes keys and new values only into the binary log. What Mautic wrote before stays in it "
      "that long.",
      "A törlés csak kulcsokat és új értékeket ír a bináris naplóba. Amit a Mautic korábban írt, addig benne "
      "marad.",
      "Eine Löschung schreibt nur Schlüssel und neue Werte in das Binärprotokoll. Was Mautic davor "
      "geschrieben hat, bleibt so lange darin."}},
    {Word::report_statement_logs,
     {"Logs of SQL statements", "SQL-utasítások naplói", "Protokolle von SQL-Anweisungen"}},
    {Word::report_log_of_ours,
     {"{1}, in {2}: erasures too", "{1}, helye: {2}; a törlések is", "{1}, in {2}: auch Löschungen"}},
    {Word::report_log_of_others,
     {"{1}, in {2}: what Mautic writes, not erasures", "{1}, helye: {2}; a Mautic írásai, a törlések nem",
      "{1}, in {2}: was Mautic schreibt, nicht Löschungen"}},
    {Word::report_log_table, {"the table", "tábla:", "Tabelle"}},
    {Word::report_logs_off, {"none is on", "egyik sincs bekapcsolva", "keines ist eingeschaltet"}},
    {Word::report_replicas, {"Replicas", "Replikák", "Replikate"}},
    {Word::report_replicas_hidden,
     {"not known: the server does not tell this account",
      "nem ismert: a kiszolgáló ennek a fióknak nem mondja meg",
      "nicht bekannt: Der Server sagt es diesem Konto nicht"}},
    {Word::report_server_unread,
     {"The settings of the database server could not be read: {1}.",
      "Az adatbázis-kiszolgáló beállításait nem lehetett kiolvasni: {1}.",
      "Die Einstellungen des Datenbankservers konnten nicht gelesen werden: {1}."}},
    {Word::report_below,
     {"Replicas apply each erasure as it is replicated. The undo log and freed pages of the tables keep old "
      "values until the server reuses them. Backups keep them until they expire; the program knows of none.",
      "A replikák a replikációval minden törlést átvesznek. Az undo napló és a táblák felszabadult lapjai "
      "addig őrzik a régi értékeket, amíg a kiszolgáló újra fel nem használja őket. A biztonsági mentések "
      "lejártukig őrzik; ezekről a program nem tud.",
      "Replikate vollziehen jede Löschung mit der Replikation nach. Das Undo-Protokoll und freigegebene "
      "Seiten der Tabellen behalten alte Werte, bis der Server sie wiederverwendet. Sicherungskopien "
      "behalten sie bis zu ihrem Ablauf; dem Programm sind keine bekannt."}},
    {Word::report_about, {"About this report", "A jelentésről", "Zu diesem Bericht"}},
    {Word::report_utc,
     {"All times are UTC, and a day begins at 00:00 UTC; in another time zone the date may differ by a day. "
      "The first day of the period belongs to it, the day on which it ends does not.",
      "Minden időpont UTC szerinti, a nap 00:00 (UTC) órakor kezdődik; más időzónában a dátum egy nappal "
      "eltérhet. Az időszak kezdőnapja beletartozik, zárónapja nem.",
      "Alle Zeiten sind UTC, ein Tag beginnt um 00:00 Uhr (UTC); in einer anderen Zeitzone kann das Datum um "
      "einen Tag abweichen. Der erste Tag gehört zum Zeitraum, der Tag, an dem er endet, nicht."}},
    {Word::report_contents,
     {"The report has figures only: no name, no address, no hash of one, and no number of a contact. "
      "Contacts "
      "that were deleted in Mautic itself have no record of an erasure and are not counted.",
      "A jelentés csak számadatokat tartalmaz: nincs benne név, cím, címből képzett hash vagy kapcsolat "
      "azonosítója. A magában a Mauticban törölt kapcsolatokról nincs törlési bejegyzés, ezért nem "
      "szerepelnek.",
      "Der Bericht enthält nur Zahlen: keinen Namen, keine Adresse, keinen Hash einer Adresse und keine "
      "Nummer eines Kontakts. In Mautic selbst entfernte Kontakte haben keinen Löscheintrag und sind nicht "
      "gezählt."}},
    {Word::report_not_signed,
     {"The report is not signed. `mautic-gdprd ledger verify` shows whether the record of erasures is as it "
      "was sealed.",
      "A jelentés nincs aláírva. Hogy a törlési nyilvántartás megegyezik-e a lepecsételttel, azt a "
      "`mautic-gdprd ledger verify` mutatja meg.",
      "Der Bericht ist nicht signiert. Ob das Löschverzeichnis noch dem gesiegelten Stand entspricht, zeigt "
      "`mautic-gdprd ledger verify`."}},
    {Word::every_other_column, {"every other column", "minden más oszlop", "jede andere Spalte"}},
    {Word::describe_title, {"What is erased", "Mi törlődik", "Was gelöscht wird"}},
    {Word::describe_erased,
     {"When a contact has opted out of mail, or a mail to it bounced, everything in Mautic's database that "
      "shows who the person is goes: names, addresses, telephone numbers, what they typed into forms, what "
      "staff wrote about them, their browsers and IP addresses, the text of mails written to them, and the "
      "links by which Mautic or another system could find the person again. Afterwards the changed rows are "
      "searched for the erased values.",
      "Ha egy kapcsolat leiratkozott az e-mailekről, vagy a neki küldött levél kézbesíthetetlen volt, a "
      "Mautic adatbázisából eltűnik minden, ami az illető kilétét megmutatja: nevek, címek, telefonszámok, "
      "az "
      "űrlapokon megadott adatok, a munkatársak megjegyzései, a böngészői és IP-címei, a neki írt levelek "
      "szövege, valamint azok a kapcsolódások, amelyek révén a Mautic vagy más rendszer újra megtalálhatná. "
      "Ezután a program a módosított sorokban megkeresi, maradt-e a törölt értékekből.",
      "Hat sich ein Kontakt von E-Mails abgemeldet oder kam eine E-Mail an ihn zurück, so verschwindet aus "
      "der "
      "Datenbank von Mautic alles, was zeigt, wer die Person ist: Namen, Adressen, Telefonnummern, Angaben "
      "in "
      "Formularen, Notizen von Beschäftigten, Browser und IP-Adressen, der Text der an sie gerichteten "
      "E-Mails "
      "und die Verknüpfungen, über die Mautic oder ein anderes System die Person wiederfinden könnte. Danach "
      "werden die geänderten Zeilen nach den gelöschten Werten durchsucht."}},
    {Word::describe_kept,
     {"What stays is what Mautic counts, and what protects the person from more mail: the opt-out itself, "
      "which mails were sent and opened and when, which campaigns and segments the pseudonymous contact was "
      "in. These rows refer to a number.",
      "Megmarad, amit a Mautic számlál, és ami az illetőt a további levelektől védi: maga a leiratkozás, "
      "hogy "
      "mely leveleket és mikor küldték el és nyitották meg, valamint hogy az álnevesített kapcsolat mely "
      "kampányokban és szegmensekben szerepelt. Ezek a sorok egy azonosítóra hivatkoznak.",
      "Erhalten bleibt, was Mautic zählt und was die Person vor weiteren E-Mails schützt: die Abmeldung "
      "selbst, "
      "welche E-Mails wann gesendet und geöffnet wurden, in welchen Kampagnen und Segmenten der "
      "pseudonymisierte Kontakt war. Diese Zeilen verweisen auf eine Nummer."}},
    {Word::describe_tables,
     {"Tables with contact data", "Kapcsolatok adatait tartalmazó táblák", "Tabellen mit Kontaktdaten"}},
    {Word::describe_of_sample,
     {"Contact fields are treated as in the sample configuration; `mautic-gdprd plan` goes by yours. Names "
      "of "
      "tables are without your prefix. A switch of the configuration may leave some of it out. Why each "
      "column "
      "is treated so is told in English: `mautic-gdprd describe`.",
      "A kapcsolatmezők kezelése a mintabeállítás szerinti; a sajátját a `mautic-gdprd plan` mutatja meg. A "
      "táblanevek előtag nélküliek. A beállítások kapcsolói egyes részeket kihagyhatnak. Az egyes oszlopok "
      "kezelésének indoka angolul olvasható: `mautic-gdprd describe`.",
      "Kontaktfelder werden wie in der Beispielkonfiguration behandelt; Ihre eigene zeigt `mautic-gdprd "
      "plan`. "
      "Die Tabellen stehen ohne Ihr Präfix. Schalter der Konfiguration können Teile auslassen. Warum eine "
      "Spalte so behandelt wird, steht auf Englisch da: `mautic-gdprd describe`."}},
};

}  // namespace gdprd::words
