package cm.nkap.function;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says more about one component of a settings record. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    /** Stands for "no default": the setting is required. */
    String REQUIRED = "\u0000";

    /** The variable's name, when it is not NKAP_ and the component's name. */
    String env() default "";

    /** The default, in the form in which the variable would say it. */
    String orElse() default REQUIRED;

    /** True when the value never appears in a log. */
    boolean secret() default false;
}
