CREATE TABLE notebook.note (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    org_id  text   NOT NULL,
    text    text   NOT NULL,
    amount  bigint NOT NULL
);
ALTER TABLE notebook.note ENABLE ROW LEVEL SECURITY;
ALTER TABLE notebook.note FORCE ROW LEVEL SECURITY;
CREATE POLICY note_tenant ON notebook.note USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON notebook.note TO nkap_app;
