import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;

/** Adds the certificates of a PEM file to this JDK's own, for a network whose proxy signs with one that nobody else knows. */
class TrustStore {
    public static void main(String[] pem) throws Exception {
        Path path = Path.of(System.getProperty("java.home"), "lib", "security", "cacerts").toRealPath();
        char[] password = "changeit".toCharArray();
        KeyStore trusted = KeyStore.getInstance(path.toFile(), password);
        try (InputStream in = Files.newInputStream(Path.of(pem[0]))) {
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                if (trusted.getCertificateAlias(certificate) == null) {
                    trusted.setCertificateEntry("extra-" + trusted.size(), certificate);
                }
            }
        }
        try (OutputStream out = Files.newOutputStream(path)) {
            trusted.store(out, password);
        }
    }
}
