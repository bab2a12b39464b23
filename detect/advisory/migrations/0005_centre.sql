-- The source that stands for what this house itself publishes. Like that of
-- uploads it is never asked.
INSERT INTO advisory_source (id, kind, name, url, unmarked, every_s, state, role, metadata_url, problem, fails, created_at, created_by, lease)
VALUES ('00000000-0000-7000-8000-000000000001', 'upload', 'HSC', '', 0, 0, 'active', '', '', '', 0, 0, '', '');
