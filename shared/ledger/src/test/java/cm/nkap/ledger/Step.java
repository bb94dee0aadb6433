package cm.nkap.ledger;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** One step of a random program. It says what is asked, not what is answered, so that any steps may be left out. */
sealed interface Step {
    /** Its rows in the table that a reader gets of a program that failed. */
    List<String> rows();

    /** The same step with one part less, each; none when it has but one. */
    default List<Step> smaller() {
        return List.of();
    }

    record Open(Account account) implements Step {
        @Override
        public List<String> rows() {
            String floor = account.floor() == null ? "" : " from " + account.floor();
            return List.of("open     " + account.name() + " " + account.type().text() + floor);
        }
    }

    record Close(String account) implements Step {
        @Override
        public List<String> rows() {
            return List.of("close    " + account);
        }
    }

    record ClosePeriod(LocalDate through) implements Step {
        @Override
        public List<String> rows() {
            return List.of("period   " + through);
        }
    }

    /** Journals of one call; not kept: its transaction is rolled back. */
    record Call(List<Journal> journals, boolean kept) implements Step {
        @Override
        public List<String> rows() {
            List<String> rows = new ArrayList<>();
            for (Journal journal : journals) {
                rows.add((rows.isEmpty() ? "post     " : "with     ") + words(journal));
            }
            if (!kept) {
                rows.add("rollback");
            }
            return rows;
        }

        @Override
        public List<Step> smaller() {
            List<Step> smaller = new ArrayList<>();
            for (int i = 0; i < journals.size() && journals.size() > 1; i++) {
                List<Journal> fewer = new ArrayList<>(journals);
                fewer.remove(i);
                smaller.add(new Call(fewer, kept));
            }
            return smaller;
        }

        private static String words(Journal journal) {
            return journal.key() + "  " + sided(journal, 1) + " -> " + sided(journal, -1)
                    + (journal.reverses() == null ? "" : "  reverses " + journal.reverses())
                    + (journal.effective() == null ? "" : "  effective " + journal.effective());
        }

        private static String sided(Journal journal, int side) {
            return journal.postings().stream()
                    .filter(leg -> Long.signum(leg.amount()) == side)
                    .map(leg -> leg.account() + " " + Math.abs(leg.amount()))
                    .collect(Collectors.joining(", "));
        }
    }

    /** What accounts held, at a moment or a day picked by a number between 0 and 1, and one statement in pages. */
    record Look(double when, LocalDate day, int page) implements Step {
        @Override
        public List<String> rows() {
            return List.of("look     at " + when + " of the books, on " + day + ", pages of " + page);
        }
    }

    static String table(List<Step> steps) {
        return steps.stream().flatMap(step -> step.rows().stream()).collect(Collectors.joining("\n"));
    }
}
