/** How somebody else would use the ledger. */
@NullMarked
package cm.nkap.ledger.example;

import org.jspecify.annotations.NullMarked;
