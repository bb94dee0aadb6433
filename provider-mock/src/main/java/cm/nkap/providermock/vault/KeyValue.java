package cm.nkap.providermock.vault;

import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Json;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import wiremock.com.fasterxml.jackson.databind.JsonNode;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/** The KV engine, version 2: every write is a new version; a deleted version comes back, a destroyed one does not. */
final class KeyValue {
    private final InstantSource clock;
    private final Map<String, NavigableMap<Integer, Version>> secrets = new TreeMap<>();

    KeyValue(InstantSource clock) {
        this.clock = clock;
    }

    /** @param data null once destroyed */
    private record Version(
            @Nullable JsonNode data,
            Instant created,
            @Nullable Instant deleted) {
        boolean isReadable() {
            return data != null && deleted == null;
        }
    }

    synchronized int write(String path, JsonNode data, @Nullable Integer expected) {
        NavigableMap<Integer, Version> versions = secrets.getOrDefault(path, new TreeMap<>());
        int last = versions.isEmpty() ? 0 : versions.lastKey();
        if (expected != null && expected != last) {
            throw VaultAnswers.bad("check-and-set parameter did not match the current version");
        }
        versions.put(last + 1, new Version(data.deepCopy(), clock.instant(), null));
        secrets.put(path, versions);
        return last + 1;
    }

    synchronized Answer written(String path, int version) {
        return VaultAnswers.data(metadata(version, found(path).get(version)));
    }

    /** @param wanted 0 for the newest */
    synchronized Answer read(String path, int wanted) {
        NavigableMap<Integer, Version> versions = found(path);
        int number = wanted == 0 ? versions.lastKey() : wanted;
        Version version = versions.get(number);
        if (version == null) {
            throw VaultAnswers.missing();
        }
        ObjectNode data = Json.object();
        data.set("data", version.isReadable() ? version.data() : null);
        data.set("metadata", metadata(number, version));
        return VaultAnswers.data(version.isReadable() ? 200 : 404, data);
    }

    synchronized Answer metadata(String path) {
        NavigableMap<Integer, Version> versions = found(path);
        ObjectNode data = Json.object()
                .put("cas_required", false)
                .put("created_time", versions.firstEntry().getValue().created().toString())
                .put("current_version", versions.lastKey())
                .put("delete_version_after", "0s")
                .put("max_versions", 0)
                .put("oldest_version", versions.firstKey())
                .put("updated_time", versions.lastEntry().getValue().created().toString());
        ObjectNode all = data.putObject("versions");
        versions.forEach((number, version) -> all.set(Integer.toString(number), state(version)));
        return VaultAnswers.data(data);
    }

    synchronized Answer list(String folder) {
        String begin = folder.isEmpty() || folder.endsWith("/") ? folder : folder + "/";
        Set<String> keys = new TreeSet<>();
        for (String path : secrets.keySet()) {
            if (path.startsWith(begin)) {
                String below = path.substring(begin.length());
                int slash = below.indexOf('/');
                keys.add(slash < 0 ? below : below.substring(0, slash + 1));
            }
        }
        if (keys.isEmpty()) {
            throw VaultAnswers.missing();
        }
        ObjectNode data = Json.object();
        keys.forEach(data.putArray("keys")::add);
        return VaultAnswers.data(data);
    }

    synchronized void deleteNewest(String path) {
        NavigableMap<Integer, Version> versions = found(path);
        change(versions, versions.lastKey(), v -> new Version(v.data(), v.created(), clock.instant()));
    }

    synchronized void delete(String path, JsonNode numbers) {
        each(path, numbers, v -> new Version(v.data(), v.created(), clock.instant()));
    }

    synchronized void undelete(String path, JsonNode numbers) {
        each(path, numbers, v -> new Version(v.data(), v.created(), null));
    }

    synchronized void destroy(String path, JsonNode numbers) {
        each(path, numbers, v -> new Version(null, v.created(), v.deleted()));
    }

    synchronized void forget(String path) {
        secrets.remove(path);
    }

    private void each(String path, JsonNode numbers, UnaryOperator<Version> changed) {
        NavigableMap<Integer, Version> versions = found(path);
        if (!numbers.isArray() || numbers.isEmpty()) {
            throw VaultAnswers.bad("No version number provided");
        }
        numbers.forEach(number -> change(versions, number.asInt(), changed));
    }

    private static void change(Map<Integer, Version> versions, int number, UnaryOperator<Version> changed) {
        versions.computeIfPresent(number, (_, version) -> changed.apply(version));
    }

    private NavigableMap<Integer, Version> found(String path) {
        NavigableMap<Integer, Version> versions = secrets.get(path);
        if (versions == null) {
            throw VaultAnswers.missing();
        }
        return versions;
    }

    private static ObjectNode metadata(int number, @Nullable Version version) {
        if (version == null) {
            throw VaultAnswers.missing();
        }
        return state(version).putNull("custom_metadata").put("version", number);
    }

    private static ObjectNode state(Version version) {
        return Json.object()
                .put("created_time", version.created().toString())
                .put(
                        "deletion_time",
                        version.deleted() == null ? "" : version.deleted().toString())
                .put("destroyed", version.data() == null);
    }

    /** A plain map as Vault's JSON. */
    static ObjectNode fields(Map<String, String> fields) {
        ObjectNode data = Json.object();
        new HashMap<>(fields).forEach(data::put);
        return data;
    }
}
