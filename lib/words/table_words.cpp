#include "words/table_words.h"

namespace gdprd::words {

namespace {

constexpr std::array all_tables{
    TableWords{"leads", {"Contact's own record", "A kapcsolat saját adatlapja", "Stammdaten des Kontakts"}},
    TableWords{"lead_donotcontact",
               {"Opt-outs (do-not-contact list)", "Leiratkozások (tiltólista)", "Abmeldungen (Sperrliste)"}},
    TableWords{"lead_frequencyrules",
               {"Communication preferences", "Kommunikációs beállítások", "Kommunikationseinstellungen"}},
    TableWords{"lead_categories",
               {"Categories subscribed to", "Feliratkozott kategóriák", "Abonnierte Kategorien"}},
    TableWords{"email_stats", {"E-mails sent", "Elküldött e-mailek", "Gesendete E-Mails"}},
    TableWords{"email_copies",
               {"Texts of e-mails sent", "Elküldött e-mailek szövege", "Texte gesendeter E-Mails"}},
    TableWords{"email_stats_devices",
               {"Devices on which e-mails were opened", "E-mail-megnyitások eszközei",
                "Geräte beim Öffnen von E-Mails"}},
    TableWords{"email_stat_replies",
               {"Replies to e-mails", "Válaszok az e-mailekre", "Antworten auf E-Mails"}},
    TableWords{"sms_message_stats", {"Text messages sent", "Elküldött SMS-ek", "Gesendete SMS"}},
    TableWords{"push_notification_stats",
               {"Push notifications sent", "Elküldött push-értesítések", "Gesendete Push-Nachrichten"}},
    TableWords{"push_ids",
               {"Identifiers for push notifications", "Push-azonosítók", "Kennungen für Push-Nachrichten"}},
    TableWords{
        "message_queue",
        {"Messages waiting to be sent", "Küldésre váró üzenetek", "Zum Versand vorgemerkte Nachrichten"}},
    TableWords{"messenger_messages",
               {"Queued jobs of Mautic", "A Mautic várakozó feladatai", "Warteschlange von Mautic"}},
    TableWords{"dynamic_content_stats",
               {"Dynamic content shown", "Megjelenített dinamikus tartalmak", "Gezeigte dynamische Inhalte"}},
    TableWords{
        "dynamic_content_lead_data",
        {"Dynamic content assigned", "Hozzárendelt dinamikus tartalmak", "Zugeordnete dynamische Inhalte"}},
    TableWords{"tweet_stats", {"Tweets sent", "Elküldött tweetek", "Gesendete Tweets"}},
    TableWords{"page_hits", {"Visits to pages", "Oldallátogatások", "Seitenaufrufe"}},
    TableWords{"video_hits", {"Videos watched", "Megtekintett videók", "Angesehene Videos"}},
    TableWords{"asset_downloads", {"Downloads", "Letöltések", "Downloads"}},
    TableWords{"lead_utmtags",
               {"Campaign parameters of visits (UTM)", "A látogatások kampányparaméterei (UTM)",
                "Kampagnenparameter von Besuchen (UTM)"}},
    TableWords{"lead_devices", {"Devices recognised", "Felismert eszközök", "Erkannte Geräte"}},
    TableWords{"lead_ips_xref",
               {"Links with IP addresses", "Kapcsolódás IP-címekhez", "Zuordnung zu IP-Adressen"}},
    TableWords{"ip_addresses", {"IP addresses", "IP-címek", "IP-Adressen"}},
    TableWords{"focus_stats",
               {"Pop-ups shown (focus items)", "Megjelenített felugró elemek", "Gezeigte Einblendungen"}},
    TableWords{"form_submissions", {"Forms submitted", "Beküldött űrlapok", "Abgesendete Formulare"}},
    TableWords{"form_results_*",
               {"Answers in forms", "Űrlapokban megadott válaszok", "Angaben in Formularen"}},
    TableWords{"audit_log", {"Log of changes", "Változásnapló", "Änderungsprotokoll"}},
    TableWords{"contact_merge_records",
               {"Contacts merged into this one", "Összevont kapcsolatok", "Zusammengeführte Kontakte"}},
    TableWords{"lead_event_log", {"Log of events", "Eseménynapló", "Ereignisprotokoll"}},
    TableWords{"lead_notes", {"Notes by staff", "Munkatársak megjegyzései", "Notizen von Beschäftigten"}},
    TableWords{"lead_points_change_log",
               {"History of points", "Pontszámok előzményei", "Verlauf der Punkte"}},
    TableWords{"lead_stages_change_log", {"History of stages", "Szakaszok előzményei", "Verlauf der Phasen"}},
    TableWords{"lead_companies_change_log",
               {"History of companies", "Cégek előzményei", "Verlauf der Unternehmen"}},
    TableWords{"campaign_leads", {"Membership of campaigns", "Kampánytagságok", "Teilnahme an Kampagnen"}},
    TableWords{"campaign_lead_event_log", {"Steps of campaigns", "Kampánylépések", "Schritte von Kampagnen"}},
    TableWords{
        "campaign_lead_event_failed_log",
        {"Failed steps of campaigns", "Sikertelen kampánylépések", "Fehlgeschlagene Schritte von Kampagnen"}},
    TableWords{"point_lead_action_log",
               {"Actions that gave points", "Pontot érő műveletek", "Aktionen mit Punkten"}},
    TableWords{
        "point_lead_event_log",
        {"Events caused by points", "Pontszámhoz kötött események", "Durch Punkte ausgelöste Ereignisse"}},
    TableWords{"stage_lead_action_log",
               {"Actions of stages", "Szakaszokhoz kötött műveletek", "Aktionen von Phasen"}},
    TableWords{"point_group_contact_score",
               {"Scores in groups of points", "Pontcsoportok eredményei", "Stand in Punktegruppen"}},
    TableWords{"lead_lists_leads",
               {"Membership of segments", "Szegmenstagságok", "Zugehörigkeit zu Segmenten"}},
    TableWords{"monitoring_leads",
               {"Finds of social media monitoring", "Közösségimédia-figyelés találatai",
                "Funde der Social-Media-Beobachtung"}},
    TableWords{"lead_tags_xref", {"Tags", "Címkék", "Schlagwörter"}},
    TableWords{"plugin_citrix_events",
               {"Webinars and meetings (Citrix)", "Webináriumok és megbeszélések (Citrix)",
                "Webinare und Besprechungen (Citrix)"}},
    TableWords{"companies_leads",
               {"Links with companies", "Kapcsolódás cégekhez", "Zuordnung zu Unternehmen"}},
    TableWords{"companies",
               {"Companies that only this contact belonged to", "Csak ehhez a kapcsolathoz tartozó cégek",
                "Unternehmen, denen nur dieser Kontakt zugeordnet war"}},
    TableWords{"integration_entity",
               {"Links with other systems (CRM)", "Kapcsolódás más rendszerekhez (CRM)",
                "Verknüpfungen mit anderen Systemen (CRM)"}},
    TableWords{"sync_object_mapping",
               {"Links with synchronised systems", "Kapcsolódás szinkronizált rendszerekhez",
                "Verknüpfungen mit synchronisierten Systemen"}},
    TableWords{"sync_object_field_change_report",
               {"Changes waiting to be synchronised", "Szinkronizálásra váró változások",
                "Zur Synchronisierung vorgemerkte Änderungen"}},
    TableWords{"webhook_queue", {"Queued webhooks", "Várakozó webhookok", "Wartende Webhooks"}},
    TableWords{"webhook_logs", {"Log of webhooks", "Webhooknapló", "Webhook-Protokoll"}},
    TableWords{"notifications",
               {"Notifications of staff", "Munkatársak értesítései", "Benachrichtigungen an Beschäftigte"}},
    TableWords{
        "contact_export_scheduler",
        {"Scheduled exports of contacts", "Ütemezett kapcsolatexportok", "Geplante Exporte von Kontakten"}},
};

bool is_meant(std::string_view pattern, std::string_view table) {
    if (!pattern.ends_with('*')) return pattern == table;
    return table == pattern || table.starts_with(pattern.substr(0, pattern.size() - 1));
}

}  // namespace

std::span<const TableWords> all_table_words() { return all_tables; }

std::string table_text(std::string_view table, Language language) {
    for (const TableWords& one : all_tables) {
        if (is_meant(one.table, table)) return one.texts.at(static_cast<std::size_t>(language));
    }
    return {};
}

}  // namespace gdprd::words
