package cm.nkap.events;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every event there is: which record has which CloudEvents type and NATS subject. Built from the sealed {@link Event}. */
public final class EventCatalogue {
    /**
     * One kind of event.
     *
     * @param type CloudEvents type, for example {@code cm.nkap.charge.created.v1}
     * @param natsSubject the type without {@code cm.} and the version, for example {@code nkap.charge.created}
     * @param required component names that may not be absent or null
     */
    public record Entry(Class<? extends Event> record, String type, String natsSubject, List<String> required) {}

    private static final List<Entry> ALL =
            records(Event.class).map(EventCatalogue::entry).toList();
    private static final Map<String, Entry> BY_TYPE =
            ALL.stream().collect(Collectors.toUnmodifiableMap(Entry::type, Function.identity()));
    private static final Map<Class<? extends Event>, Entry> BY_RECORD =
            ALL.stream().collect(Collectors.toUnmodifiableMap(Entry::record, Function.identity()));

    private EventCatalogue() {}

    /** Returns every kind of event in the order of declaration. */
    public static List<Entry> all() {
        return ALL;
    }

    /** Returns the kind with this CloudEvents type, or nothing when this version does not know it. */
    public static Optional<Entry> find(String type) {
        return Optional.ofNullable(BY_TYPE.get(type));
    }

    /** Returns the kind of an event. */
    public static Entry of(Event event) {
        Entry entry = BY_RECORD.get(event.getClass());
        if (entry == null) {
            throw new IllegalStateException(
                    "not catalogued: " + event.getClass().getName());
        }
        return entry;
    }

    private static Stream<Class<? extends Event>> records(Class<?> sealed) {
        return Arrays.stream(sealed.getPermittedSubclasses())
                .flatMap(child -> child.isRecord() ? Stream.of(child.asSubclass(Event.class)) : records(child));
    }

    private static Entry entry(Class<? extends Event> record) {
        WireType wire = record.getAnnotation(WireType.class);
        if (wire == null || !wire.value().matches("cm\\.nkap\\.[a-z_]+(\\.[a-z_]+)+\\.v[1-9][0-9]*")) {
            throw new IllegalStateException(record.getName() + " needs a @WireType like cm.nkap.charge.created.v1");
        }
        String type = wire.value();
        String subject = type.substring("cm.".length(), type.lastIndexOf('.'));
        List<String> required = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                required.add(EventJson.wireName(component.getName()));
            }
        }
        return new Entry(record, type, subject, List.copyOf(required));
    }
}
