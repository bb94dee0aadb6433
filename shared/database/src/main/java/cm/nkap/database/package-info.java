/** The database's roles, schemas and migrations; an operator's job, never a function's. */
@NullMarked
package cm.nkap.database;

import org.jspecify.annotations.NullMarked;
