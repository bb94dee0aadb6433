package cm.nkap.function;

import cm.nkap.events.Envelope;

/**
 * An event side that does slow work (asks a provider) between transactions of its own. It claims its inbox row itself,
 * in the last of them, and must bear to be called twice for the same event.
 */
@FunctionalInterface
public interface Reaction {
    void react(Envelope event);
}
