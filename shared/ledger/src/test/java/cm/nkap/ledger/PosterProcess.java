package cm.nkap.ledger;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A process that posts: each of so many {@link SeededJournals} one to ten times, shuffled, from several threads, alone,
 * in its own batches and through a group commit. Each answer is a line: key, number, verdict. It ends with its work or with
 * whoever started it.
 */
final class PosterProcess {
    private static final int THREADS = 4;
    private static final int MOST_COPIES = 10;
    private static final int LARGEST_BATCH = 12;
    private static final AtomicInteger UNKNOWN = new AtomicInteger();

    private PosterProcess() {}

    /** @param args URL, user, what keys begin with, seed of the journals, how many, seed of their order; 0 for in order */
    public static void main(String[] args) throws IOException {
        BufferedReader parent = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(args[0]);
        database.setUser(args[1]);
        database.setPassword(parent.readLine());
        Thread.ofPlatform().daemon().start(() -> endWith(parent));

        SeededJournals journals = new SeededJournals(args[2], Long.parseLong(args[3]));
        List<Journal> deliveries = deliveries(journals, Integer.parseInt(args[4]), Long.parseLong(args[5]));
        Ledger ledger = new Ledger();
        Teller counter = new Teller(ledger, database);
        GroupCommit<Journal, Verdict> group = counter.shared(LARGEST_BATCH);
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            Thread.ofPlatform().start(() -> {
                List<Journal> mine = everyNth(deliveries, thread);
                if (thread % 2 == 0) {
                    mine.forEach(journal -> say(journal, Callers.untilAnswered(group::submit, journal, UNKNOWN)));
                } else {
                    inBatches(new Teller(ledger, database), mine, new Random(thread));
                }
            });
        }
    }

    private static void endWith(BufferedReader parent) {
        try {
            parent.readLine();
        } catch (IOException e) {
            System.err.println("lost its parent: " + e);
        }
        Runtime.getRuntime().halt(1);
    }

    private static List<Journal> deliveries(SeededJournals journals, int many, long order) {
        Random random = new Random(order);
        List<Journal> deliveries = new ArrayList<>();
        for (int number = 0; number < many; number++) {
            int copies = order == 0 ? 1 : 1 + random.nextInt(MOST_COPIES);
            deliveries.addAll(Collections.nCopies(copies, journals.at(number)));
        }
        if (order != 0) {
            Collections.shuffle(deliveries, random);
        }
        return deliveries;
    }

    private static List<Journal> everyNth(List<Journal> deliveries, int first) {
        List<Journal> mine = new ArrayList<>();
        for (int i = first; i < deliveries.size(); i += THREADS) {
            mine.add(deliveries.get(i));
        }
        return mine;
    }

    private static void inBatches(Teller teller, List<Journal> mine, Random random) {
        for (int from = 0; from < mine.size(); ) {
            int to = Math.min(mine.size(), from + 1 + random.nextInt(LARGEST_BATCH));
            List<Journal> batch = mine.subList(from, to);
            List<Verdict> verdicts = Callers.untilAnswered(teller::post, batch, UNKNOWN);
            for (int i = 0; i < batch.size(); i++) {
                say(batch.get(i), verdicts.get(i));
            }
            from = to;
        }
        teller.close();
    }

    /** A kill leaves what was said before it with the reader: it is in the pipe. */
    private static synchronized void say(Journal journal, Verdict verdict) {
        System.out.println(journal.key() + " " + Answers.seq(verdict).orElse(0L) + " "
                + verdict.getClass().getSimpleName());
        System.out.flush();
    }
}
