package cm.nkap.local;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.ledger.Account;
import cm.nkap.ledger.AccountType;
import cm.nkap.payments.ChargeStatus;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.payments.PayoutStatus;
import cm.nkap.providers.ProviderName;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a document says about the code is what the code says. {@code -Dnkap.docs=write} rewrites the generated parts. */
class DocsTest {
    private static final String STATES = "docs/states.md";
    private static final String CHART = "docs/chart-of-accounts.md";

    /** A state's name, whether it is final, and the names of the states after it. */
    private record State(String name, boolean isFinal, List<String> next) {}

    @Test
    void theStateTablesAreThoseOfTheCode() {
        String text = Repository.text(STATES);
        String generated = replaced(replaced(text, "ChargeStatus", chargeStates()), "PayoutStatus", payoutStates());

        if ("write".equals(System.getProperty("nkap.docs"))) {
            Repository.write(STATES, generated);
            return;
        }

        assertThat(text)
                .as(
                        "%s is stale; write it again with: mvn -pl functions/local -am test -Dtest=DocsTest"
                                + " -Dsurefire.failIfNoSpecifiedTests=false -Dnkap.docs=write",
                        STATES)
                .isEqualTo(generated);
    }

    @Test
    void theChartNamesEveryAccountAsTheCodeOpensIt() {
        Set<String> documented = new TreeSet<>();
        Matcher row = Pattern.compile("(?m)^\\| `([a-z{][^`]*)` \\| (\\w+) \\| (\\w+) \\| ([^|]+) \\|")
                .matcher(Repository.text(CHART));
        while (row.find()) {
            documented.add(row.group(1) + " " + row.group(2) + " " + row.group(3) + " "
                    + row.group(4).strip());
        }
        List<Account> opened = new ArrayList<>(ChartOfAccounts.platform());
        opened.add(ChartOfAccounts.ofMerchant("{id}", "org"));

        assertThat(documented)
                .as("rows of %s: account, type, normal side, floor", CHART)
                .isEqualTo(opened.stream().map(DocsTest::row).collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void everyLinkLeadsToAFile() {
        Pattern link = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");
        List<String> broken = new ArrayList<>();
        int followed = 0;
        for (String page : Repository.files(".md")) {
            Matcher target = link.matcher(Repository.text(page));
            while (target.find()) {
                if (target.group(1).contains("://")) {
                    continue;
                }
                followed++;
                if (!Files.exists(Repository.at(page).resolveSibling(target.group(1)))) {
                    broken.add(page + " -> " + target.group(1));
                }
            }
        }

        assertThat(followed).isGreaterThan(20);
        assertThat(broken).isEmpty();
    }

    @Test
    void decisionsAreNumberedWithoutAGapAndListed() {
        List<String> decisions = Repository.files(".md").stream()
                .filter(path -> path.matches("docs/adr/\\d{4}-.*"))
                .map(path -> path.substring("docs/adr/".length()))
                .toList();
        String list = Repository.text("docs/adr/README.md");

        assertThat(decisions).isNotEmpty();
        for (int i = 0; i < decisions.size(); i++) {
            assertThat(decisions.get(i)).startsWith("%04d-".formatted(i + 1));
            assertThat(list).contains("(" + decisions.get(i) + ")");
            assertThat(Repository.text("docs/adr/" + decisions.get(i)))
                    .as(decisions.get(i))
                    .contains("## Context", "## Decision", "## Consequences");
        }
    }

    private static String row(Account account) {
        String name = account.name().equals(ChartOfAccounts.bank("main")) ? "bank:{account}" : account.name();
        for (ProviderName provider : ProviderName.values()) {
            name = name.replace(":" + provider.text(), ":{provider}");
        }
        boolean growsByDebits = account.type() == AccountType.ASSET || account.type() == AccountType.EXPENSE;
        return name + " " + account.type().name().toLowerCase(Locale.ROOT) + " " + (growsByDebits ? "debit" : "credit")
                + " " + (account.floor() == null ? "none" : account.floor());
    }

    private static List<State> chargeStates() {
        return Arrays.stream(ChargeStatus.values())
                .map(status -> new State(
                        status.text(),
                        status.isFinal(),
                        status.next().stream()
                                .sorted(Comparator.naturalOrder())
                                .map(ChargeStatus::text)
                                .toList()))
                .toList();
    }

    private static List<State> payoutStates() {
        return Arrays.stream(PayoutStatus.values())
                .map(status -> new State(
                        status.text(),
                        status.isFinal(),
                        status.next().stream()
                                .sorted(Comparator.naturalOrder())
                                .map(PayoutStatus::text)
                                .toList()))
                .toList();
    }

    private static String replaced(String text, String type, List<State> states) {
        String begin = "<!-- from " + type + " -->\n";
        String end = "<!-- end of " + type + " -->";
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        assertThat(from).as("%s has the line %s", STATES, begin).isNotNegative();
        assertThat(to).as("%s has the line %s", STATES, end).isGreaterThan(from);
        return text.substring(0, from + begin.length()) + drawn(states) + text.substring(to);
    }

    private static String drawn(List<State> states) {
        StringBuilder text = new StringBuilder("```mermaid\nstateDiagram-v2\n");
        for (State state : states) {
            state.next().forEach(next -> text.append("    %s --> %s\n".formatted(state.name(), next)));
            if (state.isFinal()) {
                text.append("    %s --> [*]\n".formatted(state.name()));
            }
        }
        text.append("```\n\n| from | to |\n|---|---|\n");
        for (State state : states) {
            String to = state.isFinal() ? "final" : "`" + String.join("`, `", state.next()) + "`";
            text.append("| `%s` | %s |\n".formatted(state.name(), to));
        }
        return text.toString();
    }
}
