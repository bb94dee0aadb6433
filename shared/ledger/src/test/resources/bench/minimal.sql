-- The least that is still double entry: what the benchmark compares with.
CREATE SCHEMA minimal;
CREATE TABLE minimal.account (id bigint PRIMARY KEY, balance bigint NOT NULL DEFAULT 0) WITH (fillfactor = 50);
CREATE TABLE minimal.journal (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, posted_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE minimal.posting (
    journal_id bigint, line smallint, account_id bigint NOT NULL, amount bigint NOT NULL, PRIMARY KEY (journal_id, line));

CREATE FUNCTION minimal.move(debit bigint, credit bigint, moved bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE number bigint;
BEGIN
    INSERT INTO minimal.journal DEFAULT VALUES RETURNING id INTO number;
    INSERT INTO minimal.posting VALUES (number, 1, debit, moved), (number, 2, credit, -moved);
    -- in one order, or two callers could wait for each other
    IF debit < credit THEN
        UPDATE minimal.account SET balance = balance + moved WHERE id = debit;
        UPDATE minimal.account SET balance = balance - moved WHERE id = credit;
    ELSE
        UPDATE minimal.account SET balance = balance - moved WHERE id = credit;
        UPDATE minimal.account SET balance = balance + moved WHERE id = debit;
    END IF;
    RETURN number;
END $$;
