package cm.nkap.local;

import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.PrimitiveTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.lang.model.type.TypeKind;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * One Java file as its parser sees it: comments and strings do not count as code.
 *
 * @param path from the top of the repository
 * @param words names used in a position that some rule looks at, with their line
 */
record JavaSource(String path, String text, List<Method> methods, List<Word> words) {
    /** A method or constructor with its first line and its length in lines, Javadoc not counted. */
    record Method(String name, int line, int lines) {}

    enum Kind {
        TYPE,
        CAUGHT,
        SELECTED,
        FLOATING,
        WHOLE_PACKAGE
    }

    /** What stands at a line. */
    record Word(Kind kind, String text, int line) {}

    int lines() {
        return (int) text.lines().count();
    }

    boolean isTest() {
        return path.contains("/src/test/");
    }

    boolean isIn(String folder) {
        return path.startsWith(folder + "/");
    }

    static List<JavaSource> all() {
        return parse(Repository.files(".java").stream()
                .map(path -> new Text(path, Repository.text(path)))
                .toList());
    }

    static JavaSource parse(String path, String text) {
        return parse(List.of(new Text(path, text))).getFirst();
    }

    private static List<JavaSource> parse(List<Text> files) {
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "tests run on a JDK");
        var task = (JavacTask)
                compiler.getTask(null, null, problem -> {}, List.of("-proc:none", "-Xlint:none"), null, files);
        // The compiler wraps its files, so each is found again by its address.
        Map<URI, Text> byAddress = files.stream().collect(Collectors.toMap(Text::toUri, file -> file));
        List<JavaSource> sources = new ArrayList<>();
        try {
            for (CompilationUnitTree unit : task.parse()) {
                Text file = Objects.requireNonNull(
                        byAddress.get(unit.getSourceFile().toUri()));
                var reader = new Reader(unit, Trees.instance(task).getSourcePositions());
                reader.scan(unit, null);
                sources.add(new JavaSource(
                        file.path, file.content, List.copyOf(reader.methods), List.copyOf(reader.words)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot parse", e);
        }
        return sources;
    }

    /** A file for the parser. */
    private static final class Text extends SimpleJavaFileObject {
        private final String path;
        private final String content;

        Text(String path, String content) {
            super(URI.create("mem:///" + path), JavaFileObject.Kind.SOURCE);
            this.path = path;
            this.content = content;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return content;
        }
    }

    private static final class Reader extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<Method> methods = new ArrayList<>();
        private final List<Word> words = new ArrayList<>();

        Reader(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
            word(Kind.TYPE, type.getSimpleName().toString(), type);
            return super.visitClass(type, null);
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
            int first = line(positions.getStartPosition(unit, method));
            int last = line(positions.getEndPosition(unit, method));
            methods.add(new Method(method.getName().toString(), first, last - first + 1));
            return super.visitMethod(method, null);
        }

        @Override
        public @Nullable Void visitCatch(CatchTree caught, @Nullable Void nothing) {
            for (String type : caught.getParameter().getType().toString().split("\\|", -1)) {
                word(Kind.CAUGHT, type.strip(), caught);
            }
            return super.visitCatch(caught, null);
        }

        @Override
        public @Nullable Void visitMemberSelect(MemberSelectTree selected, @Nullable Void nothing) {
            word(Kind.SELECTED, selected.toString(), selected);
            return super.visitMemberSelect(selected, null);
        }

        @Override
        public @Nullable Void visitPrimitiveType(PrimitiveTypeTree type, @Nullable Void nothing) {
            if (type.getPrimitiveTypeKind() == TypeKind.DOUBLE || type.getPrimitiveTypeKind() == TypeKind.FLOAT) {
                word(Kind.FLOATING, type.toString(), type);
            }
            return super.visitPrimitiveType(type, null);
        }

        @Override
        public @Nullable Void visitIdentifier(IdentifierTree name, @Nullable Void nothing) {
            String text = name.getName().toString();
            if (text.equals("Double") || text.equals("Float") || text.equals("BigDecimal")) {
                word(Kind.FLOATING, text, name);
            }
            return super.visitIdentifier(name, null);
        }

        @Override
        public @Nullable Void visitImport(ImportTree imported, @Nullable Void nothing) {
            if (imported.isModule()
                    || imported.getQualifiedIdentifier().toString().endsWith("*")) {
                word(Kind.WHOLE_PACKAGE, imported.getQualifiedIdentifier().toString(), imported);
            }
            return super.visitImport(imported, null);
        }

        private void word(Kind kind, String text, Tree at) {
            words.add(new Word(kind, text, line(positions.getStartPosition(unit, at))));
        }

        private int line(long position) {
            return (int) unit.getLineMap().getLineNumber(position);
        }
    }
}
