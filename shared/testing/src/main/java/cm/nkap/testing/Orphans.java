package cm.nkap.testing;

import java.nio.file.Path;

/** What a killed run leaves behind: its servers go on without it and hold their ports. */
public final class Orphans {
    private Orphans() {}

    /** Ends every server of ours that still runs on data below {@code folder}; any other process is left alone. */
    public static void endBelow(Path folder) {
        Child.endOrphans(Folders.created(folder));
    }
}
