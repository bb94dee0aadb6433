package cm.nkap.function.http;

import cm.nkap.function.FunctionModule;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Map;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.function.context.catalog.SimpleFunctionRegistry.FunctionInvocationWrapper;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.GenericMessage;

/** Looks functions up in Spring Cloud Function's catalogue, once, at start. */
public final class Functions {
    private final ConfigurableApplicationContext context;
    private final FunctionCatalog catalog;

    /**
     * A function ready to be called.
     *
     * @param function name of the deployable that it belongs to
     * @param input what the payload must be
     */
    record Found(String function, Class<?> input, FunctionInvocationWrapper wrapper) {
        Object call(Message<?> message) {
            return wrapper.apply(message);
        }

        boolean takesBytes() {
            return input == byte[].class;
        }
    }

    public Functions(ConfigurableApplicationContext context) {
        this.context = context;
        this.catalog = context.getBean(FunctionCatalog.class);
    }

    /** @throws IllegalStateException when there is no such function bean or its input cannot be bound strictly */
    Found find(String bean) {
        // With a single function in it, the catalogue would answer to any name.
        FunctionInvocationWrapper wrapper = context.containsBean(bean) ? catalog.lookup(bean) : null;
        if (wrapper == null) {
            throw new IllegalStateException("a route or trigger names " + bean + ", which is no function bean");
        }
        wrapper.setSkipInputConversion(true);
        wrapper.setSkipOutputConversion(true);
        return new Found(module(bean), input(bean, wrapper.getInputType()), wrapper);
    }

    private static Class<?> input(String bean, Type declared) {
        var type = declared;
        if (declared instanceof ParameterizedType generic && generic.getRawType() == Message.class) {
            type = generic.getActualTypeArguments()[0];
        }
        if (type instanceof Class<?> input && (input.isRecord() || input == byte[].class)) {
            return input;
        }
        throw new IllegalStateException("the input of " + bean + " is neither a record nor byte[]: " + declared);
    }

    /** The name that the module's configuration class gives itself. */
    private String module(String bean) {
        var factory = context.getBeanFactory().getMergedBeanDefinition(bean).getFactoryBeanName();
        var type = factory == null ? null : context.getType(factory);
        var module = type == null ? null : type.getAnnotation(FunctionModule.class);
        return module == null ? bean : module.value();
    }

    /** Declared as text, bytes are not searched for JSON by the catalogue. */
    static Message<?> message(Object payload, String header, Object value) {
        return new GenericMessage<>(payload, Map.of(header, value, MessageHeaders.CONTENT_TYPE, "text/plain"));
    }
}
