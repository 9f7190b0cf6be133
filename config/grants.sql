-- The rights of mautic-gdprd: read Mautic's database, change only what an erasure changes, keep its own ledger.
-- `mautic-gdprd grants` makes the statements for one database and runs them; these are for every Mautic, to read and
-- for whoever may run SQL only. `mautic-gdprd check` names what is missing.
--
-- What to change before running it as the database's administrator:
--   {password}   the password in quotes, the same as in the daemon's file database-password. Put it in with an
--                editor; until then the server refuses this file with a syntax error.
--   `mautic`.    Mautic's database, in every line. In the one that ends in `mautic`.* write an underscore of its
--                name as \_ : there a bare one stands for any character (not on MySQL with partial_revokes = ON).
--   `leads` …    with a table prefix, say "mtc_", every table gets it. Both at once:
--                    sed -e 's/`mautic`\.`/`mautic`.`mtc_/' -e 's/`mautic`\./`my_database`./' grants.sql
--   localhost    where the daemon runs, as the server sees it: localhost for the Unix socket and (unless
--                skip_name_resolve is on) 127.0.0.1, else an address; add REQUIRE SSL to CREATE USER then.
--
-- Running it again is harmless. Works on MariaDB 10.4 and newer and on MySQL 8 and 9.

CREATE USER IF NOT EXISTS 'mautic_gdprd'@'localhost' IDENTIFIED BY {password};

-- Read everything: also the tables that no rule is written for, so that a table associated with contacts which a
-- plugin brought along is seen and reported. This right fills COLUMNS, STATISTICS and KEY_COLUMN_USAGE in
-- information_schema; MariaDB keeps REFERENTIAL_CONSTRAINTS empty, and the daemon does not need it.
GRANT SELECT ON `mautic`.* TO 'mautic_gdprd'@'localhost';

-- Change the rows of a contact.
GRANT UPDATE ON `mautic`.`leads` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`lead_donotcontact` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`email_stats` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`email_stats_devices` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`email_stat_replies` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`sms_message_stats` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`push_notification_stats` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`dynamic_content_stats` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`page_hits` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`video_hits` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`asset_downloads` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`lead_utmtags` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`lead_devices` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`form_submissions` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`audit_log` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`contact_merge_records` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`lead_event_log` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`lead_points_change_log` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`lead_companies_change_log` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`lead_lists_leads` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`campaign_leads` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`campaign_lead_event_log` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`campaign_lead_event_failed_log` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`point_lead_action_log` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`point_lead_event_log` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`stage_lead_action_log` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`companies` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`webhook_queue` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`webhook_logs` TO 'mautic_gdprd'@'localhost';

-- Delete what has no use without the person: notes, links to internet addresses, labels, companies and other
-- systems, messages that wait; and what only the person used: internet addresses, one-off mails.
GRANT DELETE ON `mautic`.`email_copies` TO 'mautic_gdprd'@'localhost';
GRANT DELETE ON `mautic`.`push_ids` TO 'mautic_gdprd'@'localhost';
GRANT DELETE ON `mautic`.`message_queue` TO 'mautic_gdprd'@'localhost';
GRANT DELETE ON `mautic`.`lead_ips_xref` TO 'mautic_gdprd'@'localhost';
GRANT DELETE ON `mautic`.`ip_addresses` TO 'mautic_gdprd'@'localhost';
GRANT DELETE ON `mautic`.`lead_notes` TO 'mautic_gdprd'@'localhost';
GRANT DELETE ON `mautic`.`lead_tags_xref` TO 'mautic_gdprd'@'localhost';
GRANT DELETE ON `mautic`.`companies_leads` TO 'mautic_gdprd'@'localhost';
GRANT DELETE ON `mautic`.`integration_entity` TO 'mautic_gdprd'@'localhost';
GRANT DELETE ON `mautic`.`sync_object_mapping` TO 'mautic_gdprd'@'localhost';
GRANT DELETE ON `mautic`.`sync_object_field_change_report` TO 'mautic_gdprd'@'localhost';
GRANT DELETE ON `mautic`.`notifications` TO 'mautic_gdprd'@'localhost';

-- Add the one row '*.*.*.*' that stands for "some address" where Mautic insists on one.
GRANT INSERT ON `mautic`.`ip_addresses` TO 'mautic_gdprd'@'localhost';

-- Note that a step of a campaign was cancelled, as Mautic does.
GRANT INSERT ON `mautic`.`campaign_lead_event_failed_log` TO 'mautic_gdprd'@'localhost';

-- Put a do-not-contact row into the list. Only for `mautic-gdprd reapply`, after a restore from a backup that is older
-- than somebody's opt-out, and for [suppression] mode = "do-not-contact". Not needed otherwise:
--     GRANT INSERT ON `mautic`.`lead_donotcontact` TO 'mautic_gdprd'@'localhost';

-- Tables that not every Mautic has: granted where they are there.
SET @grant = 'GRANT UPDATE ON `mautic`.`tweet_stats` TO ''mautic_gdprd''@''localhost''';
SET @grant = IF((SELECT COUNT(*) FROM information_schema.TABLES
                  WHERE LOCATE(CONCAT('`', TABLE_SCHEMA, '`.`', TABLE_NAME, '`'), @grant)) > 0, @grant, 'DO 0');
PREPARE optional_grant FROM @grant; EXECUTE optional_grant; DEALLOCATE PREPARE optional_grant;
SET @grant = 'GRANT DELETE ON `mautic`.`contact_export_scheduler` TO ''mautic_gdprd''@''localhost''';
SET @grant = IF((SELECT COUNT(*) FROM information_schema.TABLES
                  WHERE LOCATE(CONCAT('`', TABLE_SCHEMA, '`.`', TABLE_NAME, '`'), @grant)) > 0, @grant, 'DO 0');
PREPARE optional_grant FROM @grant; EXECUTE optional_grant; DEALLOCATE PREPARE optional_grant;
SET @grant = 'GRANT DELETE ON `mautic`.`plugin_citrix_events` TO ''mautic_gdprd''@''localhost''';
SET @grant = IF((SELECT COUNT(*) FROM information_schema.TABLES
                  WHERE LOCATE(CONCAT('`', TABLE_SCHEMA, '`.`', TABLE_NAME, '`'), @grant)) > 0, @grant, 'DO 0');
PREPARE optional_grant FROM @grant; EXECUTE optional_grant; DEALLOCATE PREPARE optional_grant;

-- One table for each form: what visitors typed; and the messages that wait to be sent. A GRANT takes no pattern for
-- tables, and UPDATE on the whole database would also be the right to change users, settings and other people's mail,
-- so each gets a line of its own. This statement makes the lines:
--
--     SELECT CONCAT('GRANT ', IF(TABLE_NAME REGEXP 'form_results_.+$', 'UPDATE', 'DELETE'),
--                   ' ON `', TABLE_SCHEMA, '`.`', TABLE_NAME, '` TO ''mautic_gdprd''@''localhost'';')
--       FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME REGEXP
--            '(form_results_.+|messenger_messages)$';
--
-- Put it into a file of its own and run, as the database's administrator,
--     mariadb --skip-column-names mautic < form-grants.sql | mariadb
-- A form that is made later needs it again: the daemon's log, /readyz and `mautic-gdprd check` name the table and the
-- GRANT. Until then what it holds of a contact waits, everything else of the contact is erased, and the ledger says
-- `partial`. If your forms change every week and that is worse, grant UPDATE on `mautic`.* instead.

-- Its own ledger, made by `mautic-gdprd init` or at the first start. Not DROP and not DELETE of anything else.
SET @grant = 'GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES ON `mautic\_gdprd`.*
              TO ''mautic_gdprd''@''localhost''';
-- MySQL with partial_revokes = ON takes the name as it is written, backslash and all. MariaDB skips what is for MySQL.
SET @grant = IF(0 /*!80016 + @@GLOBAL.partial_revokes */, REPLACE(@grant, '\_', '_'), @grant);
PREPARE ledger_grant FROM @grant; EXECUTE ledger_grant; DEALLOCATE PREPARE ledger_grant;

-- The log of look-ups: added to and read, never changed. CREATE makes its table once.
SET @grant = 'GRANT SELECT, INSERT, CREATE ON `lookups\_of\_mautic\_gdprd`.* TO ''mautic_gdprd''@''localhost''';
SET @grant = IF(0 /*!80016 + @@GLOBAL.partial_revokes */, REPLACE(@grant, '\_', '_'), @grant);
PREPARE log_grant FROM @grant; EXECUTE log_grant; DEALLOCATE PREPARE log_grant;

-- The seals of the ledger: added to and read, never changed. CREATE makes their tables once.
SET @grant = 'GRANT SELECT, INSERT, CREATE ON `seals\_of\_mautic\_gdprd`.* TO ''mautic_gdprd''@''localhost''';
SET @grant = IF(0 /*!80016 + @@GLOBAL.partial_revokes */, REPLACE(@grant, '\_', '_'), @grant);
PREPARE seals_grant FROM @grant; EXECUTE seals_grant; DEALLOCATE PREPARE seals_grant;
