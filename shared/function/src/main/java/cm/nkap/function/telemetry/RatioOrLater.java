package cm.nkap.function.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/**
 * Samples a share of traces by their id, so that every process with the same share picks the same ones, and records the
 * others too: {@link TailSampling} keeps them if they turn out to matter. What a caller says about sampling is not
 * followed: it would decide what we can see of ourselves.
 */
final class RatioOrLater implements Sampler {
    private final Sampler ratio;

    RatioOrLater(double share) {
        this.ratio = Sampler.traceIdRatioBased(share);
    }

    @Override
    public SamplingResult shouldSample(
            Context parent, String traceId, String name, SpanKind kind, Attributes attributes, List<LinkData> links) {
        var drawn = ratio.shouldSample(parent, traceId, name, kind, attributes, links);
        boolean isSampled = drawn.getDecision() == SamplingDecision.RECORD_AND_SAMPLE
                || links.stream().anyMatch(link -> link.getSpanContext().isSampled());
        return isSampled ? SamplingResult.recordAndSample() : SamplingResult.recordOnly();
    }

    @Override
    public String getDescription() {
        return "RatioOrLater{" + ratio.getDescription() + "}";
    }
}
