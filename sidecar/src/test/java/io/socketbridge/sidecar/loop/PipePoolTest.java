package io.socketbridge.sidecar.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.sidecar.linux.Kernel;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipePoolTest {

    @Test
    void givesNoMoreThanMayBeInUseAtOnce() {
        PipePool pool = new PipePool(new Kernel(Arena.ofAuto()), 20);
        List<Pipe> inUse = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            inUse.add(pool.acquire().orElseThrow());
        }
        assertThat(pool.acquire()).isEmpty();
        pool.release(inUse.removeLast());
        inUse.add(pool.acquire().orElseThrow());
        assertThat(pool.acquire()).isEmpty();
        inUse.forEach(Pipe::close);
    }
}
