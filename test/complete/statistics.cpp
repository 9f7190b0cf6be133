#include "complete/statistics.h"

namespace gdprd::test {

namespace {

struct Report {
    const char* name;
    const char* table;
    const char* group;
    const char* total;
    const char* where;
};

constexpr Report reports[] = {
    {"mails sent by mail", "email_stats", "email_id", "COUNT(*)", "1"},
    {"mails sent by day", "email_stats", "DATE(date_sent)", "COUNT(*)", "1"},
    {"mails read by mail", "email_stats", "email_id", "SUM(is_read)", "1"},
    {"mails opened by mail", "email_stats", "email_id", "SUM(open_count)", "1"},
    {"contacts written to by mail", "email_stats", "email_id", "COUNT(DISTINCT lead_id)", "1"},
    {"mails failed", "email_stats", "is_failed", "COUNT(*)", "1"},
    {"mails opened by device", "email_stats_devices", "device_id", "COUNT(*)", "1"},
    {"mails answered", "email_stat_replies", "stat_id", "COUNT(*)", "1"},
    {"clicks by link", "page_hits", "redirect_id", "COUNT(*)", "1"},
    {"visitors by link", "page_hits", "redirect_id", "COUNT(DISTINCT lead_id)", "1"},
    {"clicks by mail", "page_hits", "email_id", "COUNT(*)", "1"},
    {"views by page", "page_hits", "page_id", "COUNT(*)", "1"},
    {"views by country", "page_hits", "country", "COUNT(*)", "1"},
    {"video views", "video_hits", "channel_id", "COUNT(*)", "1"},
    {"downloads by asset", "asset_downloads", "asset_id", "COUNT(*)", "1"},
    {"submissions by form", "form_submissions", "form_id", "COUNT(*)", "1"},
    {"results of a form", "form_results_1_newsletter", "form_id", "COUNT(*)", "1"},
    {"text messages sent", "sms_message_stats", "sms_id", "COUNT(*)", "1"},
    {"push messages sent", "push_notification_stats", "notification_id", "COUNT(*)", "1"},
    {"push messages clicked", "push_notification_stats", "notification_id", "SUM(click_count)", "1"},
    {"dynamic content shown", "dynamic_content_stats", "dynamic_content_id", "SUM(sent_count)", "1"},
    {"pop-ups shown", "focus_stats", "focus_id", "COUNT(*)", "1"},
    {"tweets", "tweet_stats", "tweet_id", "COUNT(*)", "1"},
    {"campaign events done", "campaign_lead_event_log", "event_id", "COUNT(*)",
     "date_triggered IS NOT NULL AND is_scheduled = 0"},
    // Of those that were tried: a step that is cancelled never was.
    {"campaign events failed", "campaign_lead_event_failed_log", "log_id", "COUNT(*)",
     "log_id IN (SELECT id FROM {prefix}campaign_lead_event_log WHERE date_triggered IS NOT NULL)"},
    // Of the past: how many are members now changes.
    {"contacts that were in campaigns", "campaign_leads", "campaign_id", "COUNT(*)", "1"},
    {"contacts that were in segments", "lead_lists_leads", "leadlist_id", "COUNT(*)", "1"},
    {"contacts", "leads", "is_published", "COUNT(*)", "date_identified IS NOT NULL"},
    {"points", "leads", "country", "SUM(points)", "1"},
    {"points by group", "point_group_contact_score", "group_id", "SUM(score)", "1"},
    {"points given", "lead_points_change_log", "type", "SUM(delta)", "1"},
    {"point actions", "point_lead_action_log", "point_id", "COUNT(*)", "1"},
    {"point triggers", "point_lead_event_log", "event_id", "COUNT(*)", "1"},
    {"stage actions", "stage_lead_action_log", "stage_id", "COUNT(*)", "1"},
    {"do not contact", "lead_donotcontact", "CONCAT(channel, reason)", "COUNT(*)", "1"},
    {"category opt-outs", "lead_categories", "category_id", "COUNT(*)", "1"},
    {"preferred channels", "lead_frequencyrules", "channel", "COUNT(*)", "1"},
};

}  // namespace

std::string statistics_of(MauticDatabase& mautic) {
    std::string text;
    for (const Report& report : reports) {
        if (!mautic.has_table(report.table)) continue;
        const std::string inner = std::string("SELECT ") + report.group + " AS g, " + report.total +
                                  " AS n FROM {prefix}" + report.table + " WHERE " + report.where +
                                  " GROUP BY g";
        text += std::string(report.name) + ": " +
                mautic.value(
                    "SELECT GROUP_CONCAT(COALESCE(g, 'none'), '=', COALESCE(n, 'none') ORDER BY g"
                    " SEPARATOR ', ') FROM (" +
                    inner + ") totals") +
                "\n";
    }
    return text;
}

}  // namespace gdprd::test
