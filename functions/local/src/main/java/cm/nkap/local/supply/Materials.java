package cm.nkap.local.supply;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The bill of materials of what is delivered: CycloneDX 1.6 in JSON, the same bytes for the same parts. The build
 * writes each function's class path into {@code target/classpath}; that list is what the function starts with, so it is
 * what the bill lists.
 */
public final class Materials {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT, SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();
    private static final String VERSION = "0.1.0-SNAPSHOT";

    private Materials() {}

    /** The parts of a class path as {@code target/classpath} writes it, in order of their names. */
    public static List<Part> parts(String classPath) {
        Map<String, Part> parts = new TreeMap<>();
        for (String jar : classPath.strip().split(File.pathSeparator, -1)) {
            if (jar.endsWith(".jar")) {
                Part part = Part.of(Path.of(jar));
                parts.put(part.url(), part);
            }
        }
        return List.copyOf(parts.values());
    }

    /** What {@code target/classpath} of a module's folder names, and the module's own jar. */
    public static List<Part> partsOf(Path module) {
        Path target = module.resolve("target");
        Path own = target.resolve(module.getFileName() + "-" + VERSION + ".jar");
        try {
            return parts(own + File.pathSeparator + Files.readString(target.resolve("classpath")));
        } catch (IOException e) {
            throw new UncheckedIOException("build first: " + target + " has no classpath", e);
        }
    }

    /** @param name of the function, or of all of them together */
    public static String bill(String name, Collection<Part> parts) {
        Map<String, List<Part>> byName = new TreeMap<>();
        parts.forEach(part ->
                byName.computeIfAbsent(part.name(), n -> new ArrayList<>()).add(part));
        String about = "nkap:" + name + "@" + VERSION;
        Map<String, Object> bill = new HashMap<>();
        bill.put("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
        bill.put("bomFormat", "CycloneDX");
        bill.put("specVersion", "1.6");
        bill.put("version", 1);
        bill.put(
                "metadata",
                Map.of(
                        "component",
                        new TreeMap<>(Map.of(
                                "type",
                                "application",
                                "group",
                                Pom.OUR_GROUP,
                                "name",
                                name,
                                "version",
                                VERSION,
                                "bom-ref",
                                about))));
        bill.put("components", parts.stream().map(Materials::component).toList());
        List<Object> needs = new ArrayList<>();
        needs.add(needs(about, parts.stream().map(Part::url).toList()));
        for (Part part : parts) {
            TreeSet<String> found = new TreeSet<>();
            part.needs().forEach(need -> byName.getOrDefault(need, List.of()).forEach(on -> found.add(on.url())));
            needs.add(needs(part.url(), found));
        }
        bill.put("dependencies", needs);
        return JSON.writeValueAsString(bill) + "\n";
    }

    private static Map<String, Object> needs(String from, Collection<String> to) {
        return Map.of("ref", from, "dependsOn", to);
    }

    private static Map<String, Object> component(Part part) {
        Map<String, Object> component = new HashMap<>();
        component.put("type", "library");
        component.put("bom-ref", part.url());
        component.put("group", part.group());
        component.put("name", part.artifact());
        component.put("version", part.version());
        component.put("purl", part.url());
        component.put("scope", "required");
        component.put("hashes", List.of(Map.of("alg", "SHA-256", "content", part.sha256())));
        if (!part.licences().isEmpty()) {
            component.put(
                    "licenses",
                    part.licences().stream()
                            .map(licence -> Map.of("license", Map.of("name", licence)))
                            .toList());
        }
        return component;
    }
}
