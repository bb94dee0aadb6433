package cm.nkap.local.system;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

/** Marked numbers, names and secrets, and the forms in which any of them might turn up where it must not be. */
final class Canaries {
    /** Shorter ones would be found in other bytes by chance. */
    private static final int SHORT = 6;

    /** Form to what it is a form of. */
    private record Form(String text, String of) {}

    private final Set<String> marked = new ConcurrentSkipListSet<>();

    /** A phone number, 12 digits. */
    String number(String digits) {
        marked.add(digits);
        return digits;
    }

    /** A name, a PIN, a token, a secret. */
    String secret(String text) {
        marked.add(text);
        return text;
    }

    /** Which of them a place shows, with a little of what stands around. */
    Set<String> in(String place, String text) {
        Set<String> hits = new TreeSet<>();
        String lower = text.toLowerCase(Locale.ROOT);
        for (Form form : forms()) {
            int at = lower.indexOf(form.text());
            if (at >= 0) {
                String around = text.substring(Math.max(0, at - 120), Math.min(text.length(), at + 60));
                hits.add(place + " shows " + form.of() + ": …" + around.replaceAll("\\s+", " ") + "…");
            }
        }
        return hits;
    }

    private List<Form> forms() {
        List<Form> forms = new ArrayList<>();
        for (String one : marked) {
            List<String> written = new ArrayList<>(List.of(one));
            if (one.matches("237[0-9]{9}")) {
                String local = one.substring(3);
                written.add(local);
                written.add(local.replaceFirst("(...)(..)(..)(..)", "$1 $2 $3 $4"));
                written.add(local.replaceFirst("(...)(...)(...)", "$1 $2 $3"));
            }
            for (String text : List.copyOf(written)) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                if (text.length() > SHORT) {
                    written.add(HexFormat.of().formatHex(bytes));
                    written.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
                }
            }
            written.forEach(text -> forms.add(new Form(text.toLowerCase(Locale.ROOT), one)));
        }
        return forms;
    }
}
