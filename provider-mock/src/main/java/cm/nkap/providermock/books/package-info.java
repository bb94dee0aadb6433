/** What really moved, as the provider sees it; knows nothing of HTTP. */
@NullMarked
package cm.nkap.providermock.books;

import org.jspecify.annotations.NullMarked;
