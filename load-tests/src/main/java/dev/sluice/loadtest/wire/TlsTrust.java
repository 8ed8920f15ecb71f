package dev.sluice.loadtest.wire;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Which certificates of an https server are believed.
 *
 * <p>Threading: immutable.
 *
 * @param insecure whether any certificate is, for any host
 * @param authorities a PEM file of the authorities that are, or null for those of the Java runtime
 */
public record TlsTrust(boolean insecure, @Nullable Path authorities) {
    /** The authorities of the Java runtime. */
    public static final TlsTrust SYSTEM = new TlsTrust(false, null);

    public TlsTrust {
        if (insecure && authorities != null) {
            throw new IllegalArgumentException("--insecure and --ca exclude each other");
        }
    }

    /**
     * For connections of the event loops.
     *
     * @throws IOException if the authorities cannot be read
     */
    public SslContext nettyContext() throws IOException {
        return SslContextBuilder.forClient()
                .trustManager(trustManagers())
                .protocols("TLSv1.3", "TLSv1.2")
                .build();
    }

    /**
     * For the JDK's own client.
     *
     * @throws IOException if the authorities cannot be read
     */
    public SSLContext jdkContext() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trustManagers().getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    private TrustManagerFactory trustManagers() throws IOException {
        if (insecure) {
            return InsecureTrustManagerFactory.INSTANCE;
        }
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(authorities == null ? null : keyStore(authorities));
            return factory;
        } catch (GeneralSecurityException e) {
            throw new IOException("the authorities " + authorities + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static KeyStore keyStore(Path authorities) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(authorities)) {
            int index = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("authority-" + index++, certificate);
            }
            if (index == 0) {
                throw new IOException(authorities + " must hold certificates in PEM form, got none");
            }
        }
        return store;
    }
}
