@NullMarked
package cm.nkap.local.telemetry;

import org.jspecify.annotations.NullMarked;
