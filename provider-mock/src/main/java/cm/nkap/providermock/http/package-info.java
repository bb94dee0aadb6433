/** The little of HTTP that the simulators need, free of the server that carries it. */
@NullMarked
package cm.nkap.providermock.http;

import org.jspecify.annotations.NullMarked;
