package dev.sluice.loadtest.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;

/**
 * Where an http or https server is: the part of its URL that connections need.
 *
 * <p>Threading: immutable.
 *
 * @param host name or address; an IPv6 address without its brackets
 * @param port in [1, 65535]
 * @param tls whether it is https
 */
public record Endpoint(String host, int port, boolean tls) {
    /**
     * The endpoint of a URL, with the scheme's own port where it names none.
     *
     * @throws IllegalArgumentException if it is no http or https URL with a host
     */
    public static Endpoint of(URI url) {
        boolean tls = "https".equals(url.getScheme());
        String host = url.getHost();
        if ((!tls && !"http".equals(url.getScheme())) || host == null || url.getQuery() != null) {
            throw new IllegalArgumentException("url must look like http://host:port, got '" + url + "'");
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        int port = url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
        return new Endpoint(bare, port, tls);
    }

    /** The value of the Host header. */
    public String authority() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (tls ? 443 : 80) ? name : name + ":" + port;
    }

    /**
     * The address behind the name, looked up now; blocking.
     *
     * @throws IOException if there is none
     */
    public InetSocketAddress resolve() throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("the host '" + host + "' is unknown");
        }
        return address;
    }
}
