@org.jspecify.annotations.NullMarked
package cm.nkap.masking;
