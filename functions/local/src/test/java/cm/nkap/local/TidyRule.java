package cm.nkap.local;

import cm.nkap.local.JavaSource.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What every Java file keeps to, each with its reason and, where it is not plain, what to do instead. */
enum TidyRule {
    TYPE_NAME("it says nothing about the thing; take the thing's own name from docs/glossary.md") {
        @Override
        List<Finding> in(JavaSource source) {
            return words(source, Kind.TYPE, TidyRule::saysNothing);
        }
    },
    SLEEP("a sleep is too short on a busy machine and too long on all others; wait for a condition (testing.Until)") {
        @Override
        List<Finding> in(JavaSource source) {
            return words(source, Kind.SELECTED, "Thread.sleep"::equals);
        }
    },
    CATCH_ALL("it also catches the mistakes; catch what is thrown, or leave it to the shell (cm.nkap.function)") {
        @Override
        List<Finding> in(JavaSource source) {
            return source.isIn("shared/function/src/main")
                    ? List.of()
                    : words(source, Kind.CAUGHT, Set.of("Exception", "Throwable")::contains);
        }
    },
    FLOATING_POINT("money is whole francs in a long; rounding is said at the place where it happens") {
        @Override
        List<Finding> in(JavaSource source) {
            boolean money = source.isIn("shared/ledger/src/main") || source.isIn("shared/payments/src/main");
            return money ? words(source, Kind.FLOATING, text -> true) : List.of();
        }
    },
    WHOLE_PACKAGE_IMPORT("the reader cannot see where a name comes from, and the formatter rejects module imports") {
        @Override
        List<Finding> in(JavaSource source) {
            return words(source, Kind.WHOLE_PACKAGE, text -> true);
        }
    },
    PRINT("servers log; only a program with a main of its own, the launcher and the test kit talk to a terminal") {
        @Override
        List<Finding> in(JavaSource source) {
            boolean talks = source.isTest()
                    || source.isIn("functions/local")
                    || source.isIn("shared/testing")
                    || source.text().contains("public static void main(");
            return talks ? List.of() : words(source, Kind.SELECTED, Set.of("System.out", "System.err")::contains);
        }
    },
    LINE_DOC("the formatter turns its second line into a plain comment; write /** … */") {
        @Override
        List<Finding> in(JavaSource source) {
            return lines(source, TRIPLE_SLASH);
        }
    },
    UNFINISHED("unfinished work stays out of the code; do it, or write an issue and say the limit in the README") {
        @Override
        List<Finding> in(JavaSource source) {
            return lines(source, REMINDER);
        }
    },
    LONG_FILE("above 300 lines a file holds more than one thing; split it by noun") {
        @Override
        List<Finding> in(JavaSource source) {
            return source.lines() > FILE_LINES
                    ? List.of(new Finding(this, source.path(), 1, "the file", source.lines()))
                    : List.of();
        }
    },
    LONG_METHOD("above 40 lines it no longer fits beside what calls it; name its parts") {
        @Override
        List<Finding> in(JavaSource source) {
            List<Finding> found = new ArrayList<>();
            for (JavaSource.Method method : source.methods()) {
                if (method.lines() > METHOD_LINES) {
                    found.add(new Finding(this, source.path(), method.line(), method.name(), method.lines()));
                }
            }
            return found;
        }
    };

    private static final int FILE_LINES = 300;
    private static final int METHOD_LINES = 40;
    private static final Pattern TRIPLE_SLASH = Pattern.compile("^\\s*/{3}(?!/)");
    private static final Pattern REMINDER = Pattern.compile("\\b(?:TO(?:DO)|FIX(?:ME)|X(?:XX))\\b");
    private static final Pattern CAMEL_HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");
    private static final Set<String> EMPTY_WORDS = Set.of(
            "Impl",
            "Manager",
            "Helper",
            "Util",
            "Utils",
            "Common",
            "Base",
            "Abstract",
            "DTO",
            "Dto",
            "Data",
            "Info",
            "Processor");
    /** Names that the law or a standard gave. */
    private static final Set<String> GIVEN_NAMES = Set.of("PersonalData", "PersonalDataTest");

    private final String reason;

    TidyRule(String reason) {
        this.reason = reason;
    }

    /** @param size lines, for the two rules about length */
    record Finding(TidyRule rule, String path, int line, String what, int size) {
        @Override
        public String toString() {
            return path + ":" + line + "  " + what + (size > 0 ? " (" + size + " lines)" : "") + "\n    " + rule.reason;
        }
    }

    abstract List<Finding> in(JavaSource source);

    List<Finding> words(JavaSource source, Kind kind, Predicate<String> forbidden) {
        return source.words().stream()
                .filter(word -> word.kind() == kind && forbidden.test(word.text()))
                .map(word -> new Finding(this, source.path(), word.line(), word.text(), 0))
                .toList();
    }

    List<Finding> lines(JavaSource source, Pattern forbidden) {
        List<Finding> found = new ArrayList<>();
        int number = 0;
        for (String line : source.text().lines().toList()) {
            number++;
            if (forbidden.matcher(line).find()) {
                found.add(new Finding(this, source.path(), number, line.strip(), 0));
            }
        }
        return found;
    }

    private static boolean saysNothing(String type) {
        if (GIVEN_NAMES.contains(type)) {
            return false;
        }
        for (String word : CAMEL_HUMP.split(type, -1)) {
            if (EMPTY_WORDS.contains(word)) {
                return true;
            }
        }
        return false;
    }
}
