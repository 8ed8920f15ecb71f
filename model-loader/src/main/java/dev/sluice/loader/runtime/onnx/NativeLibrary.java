package dev.sluice.loader.runtime.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/**
 * One library on the class path, with what tells its content from another's.
 *
 * <p>Threading: immutable.
 *
 * @param fileName name in the folder it is unpacked to
 * @param size bytes
 * @param crc CRC-32 of the content, which a jar's directory knows without reading it
 */
record NativeLibrary(String fileName, URL url, long size, long crc) {
    static NativeLibrary of(String fileName, URL url) throws IOException {
        URLConnection connection = url.openConnection();
        if (connection instanceof JarURLConnection jar) {
            return new NativeLibrary(
                    fileName,
                    url,
                    jar.getJarEntry().getSize(),
                    jar.getJarEntry().getCrc());
        }
        CheckedInputStream content = new CheckedInputStream(connection.getInputStream(), new CRC32());
        try (content) {
            long size = content.transferTo(OutputStream.nullOutputStream());
            return new NativeLibrary(fileName, url, size, content.getChecksum().getValue());
        }
    }

    /**
     * Writes the library to a new file, down to the disk: after a power failure it is whole or not there.
     *
     * @throws IOException also if what was read is not what the jar's directory promised
     */
    void unpackTo(Path file) throws IOException {
        CheckedInputStream content = new CheckedInputStream(url.openStream(), new CRC32());
        try (content) {
            Files.copy((InputStream) content, file);
        }
        if (Files.size(file) != size || content.getChecksum().getValue() != crc) {
            throw new IOException(fileName + " on the class path is damaged");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
