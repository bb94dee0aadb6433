package cm.nkap.local.watch;

import cm.nkap.local.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The dashboards as they are declared in {@value #SOURCE}; the files that Grafana imports are written from there. */
final class Boards {
    static final String SOURCE = "infra/grafana/boards.txt";
    static final List<Board> ALL = read(Repository.text(SOURCE));

    private Boards() {}

    static List<Board> read(String text) {
        List<Board> boards = new ArrayList<>();
        for (String board : parts(Pattern.compile("(?m)^board "), text)) {
            String name = board.lines().findFirst().orElseThrow().strip();
            boards.add(new Board(
                    name,
                    name,
                    parts(Pattern.compile("(?m)^panel "), board).stream()
                            .map(Boards::panel)
                            .toList()));
        }
        return List.copyOf(boards);
    }

    private static Board.Panel panel(String text) {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        String[] head = lines.getFirst().split(" \\| ", 3);
        return new Board.Panel(
                head[0],
                head[1],
                head[2].strip(),
                lines.stream()
                        .skip(1)
                        .map(line -> line.strip().split(" :: ", 2))
                        .map(query -> new Board.Query(query[1], query[0]))
                        .toList());
    }

    /** What follows each heading. */
    private static List<String> parts(Pattern heading, String text) {
        return heading.splitAsStream(text).skip(1).toList();
    }
}
