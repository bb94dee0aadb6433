@NullMarked
package cm.nkap.providermock;

import org.jspecify.annotations.NullMarked;
