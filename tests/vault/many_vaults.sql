-- Rows of a host with many patients, for tests/vault/many_vaults.py, which fills in what stands in braces.
-- Functions are simple enough for PostgreSQL to write them out in each statement. Rows are in the order of their keys,
-- so that indexes stay dense.

-- nth: evenly over all identifiers and in their order; random ones that come later fall between.
-- sealed: random bytes, because compression finds nothing in what is sealed.
CREATE OR REPLACE FUNCTION pg_temp.nth(i bigint, count bigint) RETURNS text IMMUTABLE LANGUAGE sql AS
    $$ SELECT lpad(to_hex((i * 4294967296) / (count + 1)), 8, '0') || lpad(to_hex(i), {tail}, '0') $$;
CREATE OR REPLACE FUNCTION pg_temp.vault(i bigint) RETURNS text IMMUTABLE LANGUAGE sql AS
    $$ SELECT pg_temp.nth(i, {vaults}) $$;
CREATE OR REPLACE FUNCTION pg_temp.document(i bigint, n bigint) RETURNS text IMMUTABLE LANGUAGE sql AS
    $$ SELECT pg_temp.nth(i * {documents} + n, ({vaults} + 1) * {documents}) $$;
CREATE OR REPLACE FUNCTION pg_temp.professional(i bigint) RETURNS text IMMUTABLE LANGUAGE sql AS
    $$ SELECT 'p' || substr(pg_temp.nth(i % {professionals}, {professionals}), 2) $$;
CREATE OR REPLACE FUNCTION pg_temp.hash(i bigint, kind text) RETURNS bytea IMMUTABLE LANGUAGE sql AS
    $$ SELECT sha256(decode(kind || i::text, 'escape')) $$;
CREATE OR REPLACE FUNCTION pg_temp.key(i bigint, kind text) RETURNS text IMMUTABLE LANGUAGE sql AS
    $$ SELECT kind || lpad(i::text, {key} - 1, '0') $$;
CREATE OR REPLACE FUNCTION pg_temp.sealed(length int) RETURNS bytea VOLATILE LANGUAGE sql AS
    $$ SELECT substr(string_agg(sha256(decode(random()::text || part::text, 'escape')), NULL), 1, length)
    FROM generate_series(1, length / 32 + 1) part $$;

-- accounts
INSERT INTO accounts (id, role, address, key, fingerprint, card_statement, card_signature, verified,
    created) SELECT pg_temp.vault(i), 'patient', 'patient' || i || '@example.com', pg_temp.key(i, 'k'), left(encode(pg_temp.hash(i, 'f'), 'hex'), 40), pg_temp.sealed(1843), pg_temp.sealed(64), 'no', {now} - i % 9999999
    FROM generate_series(1::bigint, {vaults}) i;
INSERT INTO accounts (id, role, address, key, fingerprint, card_statement, card_signature, rpps,
    profession, verified, created) SELECT pg_temp.professional(i), 'professional', 'doctor' || i
    || '@example.com', pg_temp.key(i, 'd'), left(encode(pg_temp.hash(i, 'g'), 'hex'), 40), pg_temp.sealed(1900),
    pg_temp.sealed(64), '5' || lpad(i::text, 10, '0'), '10', 'yes', {now} - i FROM generate_series(0::bigint, {professionals} - 1) i;
INSERT INTO credentials (account, salt, memory_kib, passes, lanes, login_key, kit_login_key)
    SELECT pg_temp.vault(i), '\x00112233445566778899aabbccddeeff', 65536, 3, 1, pg_temp.sealed(32),
    pg_temp.sealed(32) FROM generate_series(1::bigint, {vaults}) i;
INSERT INTO keyrings (account, content, sequence)
    SELECT pg_temp.vault(i), pg_temp.sealed(6122), 1 FROM generate_series(1::bigint, {vaults}) i;
INSERT INTO sessions (token_hash, account, created, expires, client)
    SELECT pg_temp.hash(i, 's'), pg_temp.vault(i), {now} - 3600, {now} + i % 36000 + 3600, 'firefox'
    FROM generate_series(1::bigint, {vaults}) i WHERE i % 4 = 0;
INSERT INTO challenges (challenge_hash, address_mac, method, expires)
    SELECT pg_temp.hash(i, 'c'), pg_temp.hash(i, 'm'), 'password', {now} + 7200
    FROM generate_series(1::bigint, {vaults}) i WHERE i % 20 = 0;
INSERT INTO attempts (bucket, since, count)
    SELECT pg_temp.hash(i, 'a'), {now} - {now} % 600, 1 FROM generate_series(1::bigint, {vaults}) i WHERE i % 10 = 0;
INSERT INTO devices (token_hash, account, created, seen)
    SELECT pg_temp.hash(i, 'd'), pg_temp.vault(i), {now} - 9999, {now} - i % 9999999
    FROM generate_series(1::bigint, {vaults}) i WHERE i % 2 = 0;

-- vaults; of a first statement 14 kB are names and keys of sections
INSERT INTO vaults (id, owner, ledger_size, ledger_head, accesses_size, accesses_head, stored_bytes,
    created, checkpoint_due, mask_new) SELECT pg_temp.vault(i), pg_temp.vault(i), {documents} + 1,
    pg_temp.hash(i, 'l'), 2, pg_temp.hash(i, 'x'), 1000000, {now} - 9999, false, false FROM generate_series(1::bigint, {vaults}) i;
INSERT INTO sections (vault, id, epoch, inbox, due, rotated) SELECT pg_temp.vault(i),
    pg_temp.nth(n, {sections}), 1, n = 0, false, 0
    FROM generate_series(1::bigint, {vaults}) i, generate_series(0, {sections} - 1) n;
INSERT INTO entries (vault, chain, seq, kind, actor, subject, time, header, salt, statement, signature)
    SELECT pg_temp.vault(i), 'ledger', n, CASE n WHEN 0 THEN 'vault' ELSE 'manifest' END,
    left(pg_temp.key(i, 'k'), {author}), CASE n WHEN 0 THEN NULL ELSE pg_temp.document(i, n - 1) END,
    {now} - 9999 + n, pg_temp.sealed(CASE n WHEN 0 THEN 276 ELSE 313 END), pg_temp.sealed(16),
    pg_temp.sealed(CASE n WHEN 0 THEN 13770 ELSE 567 END), pg_temp.sealed(64)
    FROM generate_series(1::bigint, {vaults}) i, generate_series(0, {documents}) n;
INSERT INTO entries (vault, chain, seq, kind, actor, subject, time, header, salt, statement, signature)
    SELECT pg_temp.vault(i), 'accesses', n, 'access', left(pg_temp.key(i, 'k'), {author}),
    pg_temp.document(i, n), {now} - 99 + n, pg_temp.sealed(313), pg_temp.sealed(16), pg_temp.sealed(400),
    pg_temp.sealed(64) FROM generate_series(1::bigint, {vaults}) i, generate_series(0, 1) n;
INSERT INTO access_nonces (vault, nonce)
    SELECT pg_temp.vault(i), substr(pg_temp.hash(i * 2 + n, 'n'), 1, 16)
    FROM generate_series(1::bigint, {vaults}) i, generate_series(0, 1) n;
INSERT INTO checkpoint_leaves (index, vault, ledger_size, ledger_head, accesses_size, accesses_head)
    SELECT 1000000000 + i, pg_temp.vault(i), {documents} + 1, pg_temp.hash(i, 'l'), 2, pg_temp.hash(i, 'x')
    FROM generate_series(1::bigint, {vaults}) i;

-- documents
INSERT INTO documents (vault, id, section, version, manifest, author, removed) SELECT pg_temp.vault(i),
    pg_temp.document(i, n), pg_temp.nth(1 + n % ({sections} - 1), {sections}), 1, pg_temp.sealed(32),
    left(pg_temp.key(i, 'k'), {author}),
    CASE WHEN n = 0 AND i % 10 = 0 THEN {now} - i % 99999 END
    FROM generate_series(1::bigint, {vaults}) i, generate_series(0, {documents} - 1) n;
INSERT INTO versions (vault, document, version, manifest_seq, filed_seq, author, section, epoch, header,
    metadata_sealed, object_name, length, part_size) SELECT pg_temp.vault(i), pg_temp.document(i, n), 1, n + 1,
    n + 1, left(pg_temp.key(i, 'k'), {author}),
    pg_temp.nth(1 + n % ({sections} - 1), {sections}), 1, pg_temp.sealed(203), pg_temp.sealed(552),
    pg_temp.document(i, n), 100000, 8388608
    FROM generate_series(1::bigint, {vaults}) i, generate_series(0, {documents} - 1) n;
INSERT INTO uploads (id, vault, account, object_name, store_token, length, part_size, completed, expires)
    SELECT pg_temp.vault(i), pg_temp.vault(i), pg_temp.vault(i), 'u' || substr(pg_temp.vault(i), 2), 'token',
    100000, 8388608, false, {now} + 3600 + i % 80000 FROM generate_series(1::bigint, {vaults}) i WHERE i % 10 = 0;
INSERT INTO upload_parts (upload, number, length, sha256, store_tag)
    SELECT pg_temp.vault(i), 1, 100000, pg_temp.hash(i, 'p'), 'tag' FROM generate_series(1::bigint, {vaults}) i WHERE i % 10 = 0;
INSERT INTO doomed_objects (name, after)
    SELECT 'd' || substr(pg_temp.vault(i), 2), {now} + 3600 + i % 80000 FROM generate_series(1::bigint, {vaults}) i WHERE i % 10 = 0;

-- grants: nine of ten go on, evenly over the year; one in twenty is an invitation
INSERT INTO grants (id, vault, sequence, granted_seq, may_add, may_read, not_before, not_after,
    redeem_key, redeem_not_after, professional, professional_key, revoked_seq, bundle)
    SELECT pg_temp.vault(i), pg_temp.vault(i), 1, 1, true, true, {now} - 31536000,
    CASE WHEN i % 10 = 0 THEN {now} - 9999 ELSE {now} + 9999 + (i * 7919) % 31526000 END,
    pg_temp.hash(i, 'r'), {now} + 99999, CASE WHEN i % 20 <> 1 THEN pg_temp.professional(i) END,
    CASE WHEN i % 20 <> 1 THEN pg_temp.key(i % {professionals}, 'd') END, NULL,
    CASE WHEN i % 10 <> 0 THEN pg_temp.sealed(3300) END FROM generate_series(1::bigint, {vaults}) i;
INSERT INTO grant_sections (grant_id, section) SELECT pg_temp.vault(i), pg_temp.nth(n, {sections})
    FROM generate_series(1::bigint, {vaults}) i, generate_series(1, 4) n WHERE i % 10 <> 2;
INSERT INTO grant_documents (grant_id, document, version, opened) SELECT pg_temp.vault(i),
    pg_temp.document(i, 0), 1, true FROM generate_series(1::bigint, {vaults}) i WHERE i % 10 = 2;
INSERT INTO blocks (vault, professional, seq) SELECT pg_temp.vault(i), pg_temp.key(i, 'd'), 1
    FROM generate_series(1::bigint, {vaults}) i WHERE i % 10 = 3;
INSERT INTO renewal_requests (grant_id, sequence, seq)
    SELECT pg_temp.vault(i), 1, 1 FROM generate_series(1::bigint, {vaults}) i WHERE i % 10 = 4;
-- of this term's end where that is near, else of the term's before
INSERT INTO grant_reminders (grant_id, not_after, days) SELECT id,
    CASE WHEN not_after <= {now} + 30 * 86400 THEN not_after ELSE not_before + 9999 END,
    CASE WHEN not_after BETWEEN {now} + 7 * 86400 + 1 AND {now} + 30 * 86400 THEN 30 ELSE 7 END
    FROM grants WHERE professional IS NOT NULL;

-- shares: most are over; some have a number of openings
INSERT INTO shares (id, vault, locator_hash, passcode_hash, attempts_left, not_after, max_openings,
    openings, ended, flag) SELECT pg_temp.vault(i), pg_temp.vault(i), pg_temp.hash(i, 'o'), NULL, 10,
    CASE WHEN i % 10 = 0 THEN {now} + 9999 + i % 99999 ELSE {now} - 9999 END,
    CASE WHEN i % 20 = 0 THEN 5 END, 1, i % 10 <> 0, '' FROM generate_series(1::bigint, {vaults}) i WHERE i % 2 = 0;
INSERT INTO share_files (share, number, object_name, length, statement_seq, document, version)
    SELECT pg_temp.vault(i), 1, CASE WHEN i % 10 = 0 THEN 's' || substr(pg_temp.vault(i), 2) END, 1000, 1,
    pg_temp.document(i, 0), 1 FROM generate_series(1::bigint, {vaults}) i WHERE i % 2 = 0;
INSERT INTO share_tickets (token_hash, share, number, expires) SELECT pg_temp.hash(i, 't'),
    pg_temp.vault(i), 1, {now} + 900 + i % 99 FROM generate_series(1::bigint, {vaults}) i WHERE i % 10 = 0;

-- notices: told and read; one in ten waits for the day's digest
INSERT INTO notices (id, account, event, kind, vault, subject, until, time, read)
    SELECT pg_temp.vault(i), pg_temp.vault(i), pg_temp.hash(i, 'e'), 'opening', pg_temp.vault(i), NULL, NULL,
    {now} - (i * 7919) % 31536000, {now} FROM generate_series(1::bigint, {vaults}) i;
INSERT INTO notice_settings (account, language, openings, others) SELECT pg_temp.vault(i), 'fr', 'each',
    'each' FROM generate_series(1::bigint, {vaults}) i WHERE i % 10 = 5;
INSERT INTO phone_codes (account, phone, code, expires, attempts_left)
    SELECT pg_temp.vault(i), '+33600000000', '123456', {now} - 99999, 3 FROM generate_series(1::bigint, {vaults}) i WHERE i % 10 = 6;
INSERT INTO outbox (id, account, event, channel, kind, until, created, due, attempts, sent)
    SELECT pg_temp.vault(i), pg_temp.vault(i), pg_temp.hash(i, 'e'), 'mail', 'opening', NULL,
    {now} - i % 2500000, CASE WHEN i % 10 = 0 THEN {now} + 20000 END, 0,
    CASE WHEN i % 10 <> 0 THEN {now} - i % 2500000 END FROM generate_series(1::bigint, {vaults}) i WHERE i % 5 = 0;
-- sign-ups of a day
INSERT INTO pending_addresses (address, nonce, language, created, expires, attempts_left)
    SELECT 'wants' || i || '@example.org', pg_temp.hash(i, 'w'), 'fr', {now} - i % 80000, {now} - i % 80000 + 1800, 10
    FROM generate_series(1::bigint, {vaults}) i WHERE i % 10 = 0;
-- half wait for the account's deletion, more than ever will: a small table is read from end to end
INSERT INTO deletions (account, vault, request, statement, signature, requested, due)
    SELECT pg_temp.vault(i), pg_temp.vault(i), pg_temp.hash(i, 'l'), pg_temp.sealed(300), pg_temp.sealed(64),
    {now} - i % 500000, {now} - i % 500000 + 604800 FROM generate_series(1::bigint, {vaults}) i WHERE i % 2 = 1;
INSERT INTO erasures (request, role, requested, erased, rows, objects, finished)
    SELECT pg_temp.hash(i, 'g'), 'patient', {now} - 700000 - i, {now} - i, 900, 30, {now} - i + 120
    FROM generate_series(1::bigint, {vaults}) i WHERE i % 20 = 0;
INSERT INTO directory_entries (account, sequence, statement, signature)
    SELECT pg_temp.professional(i), 1, pg_temp.sealed(400), pg_temp.sealed(64) FROM generate_series(0::bigint, {professionals} - 1) i;
