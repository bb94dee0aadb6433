-- Everything that needs an administrator: roles, the schema nkap, database-wide grants.
-- Safe to run again at any time and by two operators at once.

SELECT pg_advisory_xact_lock(hashtext('nkap.bootstrap'));

DO $roles$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'nkap_owner') THEN
    CREATE ROLE nkap_owner NOLOGIN NOINHERIT;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'nkap_app') THEN
    CREATE ROLE nkap_app LOGIN NOINHERIT;
  END IF;
  -- Only when something is wrong: a plain ALTER of a right role would collide with a second operator's.
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'nkap_owner'
             AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication OR rolcanlogin)) THEN
    ALTER ROLE nkap_owner NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION NOLOGIN;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'nkap_app'
             AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication OR NOT rolcanlogin)) THEN
    ALTER ROLE nkap_app NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION LOGIN;
  END IF;
  -- An administrator who is not a superuser (a managed database) must be able to SET ROLE nkap_owner.
  IF NOT pg_has_role(current_user, 'nkap_owner', 'SET') THEN
    EXECUTE format('GRANT nkap_owner TO %I', current_user);
  END IF;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO nkap_app, nkap_owner', current_database());
END
$roles$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- What nkap_owner creates is closed until its migration opens it; functions would be open to everybody otherwise.
ALTER DEFAULT PRIVILEGES FOR ROLE nkap_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE nkap_owner REVOKE USAGE ON TYPES FROM PUBLIC;

CREATE SCHEMA IF NOT EXISTS nkap;
REVOKE ALL ON SCHEMA nkap FROM PUBLIC;
GRANT USAGE ON SCHEMA nkap TO nkap_app, nkap_owner;

-- For effective-dated tables: PRIMARY KEY (org_id, during WITHOUT OVERLAPS), EXCLUDE USING gist (…).
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA nkap;

-- The one rule of tenancy. True for the organisations of this transaction's setting nkap.orgs (comma-separated),
-- for all of them when it is '*', for none when it was not set. A single expression, so that the planner inlines it.
CREATE OR REPLACE FUNCTION nkap.sees(org text) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(
    current_setting('nkap.orgs', true) = '*' OR org = ANY (string_to_array(current_setting('nkap.orgs', true), ',')),
    false);
REVOKE ALL ON FUNCTION nkap.sees(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION nkap.sees(text) TO nkap_app, nkap_owner;

-- One line per way in which the role of this connection could see or change another organisation's rows; none is
-- right. A process asks this at start, before it serves anything, and refuses to run on an answer:
--   SELECT fault FROM nkap.isolation_faults()
CREATE OR REPLACE FUNCTION nkap.isolation_faults() RETURNS TABLE (fault text)
  LANGUAGE sql STABLE SET search_path = pg_catalog
AS $faults$
  SELECT format('role %s is a superuser', current_user) FROM pg_roles WHERE rolname = current_user AND rolsuper
  UNION ALL
  SELECT format('role %s has BYPASSRLS', current_user) FROM pg_roles WHERE rolname = current_user AND rolbypassrls
  UNION ALL
  SELECT format('role %s has CREATEROLE', current_user) FROM pg_roles WHERE rolname = current_user AND rolcreaterole
  UNION ALL
  SELECT format('role %s can act as %s', current_user, rolname) FROM pg_roles
   WHERE rolname <> current_user AND (rolname = 'nkap_owner' OR rolsuper OR rolbypassrls)
     AND pg_has_role(current_user, oid, 'MEMBER')
     AND NOT EXISTS (SELECT FROM pg_roles me WHERE me.rolname = current_user AND me.rolsuper)
  UNION ALL
  SELECT format('role %s owns schema %I', current_user, nspname) FROM pg_namespace
   WHERE pg_get_userbyid(nspowner) = current_user AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  UNION ALL
  SELECT format('role %s owns %s', current_user, c.oid::regclass) FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE pg_get_userbyid(c.relowner) = current_user AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
     AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  UNION ALL
  SELECT format('%s holds org_id but row-level security is not forced on it', c.oid::regclass)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
     AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped)
     AND (has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE')
          OR has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE'))
  UNION ALL
  SELECT format('role %s may TRUNCATE %s, which no policy stops', current_user, c.oid::regclass)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     AND has_table_privilege(c.oid, 'TRUNCATE')
$faults$;
REVOKE ALL ON FUNCTION nkap.isolation_faults() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION nkap.isolation_faults() TO nkap_app, nkap_owner;
