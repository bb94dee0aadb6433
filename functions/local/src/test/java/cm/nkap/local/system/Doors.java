package cm.nkap.local.system;

import java.net.URI;

/** Where a call goes: to one process with every function, or to the function that serves it. */
@FunctionalInterface
interface Doors {
    /** The base address, without a path, of whoever serves {@code method path}. */
    String serving(String method, String path);

    default URI address(String method, String path) {
        return URI.create(serving(method, path) + path);
    }
}
