package cm.nkap.function;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanClassLoaderAware;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.EnvironmentAware;
import org.springframework.context.annotation.ImportSelector;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/** Finds the functions on the class path; NKAP_FUNCTIONS chooses among them, by name. */
final class FunctionModules implements ImportSelector, EnvironmentAware, BeanClassLoaderAware {
    private @Nullable Environment environment;
    private @Nullable ClassLoader classes;

    private record Module(String name, String type) {}

    @Override
    public void setEnvironment(Environment given) {
        environment = given;
    }

    @Override
    public void setBeanClassLoader(ClassLoader given) {
        classes = given;
    }

    @Override
    public String[] selectImports(AnnotationMetadata importing) {
        var found = modules(classes);
        var chosen = chosen(environment == null ? null : environment.getProperty("NKAP_FUNCTIONS"));
        var known = found.stream().map(Module::name).collect(Collectors.toCollection(TreeSet::new));
        if (!known.containsAll(chosen)) {
            throw new IllegalArgumentException("NKAP_FUNCTIONS names " + chosen + "; there are " + known);
        }
        return found.stream()
                .filter(module -> chosen.isEmpty() || chosen.contains(module.name))
                .map(Module::type)
                .toArray(String[]::new);
    }

    /** What a process with these settings is called: its function's name, or {@code nkap} when it has several. */
    static String process(Map<String, String> env) {
        var chosen = chosen(env.get("NKAP_FUNCTIONS"));
        if (chosen.isEmpty()) {
            var modules = modules(FunctionModules.class.getClassLoader());
            return modules.size() == 1 ? modules.getFirst().name : "nkap";
        }
        return chosen.size() == 1 ? chosen.iterator().next() : "nkap";
    }

    private static Set<String> chosen(@Nullable String said) {
        if (said == null || said.isBlank()) {
            return Set.of();
        }
        return Arrays.stream(said.split(",", -1)).map(String::strip).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Module> modules(@Nullable ClassLoader classes) {
        var modules = new ArrayList<Module>();
        for (var type : ImportCandidates.load(FunctionModule.class, classes)) {
            modules.add(new Module(name(type, classes), type));
        }
        return modules;
    }

    private static String name(String type, @Nullable ClassLoader classes) {
        try {
            var annotation = Class.forName(type, false, classes).getAnnotation(FunctionModule.class);
            if (annotation != null) {
                return annotation.value();
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("a FunctionModule.imports file names a class that is not there", e);
        }
        throw new IllegalStateException(type + " carries no @FunctionModule");
    }
}
