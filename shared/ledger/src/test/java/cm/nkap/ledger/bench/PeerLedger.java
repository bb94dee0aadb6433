package cm.nkap.ledger.bench;

import cm.nkap.ledger.GroupCommit;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A peer at work: one call for each move, or its own batches behind the same group commit as ours. */
final class PeerLedger implements Contender {
    static final String DEFAULT_PLANS = " on default plans";
    private static final int LARGEST_BATCH = 256;
    private static final Pattern PLACE = Pattern.compile("\\$(name|from|to|amount|transfers)");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.:-]+");
    /** The plans under which a function that was first called on empty tables stays quick. */
    private static final String BEST_PLANS = "-c%20plan_cache_mode=force_generic_plan%20-c%20enable_seqscan=off";

    private final Peer peer;
    private final String name;
    private final boolean isBatched;
    private final boolean hasBestPlans;

    private PeerLedger(Peer peer, String what, boolean isBatched, boolean hasBestPlans) {
        this.peer = peer;
        this.name = peer.name() + what;
        this.isBatched = isBatched;
        this.hasBestPlans = hasBestPlans;
    }

    static PeerLedger single(Peer peer) {
        return new PeerLedger(peer, "", false, true);
    }

    static PeerLedger onDefaultPlans(Peer peer) {
        return new PeerLedger(peer, DEFAULT_PLANS, false, false);
    }

    static PeerLedger batched(Peer peer) {
        return new PeerLedger(peer, " in batches", true, true);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String schema() {
        return peer.name();
    }

    @Override
    public void install(Server.Database empty, Chart chart) throws SQLException {
        try (Connection admin = empty.admin();
                Statement statement = admin.createStatement()) {
            admin.setAutoCommit(false);
            statement.execute(peer.script());
            statement.execute("CREATE TABLE bench_account (number int PRIMARY KEY, id text NOT NULL)");
            admin.commit();
        }
        try (Connection caller = DriverManager.getConnection(url(empty));
                PreparedStatement open = caller.prepareStatement(places(peer.account()));
                PreparedStatement keep = caller.prepareStatement("INSERT INTO bench_account VALUES (?, ?)")) {
            caller.setAutoCommit(false);
            for (int i = 0; i < chart.size(); i++) {
                open.setString(1, "account." + i);
                try (ResultSet row = open.executeQuery()) {
                    row.next();
                    keep.setInt(1, i);
                    keep.setString(2, row.getString(1));
                    keep.executeUpdate();
                }
            }
            caller.commit();
        }
        empty.execute("VACUUM ANALYZE");
    }

    @Override
    public Running start(Server.Database database, Chart chart) throws SQLException {
        return isBatched ? new Batches(database, chart) : new Calls(database, chart);
    }

    private String url(Server.Database database) {
        String url = database.adminUrl() + "&stringtype=unspecified";
        return hasBestPlans ? url + "&options=" + BEST_PLANS : url;
    }

    private static String places(String call) {
        return PLACE.matcher(call).replaceAll("?");
    }

    private String[] ids(Server.Database database, Chart chart) throws SQLException {
        String[] ids = new String[chart.size()];
        try (Connection admin = database.admin();
                Statement statement = admin.createStatement();
                ResultSet row = statement.executeQuery("SELECT number, id FROM bench_account")) {
            while (row.next()) {
                ids[row.getInt(1)] = row.getString(2);
            }
        }
        return ids;
    }

    /** Each caller on a connection of its own. */
    private final class Calls implements Running {
        private final Server.Database database;
        private final String[] ids;
        private final List<String> order = PLACE.matcher(peer.single())
                .results()
                .map(place -> place.group(1))
                .toList();

        Calls(Server.Database database, Chart chart) throws SQLException {
            this.database = database;
            this.ids = ids(database, chart);
        }

        @Override
        public Session session() throws SQLException {
            Connection connection = DriverManager.getConnection(url(database));
            PreparedStatement call = connection.prepareStatement(places(peer.single()));
            return new Session() {
                @Override
                public boolean post(Move move) throws SQLException {
                    for (int i = 0; i < order.size(); i++) {
                        call.setString(i + 1, value(order.get(i), move));
                    }
                    call.execute();
                    return true;
                }

                @Override
                public void close() throws SQLException {
                    connection.close();
                }
            };
        }

        private String value(String place, Move move) {
            return switch (place) {
                case "from" -> ids[move.debit()];
                case "to" -> ids[move.credit()];
                default -> Long.toString(move.amount());
            };
        }

        @Override
        public boolean isShared() {
            return false;
        }

        @Override
        public long commits() {
            return 0;
        }

        @Override
        public List<String> faults() {
            return List.of();
        }

        @Override
        public void close() {}
    }

    /** All callers on one connection. Its batches are wholly posted or not at all. */
    private final class Batches implements Running {
        private final Connection connection;
        private final PreparedStatement call;
        private final String[] ids;
        private final LongAdder commits = new LongAdder();
        private final GroupCommit<Move, Boolean> group =
                new GroupCommit<>(GroupCommit.Size.of(LARGEST_BATCH), failure -> true, this::commit);

        Batches(Server.Database database, Chart chart) throws SQLException {
            ids = ids(database, chart);
            connection = DriverManager.getConnection(url(database));
            call = connection.prepareStatement(places(String.valueOf(peer.batch())));
        }

        @Override
        public Session session() {
            return group::submit;
        }

        @Override
        public boolean isShared() {
            return true;
        }

        private List<Boolean> commit(List<Move> moves) {
            StringBuilder transfers = new StringBuilder("{");
            for (Move move : moves) {
                transfers.append(transfers.length() > 1 ? ",\"(" : "\"(");
                transfers.append(plain(ids[move.debit()])).append(',').append(plain(ids[move.credit()]));
                transfers.append(',').append(move.amount()).append(")\"");
            }
            try {
                call.setString(1, transfers.append('}').toString());
                call.execute();
            } catch (SQLException e) {
                throw new IllegalStateException("the peer refused a batch: " + e.getMessage(), e);
            }
            commits.increment();
            return Collections.nCopies(moves.size(), true);
        }

        private static String plain(String id) {
            Matcher plain = PLAIN.matcher(id);
            if (!plain.matches()) {
                throw new IllegalStateException("cannot put this id into an array: " + id);
            }
            return id;
        }

        @Override
        public long commits() {
            return commits.sum();
        }

        @Override
        public List<String> faults() {
            return List.of();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
