/** Benchmarks that start a Postgres of their own and end with a check of what they wrote. */
@NullMarked
package cm.nkap.local.bench;

import org.jspecify.annotations.NullMarked;
