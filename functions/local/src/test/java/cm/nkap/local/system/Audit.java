package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.events.Subscription;
import cm.nkap.events.Subscriptions;
import cm.nkap.providermock.books.Payment;
import cm.nkap.testing.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Holds our books against themselves, against the payments and against the simulator's own books. Looks behind row-level
 * security, as the administrator.
 */
final class Audit {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Set<String> OPEN = Set.of("pending", "unknown", "queued");

    private final Jdbi database;
    private final Simulator simulator;
    private final Set<String> leftOpen = new HashSet<>();
    private final Set<String> parked = new HashSet<>();

    Audit(Surroundings surroundings) {
        this.database = Jdbi.create(surroundings.database.admin());
        this.simulator = surroundings.simulator;
    }

    /** A charge or payout as it is stored, with what was asked of the provider for it. */
    private record Paid(
            String id, String status, long amount, long fee, String merchant, Optional<UUID> reference, String asked) {
        boolean isOpen() {
            return OPEN.contains(status);
        }
    }

    /** A journal without its order: its kind and what each account got, credits negative. */
    private record Entry(String kind, Map<String, Long> legs) {}

    private record Leg(String payment, long journal, String kind, String account, long amount) {}

    /** This payment will not end in this system's life. */
    void leaveOpen(String payment) {
        leftOpen.add(payment);
    }

    /** This event was never one that a function could take. */
    void leaveParked(String event) {
        parked.add(event);
    }

    /** Passes as soon as all of it holds; what is still under way gets a while. */
    void passes() {
        Until.passes(LIMIT, () -> database.useHandle(this::check));
    }

    /** Every event was consumed by every function that wants it. */
    void everyEventIsConsumed() {
        Until.passes(LIMIT, () -> assertThat(unconsumed())
                .as("events and who never consumed them")
                .isEmpty());
    }

    /** Events and which functions have not consumed them yet. */
    List<String> unconsumed() {
        return database.withHandle(Audit::unconsumed);
    }

    private static List<String> unconsumed(Handle handle) {
        return handle.createQuery("""
                        SELECT o.type, o.about, array_remove(array_agg(i.function), NULL)
                        FROM events.outbox o LEFT JOIN events.inbox i ON i.event_id = o.id GROUP BY o.id
                        """)
                .map((row, context) -> {
                    String type = row.getString(1);
                    String subject = type.substring("cm.".length(), type.lastIndexOf('.'));
                    Set<String> wanting = Subscriptions.of(subject).stream()
                            .map(Subscription::function)
                            .collect(Collectors.toSet());
                    wanting.removeAll(List.of((Object[]) row.getArray(3).getArray()));
                    return wanting.isEmpty() ? "" : type + " " + row.getString(2) + " " + wanting;
                })
                .filter(missing -> !missing.isEmpty())
                .list();
    }

    private void check(Handle handle) {
        balances(handle);
        Map<String, List<Entry>> journals = journals(handle);
        long explained = 0;
        Collection<Paid> charges = payments(handle, "charge", "collect");
        for (Paid charge : charges) {
            explained += charge(charge, journals.getOrDefault(charge.id(), List.of()));
        }
        Collection<Paid> payouts = payments(handle, "payout", "disburse");
        for (Paid payout : payouts) {
            explained += payout(payout, journals.getOrDefault(payout.id(), List.of()));
        }
        journals.keySet().removeAll(charges.stream().map(Paid::id).toList());
        journals.keySet().removeAll(payouts.stream().map(Paid::id).toList());
        assertThat(journals.keySet()).as("journals about no payment of ours").isEmpty();
        strangers(charges, payouts);
        assertThat(simulator.books().balance())
                .as("the provider's float: the ledger's and what the open payments explain")
                .isEqualTo(balance(handle, "float:mtn") + explained);
        assertThat(handle.createQuery("SELECT event_id FROM events.dead_letter")
                        .mapTo(String.class)
                        .list())
                .as("parked events")
                .isSubsetOf(parked);
        assertThat(handle.createQuery("""
                                SELECT check_name || ': ' || about || ': ' || detail FROM ledger.finding WHERE gone_at IS NULL
                                """).mapTo(String.class).list())
                .as("what the continuous checks found")
                .isEmpty();
    }

    /** Σ debits = Σ credits, in all and per journal; each balance is the sum of its postings. */
    private static void balances(Handle handle) {
        assertThat(handle.createQuery("SELECT coalesce(sum(amount), 0) FROM ledger.posting")
                        .mapTo(Long.class)
                        .one())
                .as("debits less credits of all postings")
                .isZero();
        assertThat(handle.createQuery("SELECT journal_seq FROM ledger.posting GROUP BY 1 HAVING sum(amount) <> 0")
                        .mapTo(Long.class)
                        .list())
                .as("journals that do not balance")
                .isEmpty();
        assertThat(handle.createQuery("""
                                SELECT a.name FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id
                                LEFT JOIN (SELECT account_id, sum(greatest(amount, 0)) AS debits,
                                                  sum(greatest(-amount, 0)) AS credits, count(*) AS versions
                                           FROM ledger.posting GROUP BY 1) p ON p.account_id = a.id
                                WHERE b.debits <> coalesce(p.debits, 0) OR b.credits <> coalesce(p.credits, 0)
                                   OR b.version <> coalesce(p.versions, 0)
                                """).mapTo(String.class).list())
                .as("accounts whose balance is not the sum of their postings")
                .isEmpty();
    }

    private static long balance(Handle handle, String account) {
        return handle.createQuery("""
                        SELECT b.sign * (b.credits - b.debits) FROM ledger.balance b
                        JOIN ledger.account a ON a.id = b.account_id WHERE a.name = :name
                        """).bind("name", account).mapTo(Long.class).one();
    }

    private static Map<String, List<Entry>> journals(Handle handle) {
        Map<String, Map<Long, Entry>> found = new TreeMap<>();
        handle.createQuery("""
                        SELECT j.payment, j.seq, j.kind, a.name, p.amount FROM ledger.journal j
                        JOIN ledger.posting p ON p.journal_seq = j.seq JOIN ledger.account a ON a.id = p.account_id
                        WHERE j.payment IS NOT NULL
                        """)
                .map((row, context) ->
                        new Leg(row.getString(1), row.getLong(2), row.getString(3), row.getString(4), row.getLong(5)))
                .forEach(leg -> found.computeIfAbsent(leg.payment(), payment -> new TreeMap<>())
                        .computeIfAbsent(leg.journal(), seq -> new Entry(leg.kind(), new TreeMap<>()))
                        .legs()
                        .put(leg.account(), leg.amount()));
        return new TreeMap<>(found.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, all -> List.copyOf(all.getValue().values()))));
    }

    private static Collection<Paid> payments(Handle handle, String table, String kind) {
        return handle.createQuery("""
                        SELECT p.id, p.status, p.amount, p.fee, p.merchant, r.reference, coalesce(r.status, 'never') AS asked
                        FROM payments.<table> p LEFT JOIN payments.provider_request r ON r.payment = p.id AND r.kind = :kind
                        """)
                .define("table", table)
                .bind("kind", kind)
                .map((row, context) -> new Paid(
                        row.getString(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getString(5),
                        Optional.ofNullable(row.getObject(6, UUID.class)),
                        row.getString(7)))
                .list();
    }

    /** What the provider's float holds of this charge that our books do not. */
    private long charge(Paid charge, List<Entry> journals) {
        boolean paid = reallyPaid(charge);
        if (charge.isOpen()) {
            assertThat(leftOpen).as("charges that may be %s", charge.status()).contains(charge.id());
            assertThat(journals).as("journals of open %s", charge.id()).isEmpty();
            return paid ? charge.amount() : 0;
        }
        if (charge.status().equals("succeeded")) {
            assertThat(paid).as("%s succeeded and its payer paid", charge.id()).isTrue();
            assertThat(journals).as("journals of %s", charge.id()).containsExactly(collected(charge));
        } else if (paid) {
            assertThat(journals)
                    .as("journals of %s %s, paid after all", charge.status(), charge.id())
                    .containsExactly(new Entry(
                            "charge.unapplied",
                            Map.of("float:mtn", charge.amount(), "suspense:mtn", -charge.amount())));
        } else {
            assertThat(journals).as("journals of %s", charge).isEmpty();
        }
        return 0;
    }

    /** What the provider's float holds more, because our books have let this payout go already. */
    private long payout(Paid payout, List<Entry> journals) {
        boolean paid = reallyPaid(payout);
        if (payout.isOpen()) {
            assertThat(leftOpen).as("payouts that may be %s", payout.status()).contains(payout.id());
        }
        switch (payout.status()) {
            case "queued" -> {
                assertThat(journals).as("journals of queued %s", payout.id()).isEmpty();
                assertThat(payout.reference())
                        .as("request of queued %s", payout.id())
                        .isEmpty();
            }
            case "failed" -> {
                List<Entry> given = new ArrayList<>(List.of(requested(payout, 1), requested(payout, -1)));
                if (paid) {
                    given.add(new Entry(
                            "payout.unexplained",
                            Map.of("suspense:mtn", payout.amount(), "float:mtn", -payout.amount())));
                }
                assertThat(journals).as("journals of failed %s", payout.id()).isEqualTo(given);
            }
            default -> {
                assertThat(journals).as("journals of %s", payout).containsExactly(requested(payout, 1));
                assertThat(paid || payout.isOpen()).as("%s was paid", payout).isTrue();
                return paid ? 0 : payout.amount();
            }
        }
        return 0;
    }

    private static Entry collected(Paid charge) {
        Map<String, Long> legs = new TreeMap<>(Map.of("float:mtn", charge.amount()));
        legs.put("merchant:" + charge.merchant() + ":payable", charge.fee() - charge.amount());
        if (charge.fee() > 0) {
            legs.put("platform:fees", -charge.fee());
        }
        return new Entry("charge.collected", legs);
    }

    private static Entry requested(Paid payout, int sign) {
        Map<String, Long> legs = new TreeMap<>(Map.of("float:mtn", -sign * payout.amount()));
        legs.put("merchant:" + payout.merchant() + ":payable", sign * (payout.amount() + payout.fee()));
        if (payout.fee() > 0) {
            legs.put("platform:fees", -sign * payout.fee());
        }
        return new Entry(sign > 0 ? "payout.requested" : "payout.reversed", legs);
    }

    private boolean reallyPaid(Paid payment) {
        return payment.reference()
                .flatMap(reference -> simulator.books().find(reference.toString()))
                .filter(made -> made.state() instanceof Payment.Paid)
                .isPresent();
    }

    /** The provider moved nothing that we did not ask for, and nothing twice. */
    private void strangers(Collection<Paid> charges, Collection<Paid> payouts) {
        Map<String, Paid> known = new TreeMap<>();
        charges.forEach(charge -> charge.reference().ifPresent(r -> known.put(r.toString(), charge)));
        payouts.forEach(payout -> payout.reference().ifPresent(r -> known.put(r.toString(), payout)));
        for (Payment made : simulator.books().payments()) {
            assertThat(known)
                    .as("our payments by reference")
                    .containsKey(made.order().reference());
            Paid ours = Objects.requireNonNull(known.get(made.order().reference()));
            assertThat(made.order().externalId()).isEqualTo(ours.id());
            assertThat(made.order().amount()).as("amount of %s", ours).isEqualTo(ours.amount());
        }
    }
}
