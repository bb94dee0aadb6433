package cm.nkap.function.telemetry;

import cm.nkap.masking.Masking;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;

/**
 * The last net under spans: names, attributes, events and words of a status leave without phone numbers, tokens and
 * secrets. Runs on the exporter's thread; nothing of ours writes any there on purpose.
 */
final class MaskedSpans implements SpanExporter {
    private final SpanExporter exporter;

    MaskedSpans(SpanExporter exporter) {
        this.exporter = exporter;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        return exporter.export(spans.stream().<SpanData>map(Masked::new).toList());
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }

    private static Attributes masked(Attributes attributes) {
        AttributesBuilder builder = attributes.toBuilder();
        attributes.forEach((key, value) -> {
            if (key.getType() == AttributeType.STRING) {
                builder.put(AttributeKey.stringKey(key.getKey()), Masking.mask((String) value));
            } else if (key.getType() == AttributeType.STRING_ARRAY) {
                builder.put(
                        AttributeKey.stringArrayKey(key.getKey()),
                        ((List<?>) value)
                                .stream()
                                        .map(one -> Masking.mask(String.valueOf(one)))
                                        .toList());
            }
        });
        return builder.build();
    }

    private static final class Masked extends DelegatingSpanData {
        private final Attributes attributes;
        private final List<EventData> events;

        Masked(SpanData span) {
            super(span);
            attributes = masked(span.getAttributes());
            events = span.getEvents().stream().map(Masked::event).toList();
        }

        private static EventData event(EventData event) {
            return EventData.create(
                    event.getEpochNanos(),
                    Masking.mask(event.getName()),
                    masked(event.getAttributes()),
                    event.getTotalAttributeCount());
        }

        @Override
        public String getName() {
            return Masking.mask(super.getName());
        }

        @Override
        public Attributes getAttributes() {
            return attributes;
        }

        @Override
        public List<EventData> getEvents() {
            return events;
        }

        @Override
        public StatusData getStatus() {
            StatusData status = super.getStatus();
            return StatusData.create(status.getStatusCode(), Masking.mask(status.getDescription()));
        }
    }
}
