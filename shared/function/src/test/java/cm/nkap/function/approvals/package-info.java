@NullMarked
package cm.nkap.function.approvals;

import org.jspecify.annotations.NullMarked;
