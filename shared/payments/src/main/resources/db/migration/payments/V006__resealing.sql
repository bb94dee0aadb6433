-- Sealed numbers and callbacks may be sealed anew under a newer key, and not be changed otherwise: format and key version
-- lead the bytes and only rise. The keyed hash beside a number stays as it was written.

GRANT UPDATE (msisdn_sealed) ON charge, payout, provider_request TO nkap_app;
GRANT UPDATE (body_sealed) ON provider_callback TO nkap_app;

CREATE FUNCTION keep_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF substring(NEW.msisdn_sealed FROM 1 FOR 5) <= substring(OLD.msisdn_sealed FROM 1 FOR 5) THEN
        RAISE EXCEPTION '% %: a sealed number is only replaced under a newer key', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'P0009';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_body() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF substring(NEW.body_sealed FROM 1 FOR 5) <= substring(OLD.body_sealed FROM 1 FOR 5) THEN
        RAISE EXCEPTION '% %: a sealed body is only replaced under a newer key', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'P0009';
    END IF;
    RETURN NEW;
END $$;

-- Fired by statements that name the column, so by no settlement.
CREATE TRIGGER charge_number BEFORE UPDATE OF msisdn_sealed ON charge FOR EACH ROW EXECUTE FUNCTION keep_number();
CREATE TRIGGER payout_number BEFORE UPDATE OF msisdn_sealed ON payout FOR EACH ROW EXECUTE FUNCTION keep_number();
CREATE TRIGGER provider_request_number BEFORE UPDATE OF msisdn_sealed ON provider_request
    FOR EACH ROW EXECUTE FUNCTION keep_number();
CREATE TRIGGER provider_callback_body BEFORE UPDATE OF body_sealed ON provider_callback
    FOR EACH ROW EXECUTE FUNCTION keep_body();
