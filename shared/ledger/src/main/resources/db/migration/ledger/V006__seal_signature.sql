-- Who signed a seal, after it was committed: until then a seal is there without a signature, and says so. public_key: of that
-- version, so that a signature can be checked after the key was changed; whoever checks holds it against one that they know.
CREATE TABLE seal_signature (
    number      bigint      PRIMARY KEY,
    key_version int         NOT NULL CHECK (key_version > 0),
    public_key  bytea       NOT NULL CHECK (length(public_key) = 32),
    signature   bytea       NOT NULL CHECK (length(signature) = 64),
    signed_at   timestamptz NOT NULL
);
CREATE TRIGGER seal_signature_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seal_signature EXECUTE FUNCTION refuse_change();
ALTER TABLE seal_signature ENABLE ALWAYS TRIGGER seal_signature_append_only;

-- Of a seal that exists, once; a second signature of the same seal changes nothing.
CREATE FUNCTION sign_seal(seal_number bigint, key_version int, public_key bytea, signature bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO ledger.seal_signature AS s
    SELECT number, key_version, public_key, signature, clock_timestamp() FROM ledger.seal
    WHERE number = seal_number AND nkap.sees('platform')
    ON CONFLICT (number) DO NOTHING;
    RETURN FOUND;
END $$;

ALTER TABLE seal_signature ENABLE ROW LEVEL SECURITY;
ALTER TABLE seal_signature FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON seal_signature TO nkap_owner USING (true) WITH CHECK (true);
CREATE POLICY platform_seal_signature ON seal_signature FOR SELECT TO nkap_app USING (nkap.sees('platform'));
GRANT SELECT ON seal_signature TO nkap_app;
REVOKE ALL ON FUNCTION sign_seal(bigint, int, bytea, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sign_seal(bigint, int, bytea, bytea) TO nkap_app;
