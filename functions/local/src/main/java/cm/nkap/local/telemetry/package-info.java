/** A receiver of OTLP for one machine: keeps the last traces and the newest measurements in memory and shows them. */
@NullMarked
package cm.nkap.local.telemetry;

import org.jspecify.annotations.NullMarked;
