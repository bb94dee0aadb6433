package cm.nkap.function.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.function.ToLongFunction;

/**
 * The Java process, by OpenTelemetry's names for it; read at each export and never in between. The instrumentation library
 * that does the same brings three megabytes.
 */
public final class JvmGauges {
    private static final AttributeKey<String> TYPE = AttributeKey.stringKey("jvm.memory.type");
    private static final AttributeKey<String> POOL = AttributeKey.stringKey("jvm.memory.pool.name");
    private static final AttributeKey<String> COLLECTOR = AttributeKey.stringKey("jvm.gc.name");
    private static final double MILLIS = 1e3;
    private static final double NANOS = 1e9;

    private JvmGauges() {}

    public static void watch(Meter meter) {
        memory(meter, "jvm.memory.used", "Memory in use", MemoryUsage::getUsed);
        memory(meter, "jvm.memory.limit", "Most memory that may be used", MemoryUsage::getMax);
        meter.counterBuilder("nkap.jvm.gc.time")
                .ofDoubles()
                .setDescription("Time that collecting garbage took")
                .setUnit("s")
                .buildWithCallback(seen -> ManagementFactory.getGarbageCollectorMXBeans()
                        .forEach(gc -> seen.record(
                                Math.max(0, gc.getCollectionTime()) / MILLIS, Attributes.of(COLLECTOR, gc.getName()))));
        meter.upDownCounterBuilder("jvm.thread.count")
                .setDescription("Platform threads")
                .setUnit("{thread}")
                .buildWithCallback(
                        seen -> seen.record(ManagementFactory.getThreadMXBean().getThreadCount()));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            meter.counterBuilder("jvm.cpu.time")
                    .ofDoubles()
                    .setDescription("CPU time that the process used")
                    .setUnit("s")
                    .buildWithCallback(seen -> seen.record(Math.max(0, system.getProcessCpuTime()) / NANOS));
        }
    }

    private static void memory(Meter meter, String name, String what, ToLongFunction<MemoryUsage> part) {
        meter.upDownCounterBuilder(name)
                .setDescription(what)
                .setUnit("By")
                .buildWithCallback(
                        seen -> ManagementFactory.getMemoryPoolMXBeans().forEach(pool -> record(seen, pool, part)));
    }

    /** A pool without a limit says -1. */
    private static void record(
            ObservableLongMeasurement seen, MemoryPoolMXBean pool, ToLongFunction<MemoryUsage> part) {
        var usage = pool.getUsage();
        if (usage != null && part.applyAsLong(usage) >= 0) {
            var type = pool.getType() == MemoryType.HEAP ? "heap" : "non_heap";
            seen.record(part.applyAsLong(usage), Attributes.of(TYPE, type, POOL, pool.getName()));
        }
    }
}
