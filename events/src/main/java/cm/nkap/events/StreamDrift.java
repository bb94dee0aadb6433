package cm.nkap.events;

import java.util.List;

/** The stream or a consumer exists with another configuration than ours; nothing is published or pulled until it is put right. */
public final class StreamDrift extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StreamDrift(String what, List<String> differences) {
        super(what + " differs: " + String.join("; ", differences)
                + ". Change it back with `nats stream edit` or change the settings of every process.");
    }
}
