# Builds Sluice from source into an image with a JRE, the two jars, a class archive and nothing to build with.
#
#   docker build -t sluice .                        CPU
#   docker build -t sluice:gpu --target gpu .       NVIDIA GPU (CUDA 12, cuDNN 9)
#
# deploy/build-image does the same with docker, podman or buildah, whichever is there.
#
# BUILD_IMAGE    a JDK 25 and Maven 3.8 or newer
# RUNTIME_IMAGE  Debian or Ubuntu with a JRE 25 in /opt/java/openjdk
# GPU_IMAGE      Debian or Ubuntu with CUDA 12 and cuDNN 9; gets its JRE from RUNTIME_IMAGE
# MAVEN_REPO     Maven's local repository in the build stage
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-25
ARG RUNTIME_IMAGE=eclipse-temurin:25-jre
ARG GPU_IMAGE=nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04

FROM ${BUILD_IMAGE} AS sources
WORKDIR /src
COPY . .

FROM sources AS build
ARG MAVEN_REPO=/cache/maven
RUN --mount=type=cache,target=/cache/maven \
    mvn -B -ntp -DskipTests -P '!strict' -Dmaven.repo.local=${MAVEN_REPO} package && deploy/image/collect /out

FROM ${RUNTIME_IMAGE} AS runtime
COPY deploy/image/prepare /tmp/prepare
RUN /tmp/prepare && rm /tmp/prepare
COPY --from=build /out /opt/sluice
# By the Java that will run it: a class archive fits no other.
RUN /opt/sluice/bin/sluice prepare
ENV LANG=en_US.UTF-8 \
    ORT_DISABLE_TELEMETRY=1 \
    JAVA_HOME=/opt/java/openjdk
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Sluice" \
      org.opencontainers.image.description="Model inference gateway: versioned ONNX models over the Open Inference Protocol" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# A number, so that Kubernetes can see that it isn't root. Nothing is written outside /tmp.
USER 10001:10001
WORKDIR /tmp
EXPOSE 8080 8082
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["/opt/sluice/bin/healthcheck"]
ENTRYPOINT ["/opt/sluice/bin/sluice"]
CMD ["serve", "/models"]

FROM sources AS build-gpu
ARG MAVEN_REPO=/cache/maven
RUN --mount=type=cache,target=/cache/maven \
    mvn -B -ntp -DskipTests -P 'gpu,!strict' -Dmaven.repo.local=${MAVEN_REPO} package && deploy/image/collect /out

FROM ${RUNTIME_IMAGE} AS java

FROM ${GPU_IMAGE} AS gpu
COPY --from=java /opt/java/openjdk /opt/java/openjdk
COPY deploy/image/prepare /tmp/prepare
RUN /tmp/prepare && rm /tmp/prepare
COPY --from=build-gpu /out /opt/sluice
RUN JAVA_HOME=/opt/java/openjdk /opt/sluice/bin/sluice prepare
ENV LANG=en_US.UTF-8 \
    ORT_DISABLE_TELEMETRY=1 \
    JAVA_HOME=/opt/java/openjdk
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Sluice (GPU)" \
      org.opencontainers.image.description="Model inference gateway: versioned ONNX models over the Open Inference Protocol, with CUDA 12" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
USER 10001:10001
WORKDIR /tmp
EXPOSE 8080 8082
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=180s --retries=3 CMD ["/opt/sluice/bin/healthcheck"]
ENTRYPOINT ["/opt/sluice/bin/sluice"]
CMD ["serve", "/models"]

# What a build without --target makes.
FROM runtime
