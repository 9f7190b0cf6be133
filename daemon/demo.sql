-- Two contacts with a history, for demo.sh: number 1 will unsubscribe, number 2 stays and shares the IP address.
INSERT INTO ip_addresses (id, ip_address, ip_details) VALUES (1, '198.51.100.7', 'a:1:{s:4:"city";s:9:"Some City";}');
INSERT INTO leads (id, is_published, points, date_added, date_identified, title, firstname, lastname, email, mobile, phone,
                   company, city, country, preferred_locale, timezone, loyalty_number, diary) VALUES
    (1, 1, 40, '2025-01-10 08:00:00', '2025-01-10 08:00:00', 'Dr', 'Firstname', 'Lastname', 'Someone@Example.org',
     '+1 202 555 0101', '+1 202 555 0102', 'Example Ltd', 'Some City', 'France', 'fr_FR', 'Europe/Paris', 'L-000-111', 'likes gardens'),
    (2, 1, 12, '2025-02-20 08:00:00', '2025-02-20 08:00:00', NULL, 'Other', 'Person', 'other@example.com',
     NULL, NULL, NULL, 'Elsewhere', 'Spain', 'es_ES', 'Europe/Madrid', NULL, NULL);
INSERT INTO lead_ips_xref (lead_id, ip_id) VALUES (1, 1), (2, 1);
INSERT INTO lead_devices (id, lead_id, date_added, device, device_brand, tracking_id, client_info) VALUES
    (1, 1, '2025-01-10 08:00:00', 'desktop', 'AP', 'cookie-of-contact-one', 'a:1:{s:4:"name";s:7:"Firefox";}');
INSERT INTO email_stats (lead_id, email_address, date_sent, is_read, is_failed, viewed_in_browser, tracking_hash, tokens, ip_id) VALUES
    (1, 'someone@example.org', '2025-01-11 09:00:00', 1, 0, 0, 'aaaa1111', 'a:1:{s:7:"{email}";s:19:"someone@example.org";}', 1),
    (1, 'formerly@example.org', '2025-01-04 09:00:00', 0, 0, 0, 'bbbb2222', 'a:0:{}', NULL),
    (2, 'other@example.com', '2025-02-21 09:00:00', 0, 0, 0, 'cccc3333', 'a:0:{}', NULL);
INSERT INTO page_hits (lead_id, ip_id, device_id, date_hit, code, url, referer, user_agent, tracking_id, query) VALUES
    (1, 1, 1, '2025-01-11 09:05:00', 200, 'https://www.example.org/offer?email=someone%40example.org', 'https://mail.example.org/',
     'Mozilla/5.0', 'cookie-of-contact-one', 'a:1:{s:5:"email";s:19:"someone@example.org";}');
INSERT INTO audit_log (user_id, user_name, bundle, object, object_id, action, details, date_added, ip_address) VALUES
    (0, 'System', 'lead', 'lead', 1, 'update',
     'a:1:{s:6:"fields";a:1:{s:5:"email";a:2:{i:0;s:20:"formerly@example.org";i:1;s:19:"someone@example.org";}}}',
     '2025-01-10 08:00:00', '198.51.100.7');
INSERT INTO lead_event_log (lead_id, bundle, object, action, date_added, properties) VALUES
    (1, 'lead', 'import', 'inserted', '2025-01-10 08:00:00', '{"line":2,"file":"someone@example.org.csv"}');
INSERT INTO lead_notes (lead_id, is_published, text, type, date_time) VALUES
    (1, 1, 'Firstname called, someone@example.org is the new address.', 'general', '2025-01-10 08:10:00');
