-- The rights of mautic-gdprd: read Mautic's database, change only what an erasure changes, keep its own ledger.
-- `mautic-gdprd check` names what is missing.
--
-- What to change before running it as the database's administrator:
--   {password}   the password in quotes, the same as in the daemon's file database-password. Put it in with an
--                editor; until then the server refuses this file with a syntax error.
--   `mautic`.    Mautic's database, in every line. In the one that ends in `mautic`.* write an underscore of its
--                name as \_ : there a bare one stands for any character.
--   `leads` …    with a table prefix, say "mtc_", every table gets it. Both at once:
--                    sed -e 's/`mautic`\.`/`mautic`.`mtc_/' -e 's/`mautic`\./`my_database`./' grants.sql
--   localhost    where the daemon runs, as the server sees it: localhost for the Unix socket and (unless
--                skip_name_resolve is on) 127.0.0.1, else an address; add REQUIRE SSL to CREATE USER then.
--
-- Running it again is harmless. Works on MariaDB 10.4 and newer and on MySQL 8.

CREATE USER IF NOT EXISTS 'mautic_gdprd'@'localhost' IDENTIFIED BY {password};

-- Read everything: also the tables that no rule is written for, so that a table tied to contacts which a plugin
-- brought along is seen and reported. This right fills COLUMNS, STATISTICS and KEY_COLUMN_USAGE in
-- information_schema; MariaDB keeps REFERENTIAL_CONSTRAINTS empty, and the daemon does not need it.
GRANT SELECT ON `mautic`.* TO 'mautic_gdprd'@'localhost';

-- Change the rows of a contact.
GRANT UPDATE ON `mautic`.`leads` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`lead_donotcontact` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`email_stats` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`audit_log` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`lead_event_log` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`lead_devices` TO 'mautic_gdprd'@'localhost';
GRANT UPDATE ON `mautic`.`page_hits` TO 'mautic_gdprd'@'localhost';

-- Delete what has no use without the person: staff's notes, the links to internet addresses.
GRANT DELETE ON `mautic`.`lead_notes` TO 'mautic_gdprd'@'localhost';
GRANT DELETE ON `mautic`.`lead_ips_xref` TO 'mautic_gdprd'@'localhost';

-- Add the one row '*.*.*.*' that stands for "some address" where Mautic insists on one.
GRANT INSERT ON `mautic`.`ip_addresses` TO 'mautic_gdprd'@'localhost';

-- Its own ledger, made by `mautic-gdprd init` or at the first start. Not DROP and not DELETE of anything else.
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES
    ON `mautic\_gdprd`.* TO 'mautic_gdprd'@'localhost';
