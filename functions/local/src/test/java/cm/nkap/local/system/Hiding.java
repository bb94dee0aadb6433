package cm.nkap.local.system;

import cm.nkap.testing.OtlpReceiver;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.api.MessageInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.Jdbi;

/** Every place where something could hide: what the process wrote, sent and stored, read as somebody who may read all of it. */
final class Hiding implements AutoCloseable {
    private final OtlpReceiver telemetry;
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final List<String> answers = new CopyOnWriteArrayList<>();

    Hiding(OtlpReceiver telemetry) {
        this.telemetry = telemetry;
        System.setOut(new PrintStream(new Both(out, written), true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(new Both(err, written), true, StandardCharsets.UTF_8));
    }

    /** An answer that a caller got. */
    Api.Answer answered(Api.Answer answer) {
        answers.add(answer.raw().headers().map() + "\n" + answer.raw().body());
        return answer;
    }

    /** What shows any of them, and where. */
    Set<String> of(Canaries canaries, Surroundings surroundings) {
        Set<String> hits = new TreeSet<>();
        places(surroundings).forEach((place, text) -> hits.addAll(canaries.in(place, text)));
        return hits;
    }

    Map<String, String> places(Surroundings surroundings) {
        Map<String, String> places = new LinkedHashMap<>();
        places.put("the log", written.toString(StandardCharsets.UTF_8));
        places.put("telemetry", telemetry.text());
        places.put("answers", String.join("\n", answers));
        places.put("redis", redis(surroundings));
        places.put("nats", nats(surroundings));
        places.putAll(tables(surroundings));
        return places;
    }

    /** All rows of all tables, whatever their columns are; bytes come as hexadecimal digits. */
    private static Map<String, String> tables(Surroundings surroundings) {
        Map<String, String> tables = new LinkedHashMap<>();
        Jdbi.create(surroundings.database.admin()).useHandle(handle -> {
            List<String> names = handle.createQuery("""
                            SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                             WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1
                            """).mapTo(String.class).list();
            for (String name : names) {
                tables.put(
                        "table " + name,
                        String.join(
                                "\n",
                                handle.createQuery("SELECT row_to_json(t)::text FROM " + name + " t")
                                        .mapTo(String.class)
                                        .list()));
            }
        });
        return tables;
    }

    private static String redis(Surroundings surroundings) {
        RedisClient client = RedisClient.create(surroundings.redis.url());
        try (var connection = client.connect()) {
            RedisCommands<String, String> redis = connection.sync();
            List<String> all = new ArrayList<>();
            for (String key : redis.keys("*")) {
                all.add(key + " = " + value(redis, key));
            }
            return String.join("\n", all);
        } finally {
            client.shutdown();
        }
    }

    private static String value(RedisCommands<String, String> redis, String key) {
        return switch (redis.type(key)) {
            case "string" -> String.valueOf(redis.get(key));
            case "hash" -> redis.hgetall(key).toString();
            case "list" -> redis.lrange(key, 0, -1).toString();
            case "set" -> redis.smembers(key).toString();
            case "zset" -> redis.zrange(key, 0, -1).toString();
            default -> throw new IllegalStateException(key + " is of a type that nobody looks into");
        };
    }

    @SuppressWarnings("try") // an interruption is handled below
    private static String nats(Surroundings surroundings) {
        try (Connection connection = Nats.connect(surroundings.nats.url())) {
            JetStreamManagement streams = connection.jetStreamManagement();
            List<String> all = new ArrayList<>();
            for (String stream : streams.getStreamNames()) {
                var state = streams.getStreamInfo(stream).getStreamState();
                for (long at = state.getFirstSequence(); at > 0 && at <= state.getLastSequence(); at++) {
                    all.add(message(streams, stream, at));
                }
            }
            return String.join("\n", all);
        } catch (IOException | JetStreamApiException e) {
            throw new IllegalStateException("the stream cannot be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String message(JetStreamManagement streams, String stream, long at) throws IOException {
        try {
            MessageInfo message = streams.getMessage(stream, at);
            byte[] body = message.getData();
            return message.getSubject() + " " + message.getHeaders() + " "
                    + (body == null ? "" : new String(body, StandardCharsets.UTF_8));
        } catch (JetStreamApiException e) {
            // Deleted meanwhile.
            return "";
        }
    }

    @Override
    public void close() {
        System.setOut(out);
        System.setErr(err);
    }

    private static final class Both extends OutputStream {
        private final OutputStream one;
        private final OutputStream other;

        Both(OutputStream one, OutputStream other) {
            this.one = one;
            this.other = other;
        }

        @Override
        public synchronized void write(int b) throws IOException {
            one.write(b);
            other.write(b);
        }

        @Override
        public synchronized void write(byte[] bytes, int from, int length) throws IOException {
            one.write(bytes, from, length);
            other.write(bytes, from, length);
        }

        @Override
        public void flush() throws IOException {
            one.flush();
        }
    }
}
