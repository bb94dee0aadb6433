package cm.nkap.accounts;

import cm.nkap.function.Call;
import cm.nkap.function.Command;
import cm.nkap.function.Fault;
import cm.nkap.function.Faults;
import cm.nkap.function.Parameters;
import cm.nkap.function.Problem;
import cm.nkap.function.Reply;
import cm.nkap.function.Tx;
import cm.nkap.function.Validated;
import cm.nkap.function.approvals.AuditLog;
import cm.nkap.masking.Masking;
import cm.nkap.payments.Erasure;
import cm.nkap.payments.ErasureRows;
import cm.nkap.payments.Ids;
import cm.nkap.payments.PersonalData;
import cm.nkap.providers.Msisdn;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forgets a person who asked for it (Law 2024/017): at once where no rule keeps them, and later where the law keeps the
 * record of an executed payment. Amounts and the books stay. What is asked for is never shown again.
 */
final class Erasures implements Command<Erasures.Request, Erasures.View> {
    private static final String PLATFORM = "nkap";
    private static final int AT_ONCE = 1_000;
    private static final int LONGEST_REASON = 200;
    private static final int LONGEST_SUBJECT = 100;

    private final PersonalData personalData;

    Erasures(PersonalData personalData) {
        this.personalData = personalData;
    }

    /**
     * @param msisdn whom to forget, by number
     * @param customer whom to forget, by the name that an organisation knows its customer under; one of the two
     */
    record Request(@Nullable String msisdn, @Nullable Customer customer, String reason) implements Validated {
        /** A customer of one organisation: the subject of its token. */
        record Customer(String organisation, String subject) {}

        @Override
        public void check(Faults faults) {
            if ((msisdn == null) == (customer == null)) {
                faults.add("msisdn", "invalid", "name either msisdn or customer");
            }
            if (msisdn != null && Msisdn.parse(msisdn, Msisdn.Rules.SIMULATOR).isEmpty()) {
                faults.add("msisdn", "invalid", "must be a mobile number of Cameroon, in full");
            }
            if (customer != null
                    && (customer.subject().isBlank() || customer.subject().length() > LONGEST_SUBJECT)) {
                faults.add("customer.subject", "invalid", "must have 1 to " + LONGEST_SUBJECT + " characters");
            }
            if (reason.isBlank() || reason.length() > LONGEST_REASON) {
                faults.add("reason", "invalid", "must have 1 to " + LONGEST_REASON + " characters");
            }
        }
    }

    /**
     * How far it is, without whom it is about.
     *
     * @param erased payments in which the person is gone
     * @param held payments in which the law keeps the person
     * @param inUse payout destinations with the number; merchants change those themselves
     * @param heldUntil when the last of them is erased
     */
    record View(
            String id,
            String object,
            String status,
            String reason,
            long erased,
            long held,
            long inUse,
            @Nullable Instant heldUntil,
            String requestedBy,
            Instant requestedAt,
            @Nullable Instant finishedAt) {
        static View of(Erasure erasure) {
            return new View(
                    erasure.id(),
                    "erasure",
                    erasure.finishedAt() == null ? "held" : "finished",
                    erasure.reason(),
                    erasure.erased(),
                    erasure.held(),
                    erasure.inUse(),
                    erasure.heldUntil(),
                    erasure.requestedBy(),
                    erasure.requestedAt(),
                    erasure.finishedAt());
        }
    }

    static Reply<View> one(Tx tx, Call call) {
        Parameters.of(call).check();
        return Reply.ok(ErasureRows.find(tx.handle(), call.path("id"))
                .map(View::of)
                .orElseThrow(() -> Problem.notFound("erasure")));
    }

    @Override
    public Reply<View> run(Tx tx, Call call, Request request) {
        var customer = request.customer();
        if (customer != null
                && AccountsSql.organisation(tx.handle(), customer.organisation())
                        .isEmpty()) {
            throw Problem.notFound("organisation").param("customer.organisation");
        }
        String id = Ids.next("er");
        var asked = Erasure.asked(
                id,
                PLATFORM,
                request.msisdn() == null ? null : sealed(request.msisdn(), id),
                customer == null ? null : customer.subject(),
                customer == null ? null : customer.organisation(),
                Masking.mask(request.reason()),
                call.caller().subject(),
                tx.now());
        tx.actForAll();
        ErasureRows.insert(tx.handle(), asked);
        ErasureRows.carryOut(tx.handle(), personalData, asked, AT_ONCE);
        View view = View.of(ErasureRows.find(tx.handle(), id).orElseThrow());
        AuditLog.record(tx, call, new AuditLog.Change(PLATFORM, "erasure.requested", id, null, view));
        return Reply.created(view, "/v1/erasures/" + id);
    }

    /** Sealed for the request itself, which is all that still knows whom it is about. */
    private byte[] sealed(String written, String id) {
        Msisdn number = Msisdn.parse(written, Msisdn.Rules.SIMULATOR)
                .orElseThrow(() -> Problem.invalidRequest(List.of(new Fault("msisdn", "invalid", "is no number"))));
        return personalData.seal(number.digits().getBytes(StandardCharsets.UTF_8), id);
    }
}
