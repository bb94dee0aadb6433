@NullMarked
package cm.nkap.providergateway;

import org.jspecify.annotations.NullMarked;
