package cm.nkap.local;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.FunctionModule;
import cm.nkap.function.HttpRoute;
import cm.nkap.function.Problem;
import cm.nkap.function.Role;
import cm.nkap.function.json.ProblemJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the functions declare is what {@code openapi.yaml} promises, in both directions. */
class ContractTest {
    private static final Contract CONTRACT = new Contract();
    private static final Map<String, Declared> DECLARED = declared();

    /** A route under one method, and the method that makes its function. */
    private record Declared(HttpRoute route, Method function) {
        /** The message's payload: what the function takes (0) or answers (1). */
        Type payload(int side) {
            var function = (ParameterizedType) this.function.getGenericReturnType();
            var message = (ParameterizedType) function.getActualTypeArguments()[side];
            return message.getActualTypeArguments()[0];
        }
    }

    @Test
    void everyRouteIsInTheContractAndNothingElse() {
        assertThat(DECLARED.keySet())
                .as("add the path to openapi.yaml, or take it out")
                .isEqualTo(CONTRACT.operations().keySet());
    }

    @Test
    void theContractNamesTheRolesThatAreAdmitted() {
        CONTRACT.operations().forEach((name, operation) -> {
            var route = declared(name).route;
            var roles = route.roles().stream().map(Role::text).collect(Collectors.toCollection(TreeSet::new));
            assertThat(Contract.roles(operation)).as("x-roles of " + name).isEqualTo(roles);
            assertThat(operation.path("security").isArray())
                    .as("security of " + name)
                    .isEqualTo(route.isOpen());
        });
    }

    @Test
    void operationsAreNamedAfterTheirFunctions() {
        CONTRACT.operations().forEach((name, operation) -> assertThat(
                        operation.path("operationId").asString())
                .as(name)
                .isEqualTo(declared(name).route.bean()));
    }

    @Test
    void answersHaveExactlyTheFieldsThatTheContractNames() {
        List<String> faults = new ArrayList<>();
        CONTRACT.operations()
                .forEach((name, operation) -> faults.addAll(RecordShape.faultsOfAnswer(
                        CONTRACT, name, declared(name).payload(1), CONTRACT.answer(operation))));

        assertThat(faults).isEmpty();
    }

    @Test
    void requestsHaveExactlyTheFieldsThatTheContractNames() {
        List<String> faults = new ArrayList<>();
        int compared = 0;
        for (Map.Entry<String, JsonNode> operation : CONTRACT.operations().entrySet()) {
            var type = declared(operation.getKey()).payload(0);
            if (type != byte[].class) {
                var schema = CONTRACT.request(operation.getValue());
                faults.addAll(RecordShape.faultsOfRequest(CONTRACT, operation.getKey(), type, schema));
                compared++;
            }
        }

        assertThat(faults).isEmpty();
        assertThat(compared).isGreaterThanOrEqualTo(5);
    }

    @Test
    void theProblemOfTheShellIsTheProblemOfTheContract() {
        var problem = ProblemJson.text(Problem.of(422, "insufficient_funds", "Not enough"), "req_1");

        assertThat(CONTRACT.faults("Problem", problem)).isEmpty();
    }

    @Test
    void everyExampleSatisfiesItsSchema() {
        var examples = CONTRACT.examples();

        assertThat(examples.faults()).isEmpty();
        assertThat(examples.count()).isGreaterThanOrEqualTo(10);
    }

    private static Declared declared(String name) {
        var declared = DECLARED.get(name);
        if (declared == null) {
            throw new AssertionError(name + " is in openapi.yaml and no function declares it");
        }
        return declared;
    }

    private static Map<String, Declared> declared() {
        Map<String, Declared> declared = new TreeMap<>();
        for (Class<?> module : modules()) {
            for (Method method : module.getDeclaredMethods()) {
                if (method.getReturnType() == HttpRoute.class && method.getParameterCount() == 0) {
                    HttpRoute route = made(module, method);
                    if (!route.isInternal()) {
                        route.methods()
                                .forEach(name -> declared.put(
                                        name + " " + route.template(), new Declared(route, function(module, route))));
                    }
                }
            }
        }
        return declared;
    }

    private static Method function(Class<?> module, HttpRoute route) {
        return Arrays.stream(module.getDeclaredMethods())
                .filter(method -> method.getName().equals(route.bean()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(module + " makes no bean " + route.bean()));
    }

    private static HttpRoute made(Class<?> module, Method method) {
        try {
            var constructor = module.getDeclaredConstructor();
            constructor.setAccessible(true);
            method.setAccessible(true);
            return (HttpRoute) method.invoke(constructor.newInstance());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot ask " + module + " for its route " + method.getName(), e);
        }
    }

    /** Found as the shell finds them, by the registration file of each jar. */
    private static List<Class<?>> modules() {
        var loader = ContractTest.class.getClassLoader();
        List<Class<?>> modules = new ArrayList<>();
        try {
            var files = loader.getResources("META-INF/spring/" + FunctionModule.class.getName() + ".imports");
            while (files.hasMoreElements()) {
                try (var file = files.nextElement().openStream()) {
                    for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                        if (!line.isBlank() && !line.startsWith("#")) {
                            modules.add(loader.loadClass(line.strip()));
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new AssertionError("a jar registers a class that it does not have", e);
        }
        return modules;
    }
}
