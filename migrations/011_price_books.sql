-- 011_price_books
-- Why:      what a model costs is data with a version: an operator's own prices and imported lists are kept, never
--           changed, so that what each usage row was billed with can be looked up years later.
-- Adds:     _price_books
-- Rewrites: nothing
-- Locks:    none (new table)
-- Undo:     restore the backup taken before migrating.

CREATE TABLE _price_books (
  id          INTEGER PRIMARY KEY,
  version     TEXT NOT NULL UNIQUE CHECK (length(version) BETWEEN 1 AND 100),
  source      TEXT NOT NULL CHECK (source IN ('override', 'litellm', 'models.dev')),
  content     TEXT NOT NULL CHECK (json_valid(content) AND json_type(content) = 'array'),
  imported_at INTEGER NOT NULL CHECK (imported_at >= 1000000000000),
  CHECK (instr(version, char(0)) = 0)
) STRICT;
