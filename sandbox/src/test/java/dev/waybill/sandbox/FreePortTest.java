package dev.waybill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FreePortTest {
    @Test
    void no_connection_is_given_a_port_that_was_found() {
        assertThat(IntStream.range(0, 1000).map(i -> FreePort.find())).allMatch(port -> port < 32_768);
    }

    @Test
    void no_port_is_found_twice() {
        assertThat(IntStream.range(0, 1000).map(i -> FreePort.find()).boxed()).doesNotHaveDuplicates();
    }

    @Test
    void a_port_that_somebody_listens_on_is_not_free() throws IOException {
        int port = FreePort.find();
        assertThat(FreePort.isFree(port)).isTrue();

        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(FreePort.isFree(other.getLocalPort())).isFalse();
        }
    }
}
