-- What needs two people, what they decided, and who did what: none of it can be rewritten.

-- One change that somebody asked for. Who asked, what for and until when never change; the state goes one way.
CREATE TABLE shell.approval_request (
    id              text        PRIMARY KEY CHECK (id LIKE 'ap\_%'),
    org_id          text        NOT NULL CHECK (org_id <> ''),
    kind            text        NOT NULL CHECK (kind ~ '^[a-z][a-z0-9_]{0,62}$'),
    subject         text        NOT NULL CHECK (subject <> '' AND subject !~ '[[:cntrl:]]'),
    subject_version text        NOT NULL,
    payload         text        NOT NULL,
    payload_hash    bytea       NOT NULL,
    reason          text        NOT NULL CHECK (length(reason) <= 500),
    needed          int         NOT NULL CHECK (needed BETWEEN 1 AND 5),
    maker_subject   text        NOT NULL CHECK (maker_subject <> ''),
    maker_person    text        NOT NULL,
    maker_org       text        NOT NULL,
    status          text        NOT NULL DEFAULT 'pending'
                    CHECK (status IN ('pending', 'approved', 'rejected', 'expired', 'executed', 'canceled')),
    checker_subject text,
    checker_person  text,
    result          text,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    ended_at        timestamptz,
    CONSTRAINT payload_is_what_was_hashed CHECK (payload_hash = sha256(convert_to(payload, 'UTF8'))),
    CONSTRAINT maker_is_a_person CHECK (btrim(maker_person) <> '' AND maker_person = lower(maker_person)),
    CONSTRAINT checker_is_another_person CHECK (checker_person <> maker_person),
    CONSTRAINT checker_is_another_account CHECK (checker_subject <> maker_subject),
    CONSTRAINT decided_by_somebody CHECK (
        (status IN ('approved', 'rejected', 'executed')) = (checker_person IS NOT NULL)
        AND (checker_person IS NULL) = (checker_subject IS NULL)),
    CONSTRAINT ended_in_an_end CHECK (
        (status IN ('rejected', 'expired', 'executed', 'canceled')) = (ended_at IS NOT NULL)),
    CONSTRAINT result_of_what_was_done CHECK ((status = 'executed') = (result IS NOT NULL)),
    CONSTRAINT expires_later CHECK (expires_at > created_at AND expires_at <= created_at + interval '31 days'),
    -- What a decision repeats, so that the database compares the people.
    CONSTRAINT approval_request_people UNIQUE (id, org_id, maker_person, maker_subject)
);
COMMENT ON COLUMN shell.approval_request.org_id IS 'whose object it is about; its people may see that it was asked for';
COMMENT ON COLUMN shell.approval_request.subject_version IS 'what the subject was when it was asked; another one makes the request stale';
COMMENT ON COLUMN shell.approval_request.payload IS 'canonical JSON of exactly what would be done; personal data in it is sealed';

CREATE INDEX approval_request_org ON shell.approval_request (org_id, id);
CREATE INDEX approval_request_due ON shell.approval_request (expires_at) WHERE status = 'pending';

-- One person's word. The second person of an organisation of one is nobody: one word per person and per account.
CREATE TABLE shell.approval_decision (
    request       text        NOT NULL,
    org_id        text        NOT NULL,
    maker_person  text        NOT NULL,
    maker_subject text        NOT NULL,
    person        text        NOT NULL,
    subject       text        NOT NULL CHECK (subject <> ''),
    decision      text        NOT NULL CHECK (decision IN ('approve', 'reject')),
    note          text        NOT NULL CHECK (length(note) <= 500),
    login_at      timestamptz,
    login_level   text        NOT NULL,
    decided_at    timestamptz NOT NULL,
    CONSTRAINT one_word_per_person PRIMARY KEY (request, person),
    CONSTRAINT one_word_per_account UNIQUE (request, subject),
    CONSTRAINT decision_of_this_request FOREIGN KEY (request, org_id, maker_person, maker_subject)
        REFERENCES shell.approval_request (id, org_id, maker_person, maker_subject),
    CONSTRAINT decider_is_a_person CHECK (btrim(person) <> '' AND person = lower(person)),
    CONSTRAINT maker_does_not_decide CHECK (person <> maker_person),
    CONSTRAINT makers_account_does_not_decide CHECK (subject <> maker_subject)
);

-- Whoever is said to have checked has said so.
ALTER TABLE shell.approval_request ADD CONSTRAINT checker_has_decided
    FOREIGN KEY (id, checker_person) REFERENCES shell.approval_decision (request, person);

CREATE FUNCTION shell.approval_begins() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.status <> 'pending' THEN
        RAISE EXCEPTION 'an approval request begins as pending' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approval_begins BEFORE INSERT ON shell.approval_request
    FOR EACH ROW EXECUTE FUNCTION shell.approval_begins();

CREATE FUNCTION shell.approval_goes_on() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    yes int;
    no  int;
BEGIN
    IF (NEW.id, NEW.org_id, NEW.kind, NEW.subject, NEW.subject_version, NEW.payload, NEW.payload_hash, NEW.reason,
        NEW.needed, NEW.maker_subject, NEW.maker_person, NEW.maker_org, NEW.created_at, NEW.expires_at)
       IS DISTINCT FROM
       (OLD.id, OLD.org_id, OLD.kind, OLD.subject, OLD.subject_version, OLD.payload, OLD.payload_hash, OLD.reason,
        OLD.needed, OLD.maker_subject, OLD.maker_person, OLD.maker_org, OLD.created_at, OLD.expires_at) THEN
        RAISE EXCEPTION 'what was asked for never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT ((OLD.status = 'pending' AND NEW.status IN ('approved', 'rejected', 'expired', 'canceled'))
            OR (OLD.status = 'approved' AND NEW.status IN ('executed', 'expired'))) THEN
        RAISE EXCEPTION 'an approval request does not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status = 'approved' AND NEW.status = 'executed'
       AND (NEW.checker_person, NEW.checker_subject) IS DISTINCT FROM (OLD.checker_person, OLD.checker_subject) THEN
        RAISE EXCEPTION 'who approved never changes' USING ERRCODE = 'check_violation';
    END IF;
    SELECT count(*) FILTER (WHERE decision = 'approve'), count(*) FILTER (WHERE decision = 'reject')
      INTO yes, no FROM shell.approval_decision WHERE request = NEW.id;
    IF NEW.status IN ('approved', 'executed') AND (yes < NEW.needed OR no > 0) THEN
        RAISE EXCEPTION 'approved by % of %', yes, NEW.needed USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status = 'rejected' AND no = 0 THEN
        RAISE EXCEPTION 'nobody has rejected this' USING ERRCODE = 'check_violation';
    END IF;
    -- The transaction's time, which is also what the application goes by.
    IF NEW.status IN ('approved', 'executed', 'rejected') AND NEW.expires_at <= now() THEN
        RAISE EXCEPTION 'this has expired' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status = 'expired' AND NEW.expires_at > now() THEN
        RAISE EXCEPTION 'this has not expired' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approval_goes_on BEFORE UPDATE ON shell.approval_request
    FOR EACH ROW EXECUTE FUNCTION shell.approval_goes_on();

-- A decision is for what still waits, and nobody's is counted while another one is being written.
CREATE FUNCTION shell.decision_is_open() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asked shell.approval_request;
BEGIN
    SELECT * INTO asked FROM shell.approval_request WHERE id = NEW.request FOR UPDATE;
    IF asked.status IS DISTINCT FROM 'pending' OR asked.expires_at <= now() THEN
        RAISE EXCEPTION 'this waits for nobody' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decision_is_open BEFORE INSERT ON shell.approval_decision
    FOR EACH ROW EXECUTE FUNCTION shell.decision_is_open();

CREATE FUNCTION shell.is_never_rewritten() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on %.%: what was written here stays', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER approval_request_stays BEFORE DELETE ON shell.approval_request
    FOR EACH ROW EXECUTE FUNCTION shell.is_never_rewritten();
CREATE TRIGGER approval_request_is_not_emptied BEFORE TRUNCATE ON shell.approval_request
    FOR EACH STATEMENT EXECUTE FUNCTION shell.is_never_rewritten();
CREATE TRIGGER approval_decision_stays BEFORE UPDATE OR DELETE ON shell.approval_decision
    FOR EACH ROW EXECUTE FUNCTION shell.is_never_rewritten();
CREATE TRIGGER approval_decision_is_not_emptied BEFORE TRUNCATE ON shell.approval_decision
    FOR EACH STATEMENT EXECUTE FUNCTION shell.is_never_rewritten();

-- Who did what. Each organisation's entries are a chain: a row that was changed, added or taken away shows, the last
-- one too, because the head of the chain is kept beside it where the application cannot write.
CREATE TABLE shell.audit_entry (
    org_id      text        NOT NULL CHECK (org_id <> ''),
    seq         bigint      NOT NULL CHECK (seq > 0),
    id          text        NOT NULL UNIQUE CHECK (id LIKE 'au\_%'),
    actor       text        NOT NULL,
    person      text        NOT NULL,
    client      text        NOT NULL,
    actor_org   text        NOT NULL,
    roles       text        NOT NULL,
    action      text        NOT NULL CHECK (action ~ '^[a-z][a-z0-9_.]{0,99}$'),
    subject     text        NOT NULL CHECK (subject <> '' AND subject !~ '[[:cntrl:]]'),
    before      text        CHECK (before IS JSON),
    after       text        CHECK (after IS JSON),
    peer        text        NOT NULL,
    forwarded   text        NOT NULL,
    request_id  text        NOT NULL,
    trace_id    text        NOT NULL,
    recorded_at timestamptz NOT NULL,
    previous    bytea       NOT NULL,
    hash        bytea       NOT NULL,
    CONSTRAINT audit_entry_pkey PRIMARY KEY (org_id, seq)
);
COMMENT ON COLUMN shell.audit_entry.org_id IS 'whose object was changed';
COMMENT ON COLUMN shell.audit_entry.forwarded IS 'what the edge says of where the call came from (X-Forwarded-For)';
CREATE INDEX audit_entry_org ON shell.audit_entry (org_id, id);
CREATE INDEX audit_entry_subject ON shell.audit_entry (subject, id);

CREATE TABLE shell.audit_head (
    org_id text   PRIMARY KEY,
    seq    bigint NOT NULL,
    hash   bytea  NOT NULL
);

-- Every field with its length before it, so that no two entries have the same bytes.
CREATE FUNCTION shell.audit_hash(entry shell.audit_entry) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(entry.previous || convert_to(string_agg(coalesce(length(field)::text, '-') || ':' || coalesce(field, ''), ''
                                               ORDER BY place), 'UTF8'))
      FROM unnest(ARRAY[entry.org_id, entry.seq::text, entry.id, entry.actor, entry.person, entry.client, entry.actor_org,
                        entry.roles, entry.action, entry.subject, entry.before, entry.after, entry.peer, entry.forwarded,
                        entry.request_id, entry.trace_id, extract(epoch FROM entry.recorded_at)::text])
           WITH ORDINALITY AS fields (field, place)
$$;

-- Runs as the owner: place, time, predecessor and hash are never the application's to say.
CREATE FUNCTION shell.audit_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    head shell.audit_head;
BEGIN
    INSERT INTO shell.audit_head (org_id, seq, hash) VALUES (NEW.org_id, 0, sha256(convert_to(NEW.org_id, 'UTF8')))
        ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT head FROM shell.audit_head WHERE org_id = NEW.org_id FOR UPDATE;
    NEW.seq := head.seq + 1;
    NEW.previous := head.hash;
    NEW.recorded_at := clock_timestamp();
    NEW.hash := shell.audit_hash(NEW);
    UPDATE shell.audit_head SET seq = NEW.seq, hash = NEW.hash WHERE org_id = NEW.org_id;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_chain BEFORE INSERT ON shell.audit_entry
    FOR EACH ROW EXECUTE FUNCTION shell.audit_chain();
CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON shell.audit_entry
    FOR EACH ROW EXECUTE FUNCTION shell.is_never_rewritten();
CREATE TRIGGER audit_entry_is_not_emptied BEFORE TRUNCATE ON shell.audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION shell.is_never_rewritten();
CREATE TRIGGER audit_head_stays BEFORE DELETE ON shell.audit_head
    FOR EACH ROW EXECUTE FUNCTION shell.is_never_rewritten();
CREATE TRIGGER audit_head_is_not_emptied BEFORE TRUNCATE ON shell.audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION shell.is_never_rewritten();

-- One line per place where an organisation's chain is broken; none is right. Sees what the caller's organisations are.
CREATE FUNCTION shell.audit_faults() RETURNS TABLE (org_id text, seq bigint, fault text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH chain AS (
        SELECT entry.org_id, entry.seq, entry.previous, entry.hash, shell.audit_hash(entry) AS right_hash,
               lag(entry.seq, 1, 0::bigint) OVER place AS seq_before,
               lag(entry.hash, 1, sha256(convert_to(entry.org_id, 'UTF8'))) OVER place AS hash_before
          FROM shell.audit_entry entry
        WINDOW place AS (PARTITION BY entry.org_id ORDER BY entry.seq)),
    last AS (SELECT entry.org_id, max(entry.seq) AS seq FROM shell.audit_entry entry GROUP BY entry.org_id)
    SELECT chain.org_id, chain.seq, 'changed' FROM chain WHERE hash <> right_hash
    UNION ALL
    SELECT chain.org_id, chain.seq, 'something before it is missing' FROM chain
     WHERE seq_before <> chain.seq - 1 OR previous <> hash_before
    UNION ALL
    SELECT coalesce(head.org_id, last.org_id), coalesce(head.seq, last.seq), 'the end is missing'
      FROM shell.audit_head head FULL JOIN last ON last.org_id = head.org_id
      LEFT JOIN shell.audit_entry entry ON entry.org_id = last.org_id AND entry.seq = last.seq
     WHERE head.seq IS DISTINCT FROM last.seq OR head.hash IS DISTINCT FROM entry.hash
$$;

ALTER TABLE shell.approval_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE shell.approval_request FORCE ROW LEVEL SECURITY;
ALTER TABLE shell.approval_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE shell.approval_decision FORCE ROW LEVEL SECURITY;
ALTER TABLE shell.audit_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE shell.audit_entry FORCE ROW LEVEL SECURITY;
ALTER TABLE shell.audit_head ENABLE ROW LEVEL SECURITY;
ALTER TABLE shell.audit_head FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON shell.approval_request USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));
CREATE POLICY own_org ON shell.approval_decision USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));
CREATE POLICY own_org ON shell.audit_entry USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));
CREATE POLICY own_org ON shell.audit_head USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));

GRANT SELECT, INSERT ON shell.approval_request, shell.approval_decision, shell.audit_entry TO nkap_app;
GRANT UPDATE (status, checker_subject, checker_person, result, ended_at) ON shell.approval_request TO nkap_app;
REVOKE ALL ON FUNCTION shell.approval_begins(), shell.approval_goes_on(), shell.decision_is_open(),
    shell.is_never_rewritten(), shell.audit_hash(shell.audit_entry), shell.audit_chain(), shell.audit_faults() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shell.audit_faults() TO nkap_app;
