-- Who made an organisation and its merchants; seeds and migrations are nobody's.

ALTER TABLE organisation ADD COLUMN created_by text NOT NULL DEFAULT 'system';
ALTER TABLE merchant ADD COLUMN created_by text NOT NULL DEFAULT 'system';
