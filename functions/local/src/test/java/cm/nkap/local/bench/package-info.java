@org.jspecify.annotations.NullMarked
package cm.nkap.local.bench;
