/** Takes a customer's payment for a merchant. */
@NullMarked
package cm.nkap.createcharge;

import org.jspecify.annotations.NullMarked;
