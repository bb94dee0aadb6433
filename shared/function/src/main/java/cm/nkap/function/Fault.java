package cm.nkap.function;

/**
 * One thing wrong with a request.
 *
 * @param param dotted path to it, for example {@code customer.msisdn} or {@code milestones[1].amount}; empty for the
 *     whole body
 * @param code for programs: {@code missing}, {@code unknown_field}, {@code wrong_type}, {@code invalid}, …
 * @param detail for people; never repeats the value
 */
public record Fault(String param, String code, String detail) {}
