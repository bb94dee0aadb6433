package cm.nkap.local;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a catalogue must say for organisations to be kept apart, whatever the code forgets. Each query names what breaks
 * one rule; the exceptions stand here with their reasons and nowhere else.
 */
final class RowSecurity {
    /** Tables that belong to no organisation, and why that is well. */
    static final Map<String, String> NOBODYS = Map.of(
            "events.inbox", "which function has had which event; ids and nothing else",
            "payments.amount_limit", "the same for everybody",
            "ledger.head", "the platform's own, by a policy of its own",
            "ledger.posting", "read through views only, which ask for the organisation",
            "ledger.period", "closed days, the same for everybody");

    /** Policies that show rows to everybody, and why. */
    static final Set<String> OPEN_TO_ALL = Set.of(
            // Closed days, the same for everybody.
            "ledger.period all_periods");

    private static final String OURS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    private static final Map<String, String> RULES = Map.ofEntries(
            Map.entry("holds an organisation and is not forced to look", """
                    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                     WHERE c.relkind IN ('r', 'p') AND %s AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
                       AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
                                    AND a.attname IN ('org_id', 'tenant', 'org', 'organisation'))
                    """),
            Map.entry("holds an organisation and no policy asks nkap.sees", """
                    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                     WHERE c.relkind IN ('r', 'p') AND %s
                       AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
                                    AND a.attname IN ('org_id', 'tenant', 'org', 'organisation'))
                       AND NOT EXISTS (SELECT FROM pg_policies p WHERE p.schemaname = n.nspname
                                        AND p.tablename = c.relname AND p.qual LIKE '%%nkap.sees(%%')
                    """),
            Map.entry("can be read and says of no organisation", """
                    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                     WHERE c.relkind IN ('r', 'p') AND %s AND has_any_column_privilege('nkap_app', c.oid, 'SELECT')
                       AND NOT EXISTS (SELECT FROM pg_policies p WHERE p.schemaname = n.nspname
                                        AND p.tablename = c.relname AND p.qual LIKE '%%nkap.sees(%%')
                    """),
            Map.entry("a policy shows everything to the application", """
                    SELECT n.schemaname || '.' || n.tablename || ' ' || n.policyname
                      FROM (SELECT p.*, p.schemaname AS nspname FROM pg_policies p) n
                     WHERE %s AND (n.roles && ARRAY['nkap_app', 'public']::name[])
                       AND (n.qual NOT LIKE '%%nkap.sees(%%' OR n.with_check NOT LIKE '%%nkap.sees(%%')
                    """),
            Map.entry("a view runs with its owner's eyes", """
                    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                     WHERE c.relkind IN ('v', 'm') AND %s AND has_any_column_privilege('nkap_app', c.oid, 'SELECT')
                       AND NOT coalesce(c.reloptions::text[] && ARRAY['security_invoker=true', 'security_invoker=on'], false)
                       AND NOT (coalesce(c.reloptions::text[] && ARRAY['security_barrier=true', 'security_barrier=on'], false)
                                AND pg_get_viewdef(c.oid) LIKE '%%nkap.sees(%%')
                    """),
            Map.entry("is owned by the application", """
                    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                     WHERE %s AND pg_get_userbyid(c.relowner) = 'nkap_app'
                    UNION ALL SELECT n.nspname FROM pg_namespace n WHERE pg_get_userbyid(n.nspowner) = 'nkap_app'
                    UNION ALL SELECT n.nspname || '.' || f.proname FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace
                     WHERE pg_get_userbyid(f.proowner) = 'nkap_app'
                    """),
            Map.entry("runs as its owner with a search path that callers choose", """
                    SELECT n.nspname || '.' || f.proname FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace
                     WHERE %s AND f.prosecdef
                       AND NOT coalesce((SELECT bool_or(s LIKE 'search_path=%%') FROM unnest(f.proconfig) s), false)
                    """),
            Map.entry("may be run by everybody", """
                    SELECT n.nspname || '.' || f.proname FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace
                     WHERE %s AND n.nspname <> 'public' AND has_function_privilege('public', f.oid, 'EXECUTE')
                       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = f.oid AND d.deptype = 'e')
                    """),
            Map.entry("may be emptied or extended past its policies", """
                    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                     WHERE c.relkind IN ('r', 'p') AND %s
                       AND has_table_privilege('nkap_app', c.oid, 'TRUNCATE, TRIGGER, REFERENCES, MAINTAIN')
                    UNION ALL SELECT n.nspname FROM pg_namespace n WHERE %1$s AND has_schema_privilege('nkap_app', n.oid, 'CREATE')
                    """));

    private RowSecurity() {}

    /** One line for each thing that breaks a rule and is no exception. */
    static List<String> faults(Connection admin) throws SQLException {
        List<String> faults = new ArrayList<>();
        for (Map.Entry<String, String> rule : RULES.entrySet()) {
            try (var statement = admin.createStatement();
                    var rows = statement.executeQuery(rule.getValue().formatted(OURS))) {
                while (rows.next()) {
                    String thing = rows.getString(1);
                    if (!NOBODYS.containsKey(thing) && !OPEN_TO_ALL.contains(thing)) {
                        faults.add(thing + ": " + rule.getKey());
                    }
                }
            }
        }
        return faults;
    }
}
