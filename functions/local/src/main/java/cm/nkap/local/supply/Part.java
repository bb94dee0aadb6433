package cm.nkap.local.supply;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One jar of a class path and where it comes from.
 *
 * @param classifier empty for most
 * @param licences as its pom names them, or its parents' poms
 * @param needs {@code group:artifact} of what its pom says it needs when it runs
 */
public record Part(
        String group,
        String artifact,
        String version,
        String classifier,
        Path jar,
        List<String> licences,
        List<String> needs) {
    private static final Pattern OURS = Pattern.compile("(.+)-(\\d+\\.\\d+\\.\\d+(?:-SNAPSHOT)?)\\.jar");

    /** {@code group:artifact}. */
    public String name() {
        return group + ":" + artifact;
    }

    public boolean isOurs() {
        return group.equals(Pom.OUR_GROUP);
    }

    /** The package URL by which scanners know it. */
    public String url() {
        String qualifiers = classifier.isEmpty() ? "?type=jar" : "?classifier=" + classifier + "&type=jar";
        return "pkg:maven/" + group + "/" + artifact + "@" + version + qualifiers;
    }

    public String sha256() {
        try (InputStream in = Files.newInputStream(jar);
                var digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + jar, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** A jar in a local Maven repository, or one that this build made. */
    static Part of(Path jar) {
        Path folder = jar.toAbsolutePath().normalize().getParent();
        if (folder == null) {
            throw new IllegalArgumentException(jar + " is in no folder");
        }
        if (folder.endsWith("target")) {
            return ours(jar, folder);
        }
        String version = folder.getFileName().toString();
        String artifact = folder.resolveSibling("").normalize().getFileName().toString();
        Pom pom = Pom.read(
                folder.resolve(artifact + "-" + version + ".pom"),
                folder.resolve("..").normalize());
        String stem = artifact + "-" + version;
        String file = jar.getFileName().toString().replaceFirst("\\.jar$", "");
        String classifier = file.length() > stem.length() ? file.substring(stem.length() + 1) : "";
        return new Part(pom.group(), artifact, version, classifier, jar, pom.licences(), pom.needs());
    }

    private static Part ours(Path jar, Path folder) {
        Matcher name = OURS.matcher(jar.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException(jar + " is no jar of this build");
        }
        Pom pom = Pom.read(folder.resolveSibling("pom.xml"), folder);
        return new Part(Pom.OUR_GROUP, name.group(1), name.group(2), "", jar, List.of(), pom.needs());
    }
}
