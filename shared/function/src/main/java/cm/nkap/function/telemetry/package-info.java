/** What a process tells about itself: traces, metrics and logs, by OpenTelemetry. */
@NullMarked
package cm.nkap.function.telemetry;

import org.jspecify.annotations.NullMarked;
