package cm.nkap.local.supply;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * The few things of a pom that a bill of materials tells. Parents are read where Maven keeps them.
 *
 * @param needs {@code group:artifact}, without what is only for tests or optional
 */
record Pom(String group, List<String> licences, List<String> needs) {
    static final String OUR_GROUP = "cm.nkap";
    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]+)}");

    /** @param versions the folder of the artifact in the local repository, from which the repository itself is found */
    static Pom read(Path file, Path versions) {
        Element project = parse(file);
        String group = child(project, "groupId")
                .or(() -> element(project, "parent").flatMap(parent -> child(parent, "groupId")))
                .orElseThrow(() -> new IllegalArgumentException(file + " names no group"));
        Map<String, String> properties = new TreeMap<>();
        List<String> licences = new ArrayList<>();
        inherit(project, repository(versions, group), properties, licences, 0);
        properties.put("project.groupId", group);
        properties.put("pom.groupId", group);
        List<String> needs = new ArrayList<>();
        for (Element dependency : element(project, "dependencies")
                .map(all -> children(all, "dependency"))
                .orElse(List.of())) {
            String scope = child(dependency, "scope").orElse("compile");
            if ((scope.equals("compile") || scope.equals("runtime"))
                    && !child(dependency, "optional").orElse("").equals("true")) {
                needs.add(filled(child(dependency, "groupId").orElse(""), properties) + ":"
                        + filled(child(dependency, "artifactId").orElse(""), properties));
            }
        }
        return new Pom(group, List.copyOf(licences), List.copyOf(needs));
    }

    /** What the nearest pom says stays; a parent only adds what was not said. */
    private static void inherit(
            Element project, Path repository, Map<String, String> properties, List<String> licences, int depth) {
        element(project, "properties").ifPresent(all -> {
            for (Node node = all.getFirstChild(); node != null; node = node.getNextSibling()) {
                if (node instanceof Element property) {
                    properties.putIfAbsent(
                            property.getTagName(), property.getTextContent().strip());
                }
            }
        });
        if (licences.isEmpty()) {
            element(project, "licenses").map(all -> children(all, "license")).orElse(List.of()).stream()
                    .flatMap(licence -> child(licence, "name").stream())
                    .forEach(licences::add);
        }
        Optional<Element> parent = element(project, "parent");
        if (parent.isEmpty() || depth > 10) {
            return;
        }
        String group = child(parent.get(), "groupId").orElse("");
        String artifact = child(parent.get(), "artifactId").orElse("");
        String version = child(parent.get(), "version").orElse("");
        Path file = repository
                .resolve(group.replace('.', '/'))
                .resolve(artifact)
                .resolve(version)
                .resolve(artifact + "-" + version + ".pom");
        if (Files.exists(file)) {
            inherit(parse(file), repository, properties, licences, depth + 1);
        }
    }

    private static Path repository(Path versions, String group) {
        return versions.resolve("../".repeat(group.split("\\.", -1).length + 1)).normalize();
    }

    private static String filled(String text, Map<String, String> properties) {
        return PROPERTY.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(properties.getOrDefault(match.group(1), match.group())));
    }

    private static Element parse(Path file) {
        try {
            var factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            return factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement();
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalArgumentException(file + " is no pom", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static Optional<String> child(Element parent, String name) {
        return element(parent, name).map(found -> found.getTextContent().strip());
    }

    private static Optional<Element> element(Element parent, String name) {
        return children(parent, name).stream().findFirst();
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }
}
