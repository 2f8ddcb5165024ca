package dev.waybill.systemtests.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortTest {

    @Test
    void whoHoldsPortsAtTheSameTimeHoldsOthers() throws IOException {
        List<ServerSocket> holders = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                holders.add(Port.hold());
            }
            assertThat(holders).extracting(ServerSocket::getLocalPort).doesNotHaveDuplicates();
        } finally {
            for (ServerSocket holder : holders) {
                holder.close();
            }
        }
    }

    @Test
    void theChosenLieInNobodyElsesBlock() throws IOException {
        List<Integer> chosen = List.copyOf(Port.choose().values());
        assertThat(chosen).doesNotHaveDuplicates();
        try (ServerSocket other = Port.hold()) {
            assertThat(chosen).noneMatch(number -> number / Port.BLOCK == other.getLocalPort() / Port.BLOCK);
        }
    }
}
