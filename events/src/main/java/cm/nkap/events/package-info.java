/** The events, declared once, and how they travel: outbox, JetStream, dispatcher, inbox. */
@NullMarked
package cm.nkap.events;

import org.jspecify.annotations.NullMarked;
