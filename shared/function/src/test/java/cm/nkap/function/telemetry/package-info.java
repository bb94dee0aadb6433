@NullMarked
package cm.nkap.function.telemetry;

import org.jspecify.annotations.NullMarked;
