package cm.nkap.function;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the one configuration class of a function and gives the function its name. The class is found through the file
 * {@code META-INF/spring/cm.nkap.function.FunctionModule.imports} of its jar, which holds its full name: one function
 * on the class path is that function's app, several are one process for all of them.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface FunctionModule {
    /** The deployable's name, for example {@code create-charge}: in NKAP_FUNCTIONS and in the source of its events. */
    String value();
}
