package io.socketbridge.e2e.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A process of a pod, seen from the machine that runs the tests: possible only where that machine is also the node, as it is
 * with the project's own test cluster.
 *
 * @param pid its number here
 * @param started when it started, to a hundredth of a second
 */
public record HostProcess(long pid, Instant started) {

    /** Finds a pod's process by the name of its program. */
    public static Optional<HostProcess> of(AppPod pod, String program) {
        String uid = pod.resource().getMetadata().getUid();
        return ProcessHandle.allProcesses()
                .filter(process -> read(process.pid(), "comm").strip().equals(program))
                // With systemd's driver control groups are named with underscores.
                .filter(process ->
                        read(process.pid(), "cgroup").replace('_', '-').contains(uid))
                .flatMap(process ->
                        process.info().startInstant().stream().map(started -> new HostProcess(process.pid(), started)))
                .findFirst();
    }

    /** Memory that it has and nobody else could use, or its part of what it shares: proportional set size, in KiB. */
    public long pssKibibytes() {
        return memoryKibibytes("Pss:");
    }

    /** All memory that it has mapped and that is resident, in KiB. */
    public long rssKibibytes() {
        return memoryKibibytes("Rss:");
    }

    private long memoryKibibytes(String line) {
        return read(pid, "smaps_rollup")
                .lines()
                .filter(text -> text.startsWith(line))
                .mapToLong(text -> Long.parseLong(text.replaceAll("[^0-9]", "")))
                .sum();
    }

    /** A process that has ended meanwhile has empty files. */
    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException e) {
            return "";
        }
    }
}
