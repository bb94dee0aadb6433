package cm.nkap.function;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;
import cm.nkap.masking.Masking;

/**
 * {@code %masked(…)} in a layout: what the pattern inside gives, without phone numbers, tokens and secrets. Stack traces
 * belong inside too, since their messages quote what they met.
 */
public final class Masked extends CompositeConverter<ILoggingEvent> {
    @Override
    protected String transform(ILoggingEvent event, String text) {
        return Masking.mask(text);
    }
}
