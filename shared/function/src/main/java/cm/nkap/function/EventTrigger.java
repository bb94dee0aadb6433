package cm.nkap.function;

/**
 * Which events start which function bean.
 *
 * @param function name of the deployable, for example {@code create-charge}; the inbox is kept under it
 * @param filter NATS subject filter, for example {@code nkap.provider.collection.>}
 * @param bean name of the consumer bean in the catalogue
 */
public record EventTrigger(String function, String filter, String bean) {

    public static EventTrigger of(String function, String filter, String bean) {
        return new EventTrigger(function, filter, bean);
    }

    /** Subject matching as NATS does it: {@code *} is one word, a last {@code >} is one word or more. */
    public boolean matches(String subject) {
        var wanted = filter.split("\\.", -1);
        var words = subject.split("\\.", -1);
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals(">")) {
                return words.length > i;
            }
            if (i >= words.length || !(wanted[i].equals("*") || wanted[i].equals(words[i]))) {
                return false;
            }
        }
        return wanted.length == words.length;
    }
}
