-- A Mautic 5 database, as far as this daemon is concerned: every table it changes, every table it must leave
-- alone although a contact is tied to it, and the neighbours those two refer to. Written for the tests and the
-- demo; it is not Mautic's own schema file, and a Mautic could not run on it.
--
-- True to Mautic 5: column names and order, types, nullability, generated columns, JSON checks, which columns
-- are indexed, and what a foreign key does when the other row is deleted. Left out: tables and columns that
-- hold no contact's data and that no statement of the daemon reads. Names of keys are our own.
--
-- Table prefix: every table name is written with the placeholder {prefix}. Whoever loads this file replaces it,
--     sed 's/{prefix}//g' mautic5.sql | mariadb mautic        (no prefix)
--     sed 's/{prefix}/mtc_/g' mautic5.sql | mariadb mautic    (as in Mautic's local.php: db_table_prefix => mtc_)
-- A statement ends with a semicolon at the end of a line; there is none anywhere else at the end of a line.

SET NAMES utf8mb4;

-- ---------------------------------------------------------------------------------------------- neighbours

-- Mautic's own users: staff, not contacts. Never touched.
CREATE TABLE {prefix}users (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    is_published TINYINT(1) NOT NULL DEFAULT 1,
    username VARCHAR(191) NOT NULL,
    first_name VARCHAR(191) NOT NULL,
    last_name VARCHAR(191) NOT NULL,
    email VARCHAR(191) NOT NULL,
    UNIQUE KEY username (username)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE {prefix}stages (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    is_published TINYINT(1) NOT NULL DEFAULT 1,
    name VARCHAR(191) NOT NULL,
    weight INT NOT NULL DEFAULT 0
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE {prefix}pages (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    is_published TINYINT(1) NOT NULL DEFAULT 1,
    title VARCHAR(191) NOT NULL,
    alias VARCHAR(191) NOT NULL,
    hits INT NOT NULL DEFAULT 0,
    KEY page_alias (alias)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE {prefix}emails (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    is_published TINYINT(1) NOT NULL DEFAULT 1,
    name VARCHAR(191) NOT NULL,
    subject LONGTEXT DEFAULT NULL,
    custom_html LONGTEXT DEFAULT NULL,
    email_type LONGTEXT DEFAULT NULL,
    sent_count INT NOT NULL DEFAULT 0
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE {prefix}campaigns (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    is_published TINYINT(1) NOT NULL DEFAULT 1,
    name VARCHAR(191) NOT NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Segments. `filters` is a marketer's configuration, PHP-serialized.
CREATE TABLE {prefix}lead_lists (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    is_published TINYINT(1) NOT NULL DEFAULT 1,
    name VARCHAR(191) NOT NULL,
    alias VARCHAR(191) NOT NULL,
    filters LONGTEXT NOT NULL COMMENT '(DC2Type:array)',
    KEY list_alias (alias)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE {prefix}forms (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    is_published TINYINT(1) NOT NULL DEFAULT 1,
    name VARCHAR(191) NOT NULL,
    alias VARCHAR(191) NOT NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Shared between all contacts and visitors behind one address. The address is indexed but not unique.
CREATE TABLE {prefix}ip_addresses (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    ip_address VARCHAR(45) NOT NULL,
    ip_details LONGTEXT DEFAULT NULL COMMENT '(DC2Type:array)',
    KEY ip_search (ip_address)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- ---------------------------------------------------------------------------------------------- the contact

-- One row a contact. After the core fields come the custom ones: a column for every row of lead_fields.
-- A fresh Mautic 5 has no index that begins with `email`; there is none here either.
CREATE TABLE {prefix}leads (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    owner_id INT UNSIGNED DEFAULT NULL,
    stage_id INT UNSIGNED DEFAULT NULL,
    is_published TINYINT(1) NOT NULL,
    date_added DATETIME DEFAULT NULL,
    created_by INT DEFAULT NULL,
    created_by_user VARCHAR(191) DEFAULT NULL,
    date_modified DATETIME DEFAULT NULL,
    modified_by INT DEFAULT NULL,
    modified_by_user VARCHAR(191) DEFAULT NULL,
    checked_out DATETIME DEFAULT NULL,
    checked_out_by INT DEFAULT NULL,
    checked_out_by_user VARCHAR(191) DEFAULT NULL,
    points INT NOT NULL,
    last_active DATETIME DEFAULT NULL,
    internal LONGTEXT DEFAULT NULL COMMENT '(DC2Type:array)',
    social_cache LONGTEXT DEFAULT NULL COMMENT '(DC2Type:array)',
    date_identified DATETIME DEFAULT NULL,
    preferred_profile_image VARCHAR(191) DEFAULT NULL,
    title VARCHAR(191) DEFAULT NULL,
    firstname VARCHAR(191) DEFAULT NULL,
    lastname VARCHAR(191) DEFAULT NULL,
    company VARCHAR(191) DEFAULT NULL,
    position VARCHAR(191) DEFAULT NULL,
    email VARCHAR(191) DEFAULT NULL,
    phone VARCHAR(191) DEFAULT NULL,
    mobile VARCHAR(191) DEFAULT NULL,
    address1 VARCHAR(191) DEFAULT NULL,
    address2 VARCHAR(191) DEFAULT NULL,
    city VARCHAR(191) DEFAULT NULL,
    state VARCHAR(191) DEFAULT NULL,
    zipcode VARCHAR(191) DEFAULT NULL,
    timezone VARCHAR(191) DEFAULT NULL,
    country VARCHAR(191) DEFAULT NULL,
    fax VARCHAR(191) DEFAULT NULL,
    preferred_locale VARCHAR(191) DEFAULT NULL,
    attribution_date DATETIME DEFAULT NULL,
    attribution DOUBLE DEFAULT NULL,
    website VARCHAR(191) DEFAULT NULL,
    facebook VARCHAR(191) DEFAULT NULL,
    foursquare VARCHAR(191) DEFAULT NULL,
    instagram VARCHAR(191) DEFAULT NULL,
    linkedin VARCHAR(191) DEFAULT NULL,
    skype VARCHAR(191) DEFAULT NULL,
    twitter VARCHAR(191) DEFAULT NULL,
    -- Follows `email` and cannot be written.
    generated_email_domain VARCHAR(255) AS (SUBSTRING(email, LOCATE('@', email) + 1)) VIRTUAL
        COMMENT '(DC2Type:generated)',
    -- Custom fields, one of each kind that is stored differently.
    loyalty_number VARCHAR(64) DEFAULT NULL,
    newsletter_interests TEXT DEFAULT NULL,
    birthday DATE DEFAULT NULL,
    shoe_size DOUBLE DEFAULT NULL,
    vip TINYINT(1) DEFAULT NULL,
    diary LONGTEXT DEFAULT NULL,
    KEY lead_date_added (date_added),
    KEY lead_date_identified (date_identified),
    KEY date_added_country (date_added, country),
    KEY fax_search (fax),
    KEY website_search (website),
    KEY twitter_search (twitter),
    KEY loyalty_number_search (loyalty_number),
    KEY generated_email_domain (generated_email_domain),
    FOREIGN KEY (owner_id) REFERENCES {prefix}users (id) ON DELETE SET NULL,
    FOREIGN KEY (stage_id) REFERENCES {prefix}stages (id) ON DELETE SET NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- What fields a contact (object 'lead') or a company has. `is_unique_identifer` is Mautic's own spelling.
CREATE TABLE {prefix}lead_fields (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    is_published TINYINT(1) NOT NULL DEFAULT 1,
    date_added DATETIME DEFAULT NULL,
    label VARCHAR(191) NOT NULL,
    alias VARCHAR(191) NOT NULL,
    type VARCHAR(50) NOT NULL,
    field_group VARCHAR(191) DEFAULT NULL,
    default_value VARCHAR(191) DEFAULT NULL,
    is_required TINYINT(1) NOT NULL DEFAULT 0,
    is_fixed TINYINT(1) NOT NULL DEFAULT 0,
    is_visible TINYINT(1) NOT NULL DEFAULT 1,
    is_short_visible TINYINT(1) NOT NULL DEFAULT 0,
    is_listable TINYINT(1) NOT NULL DEFAULT 1,
    is_publicly_updatable TINYINT(1) NOT NULL DEFAULT 0,
    is_unique_identifer TINYINT(1) DEFAULT 0,
    is_index TINYINT(1) DEFAULT 0,
    char_length_limit INT DEFAULT 64,
    field_order INT DEFAULT NULL,
    object VARCHAR(191) DEFAULT NULL,
    properties LONGTEXT DEFAULT NULL COMMENT '(DC2Type:array)',
    column_is_not_created TINYINT(1) NOT NULL DEFAULT 0,
    original_is_published_value TINYINT(1) NOT NULL DEFAULT 0,
    KEY object_order_published (object, field_order, is_published)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- The suppression itself: who must not be contacted, on which channel, and why (1 unsubscribed, 2 bounced,
-- 3 manual, 0 a contactable left-over). No unique key: duplicates are real.
CREATE TABLE {prefix}lead_donotcontact (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    lead_id BIGINT UNSIGNED DEFAULT NULL,
    date_added DATETIME NOT NULL,
    reason SMALLINT NOT NULL,
    channel VARCHAR(191) NOT NULL,
    channel_id INT DEFAULT NULL,
    comments LONGTEXT DEFAULT NULL,
    KEY lead_id (lead_id),
    KEY leadid_reason_channel (lead_id, channel, reason),
    KEY dnc_reason (reason),
    KEY dnc_date_added (date_added),
    FOREIGN KEY (lead_id) REFERENCES {prefix}leads (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- ---------------------------------------------------------------------------------------------- its history

-- The cookie of a browser is `tracking_id`: UNIQUE, and NULL may repeat where '' may not.
CREATE TABLE {prefix}lead_devices (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    lead_id BIGINT UNSIGNED NOT NULL,
    date_added DATETIME NOT NULL,
    client_info LONGTEXT DEFAULT NULL COMMENT '(DC2Type:array)',
    device VARCHAR(191) DEFAULT NULL,
    device_os_name VARCHAR(191) DEFAULT NULL,
    device_os_shortname VARCHAR(191) DEFAULT NULL,
    device_os_version VARCHAR(191) DEFAULT NULL,
    device_os_platform VARCHAR(191) DEFAULT NULL,
    device_brand VARCHAR(191) DEFAULT NULL,
    device_model VARCHAR(191) DEFAULT NULL,
    tracking_id VARCHAR(191) DEFAULT NULL,
    UNIQUE KEY device_tracking (tracking_id),
    KEY lead_id (lead_id),
    KEY date_added (date_added),
    KEY device (device),
    FOREIGN KEY (lead_id) REFERENCES {prefix}leads (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- One row a mail sent. Survives its contact: segment sending asks it "has this contact had this mail?".
CREATE TABLE {prefix}email_stats (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    email_id INT UNSIGNED DEFAULT NULL,
    lead_id BIGINT UNSIGNED DEFAULT NULL,
    list_id INT UNSIGNED DEFAULT NULL,
    ip_id INT UNSIGNED DEFAULT NULL,
    copy_id VARCHAR(32) DEFAULT NULL,
    email_address VARCHAR(191) NOT NULL,
    date_sent DATETIME NOT NULL,
    is_read TINYINT(1) NOT NULL,
    is_failed TINYINT(1) NOT NULL,
    viewed_in_browser TINYINT(1) NOT NULL,
    date_read DATETIME DEFAULT NULL,
    tracking_hash VARCHAR(191) DEFAULT NULL,
    retry_count INT DEFAULT NULL,
    source VARCHAR(191) DEFAULT NULL,
    source_id INT DEFAULT NULL,
    tokens LONGTEXT DEFAULT NULL COMMENT '(DC2Type:array)',
    open_count INT DEFAULT NULL,
    last_opened DATETIME DEFAULT NULL,
    open_details LONGTEXT DEFAULT NULL COMMENT '(DC2Type:array)',
    generated_sent_date DATE AS
        (CONCAT(YEAR(date_sent), '-', LPAD(MONTH(date_sent), 2, '0'), '-', LPAD(DAY(date_sent), 2, '0'))) VIRTUAL
        COMMENT '(DC2Type:generated)',
    KEY stat_email (email_id, lead_id),
    KEY stat_contact (lead_id),
    KEY stat_lead (lead_id, email_id),
    KEY stat_lead_sent (lead_id, date_sent),
    KEY stat_hash (tracking_hash),
    KEY stat_source (source, source_id),
    KEY stat_sent (date_sent),
    KEY stat_generated_sent (generated_sent_date, email_id),
    FOREIGN KEY (email_id) REFERENCES {prefix}emails (id) ON DELETE SET NULL,
    FOREIGN KEY (lead_id) REFERENCES {prefix}leads (id) ON DELETE SET NULL,
    FOREIGN KEY (list_id) REFERENCES {prefix}lead_lists (id) ON DELETE SET NULL,
    FOREIGN KEY (ip_id) REFERENCES {prefix}ip_addresses (id) ON DELETE SET NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Goes with the device: why a row of lead_devices must not simply be deleted.
CREATE TABLE {prefix}email_stats_devices (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    device_id BIGINT UNSIGNED DEFAULT NULL,
    stat_id BIGINT UNSIGNED DEFAULT NULL,
    ip_id INT UNSIGNED DEFAULT NULL,
    date_opened DATETIME NOT NULL,
    KEY date_opened (date_opened),
    FOREIGN KEY (device_id) REFERENCES {prefix}lead_devices (id) ON DELETE CASCADE,
    FOREIGN KEY (stat_id) REFERENCES {prefix}email_stats (id) ON DELETE CASCADE,
    FOREIGN KEY (ip_id) REFERENCES {prefix}ip_addresses (id) ON DELETE SET NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Old and new value of every field ever changed. Tied by (object, object_id), without a foreign key.
CREATE TABLE {prefix}audit_log (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id INT NOT NULL,
    user_name VARCHAR(191) NOT NULL,
    bundle VARCHAR(50) NOT NULL,
    object VARCHAR(50) NOT NULL,
    object_id BIGINT UNSIGNED NOT NULL,
    action VARCHAR(50) NOT NULL,
    details LONGTEXT DEFAULT NULL COMMENT '(DC2Type:array)',
    date_added DATETIME NOT NULL,
    ip_address VARCHAR(45) NOT NULL,
    KEY object_search (object, object_id),
    KEY timeline_search (bundle, object, action, object_id),
    KEY date_added (date_added)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- `properties` must be valid JSON or NULL: MariaDB turns JSON into LONGTEXT with that check.
CREATE TABLE {prefix}lead_event_log (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    lead_id BIGINT UNSIGNED DEFAULT NULL,
    user_id INT DEFAULT NULL,
    user_name VARCHAR(191) DEFAULT NULL,
    bundle VARCHAR(191) DEFAULT NULL,
    object VARCHAR(191) DEFAULT NULL,
    action VARCHAR(191) DEFAULT NULL,
    object_id INT DEFAULT NULL,
    date_added DATETIME NOT NULL,
    properties JSON DEFAULT NULL COMMENT '(DC2Type:json)',
    KEY lead_id_index (lead_id),
    KEY lead_object_index (object, object_id),
    KEY lead_timeline_index (bundle, object, action, object_id),
    KEY lead_date_added_index (date_added),
    FOREIGN KEY (lead_id) REFERENCES {prefix}leads (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE {prefix}lead_ips_xref (
    lead_id BIGINT UNSIGNED NOT NULL,
    ip_id INT UNSIGNED NOT NULL,
    PRIMARY KEY (lead_id, ip_id),
    FOREIGN KEY (lead_id) REFERENCES {prefix}leads (id) ON DELETE CASCADE,
    FOREIGN KEY (ip_id) REFERENCES {prefix}ip_addresses (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Every page view, with the whole URL and all its parameters.
CREATE TABLE {prefix}page_hits (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    page_id INT UNSIGNED DEFAULT NULL,
    redirect_id BIGINT UNSIGNED DEFAULT NULL,
    email_id INT UNSIGNED DEFAULT NULL,
    lead_id BIGINT UNSIGNED DEFAULT NULL,
    ip_id INT UNSIGNED DEFAULT NULL,
    device_id BIGINT UNSIGNED DEFAULT NULL,
    date_hit DATETIME NOT NULL,
    date_left DATETIME DEFAULT NULL,
    country VARCHAR(191) DEFAULT NULL,
    region VARCHAR(191) DEFAULT NULL,
    city VARCHAR(191) DEFAULT NULL,
    isp VARCHAR(191) DEFAULT NULL,
    organization VARCHAR(191) DEFAULT NULL,
    code INT NOT NULL,
    referer LONGTEXT DEFAULT NULL,
    url LONGTEXT DEFAULT NULL,
    url_title VARCHAR(191) DEFAULT NULL,
    user_agent LONGTEXT DEFAULT NULL,
    remote_host VARCHAR(191) DEFAULT NULL,
    page_language VARCHAR(191) DEFAULT NULL,
    browser_languages LONGTEXT DEFAULT NULL COMMENT '(DC2Type:array)',
    tracking_id VARCHAR(191) NOT NULL,
    source VARCHAR(191) DEFAULT NULL,
    source_id INT DEFAULT NULL,
    query LONGTEXT DEFAULT NULL COMMENT '(DC2Type:array)',
    KEY hit_tracking (tracking_id),
    KEY hit_code (code),
    KEY hit_source (source, source_id),
    KEY hit_left (date_hit, date_left),
    KEY hit_url (url(128)),
    FOREIGN KEY (page_id) REFERENCES {prefix}pages (id) ON DELETE SET NULL,
    FOREIGN KEY (email_id) REFERENCES {prefix}emails (id) ON DELETE SET NULL,
    FOREIGN KEY (lead_id) REFERENCES {prefix}leads (id) ON DELETE SET NULL,
    FOREIGN KEY (ip_id) REFERENCES {prefix}ip_addresses (id) ON DELETE SET NULL,
    FOREIGN KEY (device_id) REFERENCES {prefix}lead_devices (id) ON DELETE SET NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- What staff wrote about the contact.
CREATE TABLE {prefix}lead_notes (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    lead_id BIGINT UNSIGNED NOT NULL,
    is_published TINYINT(1) NOT NULL,
    date_added DATETIME DEFAULT NULL,
    created_by INT DEFAULT NULL,
    created_by_user VARCHAR(191) DEFAULT NULL,
    text LONGTEXT NOT NULL,
    type VARCHAR(50) DEFAULT NULL,
    date_time DATETIME DEFAULT NULL,
    KEY lead_id (lead_id),
    FOREIGN KEY (lead_id) REFERENCES {prefix}leads (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE {prefix}lead_utmtags (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    lead_id BIGINT UNSIGNED NOT NULL,
    date_added DATETIME NOT NULL,
    query LONGTEXT DEFAULT NULL COMMENT '(DC2Type:array)',
    referer LONGTEXT DEFAULT NULL,
    remote_host VARCHAR(191) DEFAULT NULL,
    url LONGTEXT DEFAULT NULL,
    user_agent LONGTEXT DEFAULT NULL,
    utm_campaign VARCHAR(191) DEFAULT NULL,
    utm_content VARCHAR(191) DEFAULT NULL,
    utm_medium VARCHAR(191) DEFAULT NULL,
    utm_source VARCHAR(191) DEFAULT NULL,
    utm_term VARCHAR(191) DEFAULT NULL,
    KEY lead_id (lead_id),
    KEY utm_date_added (date_added),
    FOREIGN KEY (lead_id) REFERENCES {prefix}leads (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE {prefix}form_submissions (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    form_id INT UNSIGNED NOT NULL,
    ip_id INT UNSIGNED DEFAULT NULL,
    lead_id BIGINT UNSIGNED DEFAULT NULL,
    page_id INT UNSIGNED DEFAULT NULL,
    tracking_id VARCHAR(191) DEFAULT NULL,
    date_submitted DATETIME NOT NULL,
    referer LONGTEXT NOT NULL,
    KEY submission_tracking (tracking_id),
    KEY submission_date (date_submitted),
    FOREIGN KEY (form_id) REFERENCES {prefix}forms (id) ON DELETE CASCADE,
    FOREIGN KEY (ip_id) REFERENCES {prefix}ip_addresses (id) ON DELETE SET NULL,
    FOREIGN KEY (lead_id) REFERENCES {prefix}leads (id) ON DELETE SET NULL,
    FOREIGN KEY (page_id) REFERENCES {prefix}pages (id) ON DELETE SET NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- The deleted loser of a merge keeps its audit_log rows under merged_id; this is the only way to them.
CREATE TABLE {prefix}contact_merge_records (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    contact_id BIGINT UNSIGNED NOT NULL,
    date_added DATETIME NOT NULL,
    merged_id INT NOT NULL,
    name VARCHAR(191) NOT NULL,
    KEY merge_date_added (date_added),
    KEY merge_merged_id (merged_id),
    FOREIGN KEY (contact_id) REFERENCES {prefix}leads (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- ---------------------------------------------------------------------- memberships: tied, and left alone

CREATE TABLE {prefix}lead_tags (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    tag VARCHAR(191) NOT NULL,
    description LONGTEXT DEFAULT NULL,
    KEY tag_search (tag)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE {prefix}lead_tags_xref (
    lead_id BIGINT UNSIGNED NOT NULL,
    tag_id INT UNSIGNED NOT NULL,
    PRIMARY KEY (lead_id, tag_id),
    FOREIGN KEY (lead_id) REFERENCES {prefix}leads (id) ON DELETE CASCADE,
    FOREIGN KEY (tag_id) REFERENCES {prefix}lead_tags (id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- A company is shared by its people.
CREATE TABLE {prefix}companies (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    owner_id INT UNSIGNED DEFAULT NULL,
    is_published TINYINT(1) NOT NULL DEFAULT 1,
    companyemail VARCHAR(191) DEFAULT NULL,
    companyphone VARCHAR(191) DEFAULT NULL,
    companycity VARCHAR(191) DEFAULT NULL,
    companycountry VARCHAR(191) DEFAULT NULL,
    companyname VARCHAR(191) DEFAULT NULL,
    companywebsite VARCHAR(191) DEFAULT NULL,
    KEY company_filter (companyname, companyemail),
    FOREIGN KEY (owner_id) REFERENCES {prefix}users (id) ON DELETE SET NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE {prefix}companies_leads (
    company_id INT NOT NULL,
    lead_id BIGINT UNSIGNED NOT NULL,
    date_added DATETIME NOT NULL,
    is_primary TINYINT(1) DEFAULT NULL,
    PRIMARY KEY (company_id, lead_id),
    FOREIGN KEY (company_id) REFERENCES {prefix}companies (id) ON DELETE CASCADE,
    FOREIGN KEY (lead_id) REFERENCES {prefix}leads (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE {prefix}lead_lists_leads (
    leadlist_id INT UNSIGNED NOT NULL,
    lead_id BIGINT UNSIGNED NOT NULL,
    date_added DATETIME NOT NULL,
    manually_removed TINYINT(1) NOT NULL,
    manually_added TINYINT(1) NOT NULL,
    PRIMARY KEY (leadlist_id, lead_id),
    KEY manually_removed (manually_removed),
    FOREIGN KEY (leadlist_id) REFERENCES {prefix}lead_lists (id) ON DELETE CASCADE,
    FOREIGN KEY (lead_id) REFERENCES {prefix}leads (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE {prefix}campaign_leads (
    campaign_id INT UNSIGNED NOT NULL,
    lead_id BIGINT UNSIGNED NOT NULL,
    date_added DATETIME NOT NULL,
    manually_removed TINYINT(1) NOT NULL,
    manually_added TINYINT(1) NOT NULL,
    date_last_exited DATETIME DEFAULT NULL,
    rotation INT NOT NULL,
    PRIMARY KEY (campaign_id, lead_id),
    KEY campaign_rotation (campaign_id, manually_removed, lead_id, rotation),
    FOREIGN KEY (campaign_id) REFERENCES {prefix}campaigns (id) ON DELETE CASCADE,
    FOREIGN KEY (lead_id) REFERENCES {prefix}leads (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- ------------------------------------------------------------------------------------------------ webhooks

CREATE TABLE {prefix}webhooks (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    is_published TINYINT(1) NOT NULL DEFAULT 1,
    date_modified DATETIME DEFAULT NULL,
    name VARCHAR(191) NOT NULL,
    webhook_url LONGTEXT NOT NULL,
    secret VARCHAR(191) NOT NULL,
    events_orderby_dir VARCHAR(191) DEFAULT NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE {prefix}webhook_events (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    webhook_id INT UNSIGNED NOT NULL,
    event_type VARCHAR(50) NOT NULL,
    FOREIGN KEY (webhook_id) REFERENCES {prefix}webhooks (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Events waiting to be sent: whole contacts, as plain JSON or as a zlib stream.
CREATE TABLE {prefix}webhook_queue (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    webhook_id INT UNSIGNED NOT NULL,
    event_id INT UNSIGNED NOT NULL,
    date_added DATETIME DEFAULT NULL,
    payload LONGTEXT DEFAULT NULL,
    payload_compressed MEDIUMBLOB DEFAULT NULL,
    FOREIGN KEY (webhook_id) REFERENCES {prefix}webhooks (id) ON DELETE CASCADE,
    FOREIGN KEY (event_id) REFERENCES {prefix}webhook_events (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- `note` holds the first 190 characters of what the receiver answered.
CREATE TABLE {prefix}webhook_logs (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    webhook_id INT UNSIGNED NOT NULL,
    status_code VARCHAR(50) NOT NULL,
    date_added DATETIME DEFAULT NULL,
    note VARCHAR(191) DEFAULT NULL,
    runtime DOUBLE DEFAULT NULL,
    KEY webhook_date_added (webhook_id, date_added),
    FOREIGN KEY (webhook_id) REFERENCES {prefix}webhooks (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- ------------------------------------------------------------------------------------------- rows it ships with

INSERT INTO {prefix}users (id, username, first_name, last_name, email)
VALUES (1, 'staff', 'Staff', 'Member', 'staff@example.com');
INSERT INTO {prefix}emails (id, name, subject, email_type) VALUES (1, 'Newsletter', 'News', 'list');
INSERT INTO {prefix}pages (id, title, alias) VALUES (1, 'Landing page', 'landing');
INSERT INTO {prefix}forms (id, name, alias) VALUES (1, 'Newsletter', 'newsletter');

-- The 28 core fields of a contact. char_length_limit says 64 although the columns are VARCHAR(191), as in Mautic.
INSERT INTO {prefix}lead_fields (object, field_order, alias, label, type, field_group, is_fixed, is_unique_identifer)
VALUES
    ('lead', 1, 'title', 'Title', 'lookup', 'core', 1, 0),
    ('lead', 2, 'firstname', 'First Name', 'text', 'core', 1, 0),
    ('lead', 3, 'lastname', 'Last Name', 'text', 'core', 1, 0),
    ('lead', 4, 'company', 'Primary company', 'text', 'core', 1, 0),
    ('lead', 5, 'position', 'Position', 'text', 'core', 1, 0),
    ('lead', 6, 'email', 'Email', 'email', 'core', 1, 1),
    ('lead', 7, 'mobile', 'Mobile', 'tel', 'core', 1, 0),
    ('lead', 8, 'phone', 'Phone', 'tel', 'core', 1, 0),
    ('lead', 9, 'points', 'Points', 'number', 'core', 1, 0),
    ('lead', 10, 'fax', 'Fax', 'tel', 'core', 0, 0),
    ('lead', 11, 'address1', 'Address Line 1', 'text', 'core', 1, 0),
    ('lead', 12, 'address2', 'Address Line 2', 'text', 'core', 1, 0),
    ('lead', 13, 'city', 'City', 'text', 'core', 1, 0),
    ('lead', 14, 'state', 'State', 'region', 'core', 1, 0),
    ('lead', 15, 'zipcode', 'Zip Code', 'text', 'core', 1, 0),
    ('lead', 16, 'country', 'Country', 'country', 'core', 1, 0),
    ('lead', 17, 'preferred_locale', 'Preferred Locale', 'locale', 'core', 1, 0),
    ('lead', 18, 'timezone', 'Preferred Timezone', 'timezone', 'core', 1, 0),
    ('lead', 19, 'last_active', 'Date Last Active', 'datetime', 'core', 1, 0),
    ('lead', 20, 'attribution_date', 'Attribution Date', 'datetime', 'core', 1, 0),
    ('lead', 21, 'attribution', 'Attribution', 'number', 'core', 1, 0),
    ('lead', 22, 'website', 'Website', 'url', 'core', 0, 0),
    ('lead', 23, 'facebook', 'Facebook', 'text', 'social', 0, 0),
    ('lead', 24, 'foursquare', 'Foursquare', 'text', 'social', 0, 0),
    ('lead', 25, 'instagram', 'Instagram', 'text', 'social', 0, 0),
    ('lead', 26, 'linkedin', 'LinkedIn', 'text', 'social', 0, 0),
    ('lead', 27, 'skype', 'Skype', 'text', 'social', 0, 0),
    ('lead', 28, 'twitter', 'Twitter', 'text', 'social', 0, 0),
    -- custom fields of this installation
    ('lead', 29, 'loyalty_number', 'Loyalty number', 'text', 'core', 0, 0),
    ('lead', 30, 'newsletter_interests', 'Interests', 'multiselect', 'core', 0, 0),
    ('lead', 31, 'birthday', 'Birthday', 'date', 'personal', 0, 0),
    ('lead', 32, 'shoe_size', 'Shoe size', 'number', 'personal', 0, 0),
    ('lead', 33, 'vip', 'VIP', 'boolean', 'core', 0, 0),
    ('lead', 34, 'diary', 'Diary', 'textarea', 'personal', 0, 0),
    -- two of the fields of a company: they have no column in leads
    ('company', 1, 'companyname', 'Company Name', 'text', 'core', 1, 1),
    ('company', 2, 'companyemail', 'Company Email', 'email', 'core', 1, 0);
UPDATE {prefix}lead_fields SET properties = 'a:0:{}';
