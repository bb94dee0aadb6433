package cm.nkap.function;

/**
 * A request record that has rules beyond its types. The shell calls it after binding and answers 400 with every fault;
 * the parts that could not be bound are not checked again.
 */
public interface Validated {
    void check(Faults faults);
}
