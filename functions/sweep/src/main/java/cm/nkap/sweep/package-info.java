/** What time drives: due questions to providers, events left behind, queued payouts, checks. */
@NullMarked
package cm.nkap.sweep;

import org.jspecify.annotations.NullMarked;
