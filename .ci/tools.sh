# Read by ./dev and ./check: finds JDK 25 and Maven, or says how to get them.

is_jdk() {
    [ -n "${1:-}" ] && [ -x "$1/bin/javac" ] || return 1
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
    [ "${version:-0}" -ge 25 ]
}

find_jdk() {
    is_jdk "${JAVA_HOME:-}" && return 0
    on_path=$(command -v javac 2>/dev/null || true)
    if [ -n "$on_path" ] && [ ! -x /usr/libexec/java_home ]; then
        on_path=$(readlink -f "$on_path" 2>/dev/null || true)
        on_path=${on_path%/bin/javac}
    else
        on_path=$(/usr/libexec/java_home -v 25+ 2>/dev/null || true)
    fi
    for candidate in "${JDK_25_HOME:-}" "${JAVA25_HOME:-}" "$on_path" /usr/lib/jvm/*-25-* /usr/lib/jvm/*25* \
        "${HOME:-/nowhere}"/.sdkman/candidates/java/25* "${HOME:-/nowhere}"/.jdks/*25* \
        /Library/Java/JavaVirtualMachines/*25*/Contents/Home /opt/*jdk*25*; do
        if is_jdk "$candidate"; then
            JAVA_HOME=$candidate
            return 0
        fi
    done
    return 1
}

need_tools() {
    if ! find_jdk; then
        cat >&2 <<'END'
Nkap needs a JDK 25 and found none (looked at JAVA_HOME, JDK_25_HOME, the PATH, /usr/lib/jvm, SDKMAN, ~/.jdks, /opt).
  SDKMAN:         sdk install java 25-tem
  Debian, Ubuntu: apt-get install temurin-25-jdk   (with Adoptium's repository; Debian 14 has openjdk-25-jdk itself)
  macOS:          brew install --cask temurin@25
Or say where it is: export JAVA_HOME=/path/to/jdk-25
END
        exit 3
    fi
    export JAVA_HOME
    if ! command -v mvn >/dev/null 2>&1; then
        cat >&2 <<'END'
Nkap is built by Maven 3.8.7 or newer and found no mvn on the PATH.
  Debian, Ubuntu: apt-get install maven
  macOS:          brew install maven
  SDKMAN:         sdk install maven
END
        exit 3
    fi
}

# Shows where a Maven build is, from its log on standard input: one line for each module, then whatever is wrong.
show_build() {
    awk '
        /^\[INFO\] Building .*\[[0-9]+\/[0-9]+\]/ { name = $3; place = $NF; gsub(/[][]/, "", place)
            split(place, of, "/"); printf "  %2d of %d  %s\n", of[1], of[2], name; fflush(); next }
        /^(\[INFO\] )?Downloaded from/ { if (++fetched % 25 == 0) { printf "  %d files fetched …\n", fetched; fflush() } next }
        /^\[ERROR\] Tests run:.*<<< (FAILURE|ERROR)!/ { sub(/^\[ERROR\] /, ""); print "  FAILED " $0; fflush(); next }
    '
}
