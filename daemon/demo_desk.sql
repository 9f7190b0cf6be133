-- More invented people for demo.sh --desk: sixty who opted out in the last months, one of them on hold, and a table of
-- somebody's own that nobody has decided about.
INSERT INTO lead_tags (id, tag) VALUES (1, 'legal hold');
INSERT INTO leads (id, is_published, points, date_added, date_identified, firstname, lastname, email, city, country)
WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 60)
SELECT 100 + n, 1, n, UTC_TIMESTAMP() - INTERVAL 200 + n DAY, UTC_TIMESTAMP() - INTERVAL 200 + n DAY,
       CONCAT('First', n), CONCAT('Last', n), CONCAT('person', n, '@example.net'), 'Some City', 'France' FROM number;
INSERT INTO email_stats (lead_id, email_address, date_sent, is_read, is_failed, viewed_in_browser, tracking_hash, tokens)
SELECT id, email, date_added + INTERVAL 1 DAY, 1, 0, 0, CONCAT('demo', id), 'a:0:{}' FROM leads WHERE id > 100;
INSERT INTO lead_donotcontact (lead_id, date_added, reason, channel, comments)
SELECT id, UTC_TIMESTAMP() - INTERVAL id % 40 DAY, 1 + id % 2, 'email', '' FROM leads WHERE id > 100;
INSERT INTO lead_tags_xref (lead_id, tag_id) VALUES (160, 1);
CREATE TABLE our_calls (id INT AUTO_INCREMENT PRIMARY KEY, contact_id INT, spoke_about TEXT);
INSERT INTO our_calls (contact_id, spoke_about) VALUES (101, 'an offer');
